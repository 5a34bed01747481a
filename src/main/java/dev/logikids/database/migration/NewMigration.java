package dev.logikids.database.migration;

import dev.logikids.database.migration.lint.Lint;
import dev.logikids.database.migration.script.MigrationFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.Normalizer;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Writes the file of a new migration, with the next number, a name from the title and a header to fill in. */
public final class NewMigration {

    /** {@code schema_migrations.migration_name} is a VARCHAR(255); so is a file name of most file systems. */
    private static final int NAME_LENGTH = 255;

    private static final int ATTEMPTS = 50;

    /** Files run in alphabetical order. */
    private static final int LAST = 999;

    private NewMigration() {}

    /**
     * Writes the file; never overwrites one. Two callers at once get different numbers.
     *
     * @param folder where the migration files are
     * @param title what the migration does, such as {@code Add new feature}
     * @param date the day for the header
     * @param transactional false writes the line that makes the file run outside of a transaction
     * @return the path of the new file
     * @throws IllegalArgumentException when the title has no letter or digit for the file name
     * @throws IOException when the folder does not exist or cannot be written to
     */
    public static Path write(Path folder, String title, LocalDate date, boolean transactional) throws IOException {
        String cleanTitle = title.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        String slug = slug(cleanTitle);
        if (slug.isEmpty()) {
            throw new IllegalArgumentException("the title needs a letter from a to z or a digit");
        }
        String text = text(cleanTitle, date, transactional);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int number = numbers(folder).stream().max(Integer::compare).orElse(-1) + 1;
            if (number > LAST) {
                throw new IOException(
                        "the numbers of three digits are used up, and 1000 comes before 101 in the alphabet");
            }
            Path path = folder.resolve(fileName(number, slug));
            try {
                Files.writeString(path, text, StandardOpenOption.CREATE_NEW);
            } catch (FileAlreadyExistsException raced) {
                continue;
            }
            if (Collections.frequency(numbers(folder), number) == 1) {
                return path;
            }
            // another caller wrote the same number under another name: both retry
            Files.delete(path);
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000, 5_000_000 + attempt * 1_000_000L));
        }
        throw new IOException("other callers keep taking the next number in " + folder + "; try again");
    }

    private static String slug(String title) {
        // upper-case first: it spells out ß, as NFKD does with ligatures
        return Normalizer.normalize(title.toUpperCase(Locale.ROOT), Normalizer.Form.NFKD)
                .replaceAll("\\p{M}+", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "_")
                .replaceAll("^_|_$", "");
    }

    private static String fileName(int number, String slug) {
        String prefix = String.format(Locale.ROOT, "%03d_", number);
        int room = NAME_LENGTH - prefix.length() - ".sql".length();
        return prefix + (slug.length() > room ? slug.substring(0, room) : slug) + ".sql";
    }

    private static List<Integer> numbers(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> new MigrationFile(entry.getFileName().toString(), ""))
                    .flatMap(file -> file.number().stream())
                    .toList();
        }
    }

    private static String text(String title, LocalDate date, boolean transactional) {
        String header = """
                -- Migration: %s
                -- Description: %s
                -- Date: %s
                """.formatted(title, Lint.DESCRIPTION_PLACEHOLDER, date);
        return transactional ? header + """

                        -- The file runs in one transaction and may run again, so each statement checks first:
                        -- CREATE TABLE IF NOT EXISTS new_table (
                        --   id SERIAL PRIMARY KEY,
                        --   name TEXT NOT NULL
                        -- );
                        --
                        -- CREATE INDEX IF NOT EXISTS idx_new_table_name ON new_table (name);
                        --
                        -- ALTER TABLE old_table ADD COLUMN IF NOT EXISTS name TEXT;
                        """ : header + """
                        -- Transaction: none

                        -- Without a transaction a failure leaves what ran before it: prefer one statement per file.
                        -- A failed build leaves an invalid index of that name, which IF NOT EXISTS would keep:
                        -- DROP INDEX CONCURRENTLY IF EXISTS idx_old_table_name;
                        -- CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_old_table_name ON old_table (name);
                        """;
    }
}
