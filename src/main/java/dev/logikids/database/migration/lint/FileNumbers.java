package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.MigrationFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The numbers of all files of a folder: files run in the alphabetical order of their names. */
final class FileNumbers {

    private final Map<Integer, List<MigrationFile>> files = new HashMap<>();
    private final Map<Integer, List<MigrationFile>> byDigits = new HashMap<>();

    FileNumbers(List<MigrationFile> all) {
        for (MigrationFile file : all) {
            file.number().ifPresent(number -> {
                files.computeIfAbsent(number, key -> new ArrayList<>()).add(file);
                byDigits.computeIfAbsent(digits(file), key -> new ArrayList<>()).add(file);
            });
        }
    }

    /** The names of other files with that number. */
    List<String> sameNumber(MigrationFile file) {
        return file.number().map(files::get).orElse(List.of()).stream()
                .filter(other -> other != file)
                .map(MigrationFile::name)
                .toList();
    }

    /**
     * The name of a file that runs before this one with a higher number, or after it with a lower one; only of two with a
     * different count of digits. It is said of the file that has another count than most.
     */
    Optional<String> outOfOrder(MigrationFile file) {
        if (file.number().isEmpty()) {
            return Optional.empty();
        }
        List<MigrationFile> most =
                byDigits.values().stream().max(Comparator.comparing(List::size)).orElseThrow();
        if (digits(most.get(0)) == digits(file)) {
            return Optional.empty();
        }
        return most.stream()
                .filter(other -> Integer.signum(number(other) - number(file))
                        != Integer.signum(other.name().compareTo(file.name())))
                .filter(other -> number(other) != number(file))
                .map(MigrationFile::name)
                .findFirst();
    }

    private static int digits(MigrationFile file) {
        return file.name().indexOf('_');
    }

    private static int number(MigrationFile file) {
        return file.number().orElseThrow();
    }
}
