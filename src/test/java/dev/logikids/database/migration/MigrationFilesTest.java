package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.migration.lint.Lint;
import dev.logikids.database.migration.lint.LintFinding;
import dev.logikids.database.migration.script.MigrationFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything in the folder is a migration or an error that names it, wherever the folder is. */
class MigrationFilesTest {

    private static final List<String> NOT_MIGRATIONS = List.of(
            ".DS_Store",
            "302_Upper.sql",
            "303_a.SQL",
            "304_a.sql.bak",
            "305_\u00FC.sql",
            "README.md",
            "a.sql/306_b.sql",
            "sub/below/307_c.sql");

    @TempDir
    Path folder;

    @Test
    void namesEverythingOnDisk() throws IOException {
        for (String name : NOT_MIGRATIONS) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "SELECT 1");
        }
        Files.createDirectories(folder.resolve("empty"));
        Files.writeString(folder.resolve("301 a.sql"), "SELECT 1");
        Files.createSymbolicLink(folder.resolve("308_link.sql"), folder.resolve("nowhere"));
        Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("sub"));

        List<MigrationFile> files = MigrationFiles.in(folder);

        assertThat(refused(files)).containsExactlyElementsOf(sorted("301 a.sql", "308_link.sql", "linked"));
    }

    @Test
    void namesEverythingInAJar() throws IOException {
        Path jar = folder.resolve("migrations.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("db/"));
            entries.putNextEntry(new JarEntry("db/changelog/"));
            entries.putNextEntry(new JarEntry(MigrationFiles.FOLDER + "/"));
            for (String name : NOT_MIGRATIONS) {
                entries.putNextEntry(new JarEntry(MigrationFiles.FOLDER + "/" + name));
                entries.write("SELECT 1".getBytes(StandardCharsets.UTF_8));
            }
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(classes);

            assertThat(refused(MigrationFiles.ofThisBuild())).containsExactlyElementsOf(sorted());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** validate prints the findings of the lint. */
    @Test
    void migrateRefusesInTheWordsOfValidate() {
        try (MigrationFixture database = new MigrationFixture()) {
            database.write("900_first.sql", "CREATE TABLE first (id int);\nCOMMIT;\n");
            database.write(
                    "901_second.sql",
                    "-- Transactions: none\nVACUUM;\n\\connect x\nCOPY t FROM stdin;\n\\.\nSELECT (1");
            database.write("902_third.sql", "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n");
            database.write("notes.txt", "SELECT 1;\n");
            String words = Lint.check(MigrationFiles.ofThisBuild()).stream()
                    .filter(LintFinding::refused)
                    .map(LintFinding::toString)
                    .collect(Collectors.joining("\n"));

            assertThat(words).hasLineCount(8);
            assertThatThrownBy(database::migrate).hasMessage("nothing was applied:\n" + words);
            assertThatThrownBy(() -> database.migrator().dryRun()).hasMessage("nothing was applied:\n" + words);
        }
    }

    private static List<String> refused(List<MigrationFile> files) {
        return Lint.check(files).stream()
                .filter(LintFinding::refused)
                .map(LintFinding::file)
                .distinct()
                .toList();
    }

    private static List<String> sorted(String... further) {
        return Stream.concat(NOT_MIGRATIONS.stream(), Stream.of(further))
                .sorted()
                .toList();
    }
}
