package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.MigrationFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The numbers of all files of a folder: files run in the alphabetical order of their names. */
final class FileNumbers {

    private final Map<Integer, List<MigrationFile>> files = new HashMap<>();
    private final Map<MigrationFile, MigrationFile> outOfOrder = new HashMap<>();

    /**
     * @param all every file, sorted by name
     */
    FileNumbers(List<MigrationFile> all) {
        List<MigrationFile> numbered =
                all.stream().filter(file -> file.number().isPresent()).toList();
        MigrationFile highest = null;
        for (MigrationFile file : numbered) {
            files.computeIfAbsent(number(file), number -> new ArrayList<>()).add(file);
            if (highest != null && number(highest) > number(file)) {
                outOfOrder.put(file, highest);
            } else {
                highest = file;
            }
        }
        MigrationFile lowest = null;
        for (int i = numbered.size() - 1; i >= 0; i--) {
            MigrationFile file = numbered.get(i);
            if (lowest != null && number(lowest) < number(file)) {
                outOfOrder.putIfAbsent(file, lowest);
            } else {
                lowest = file;
            }
        }
    }

    /** The names of other files with that number. */
    List<String> sameNumber(MigrationFile file) {
        return file.number().map(files::get).orElse(List.of()).stream()
                .filter(other -> other != file)
                .map(MigrationFile::name)
                .toList();
    }

    /** The name of a file that runs before this one with a higher number, or after it with a lower one. */
    Optional<String> outOfOrder(MigrationFile file) {
        return Optional.ofNullable(outOfOrder.get(file)).map(MigrationFile::name);
    }

    private static int number(MigrationFile file) {
        return file.number().orElseThrow();
    }
}
