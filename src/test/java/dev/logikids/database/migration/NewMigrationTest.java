package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.migration.lint.Lint;
import dev.logikids.database.migration.lint.LintFinding;
import dev.logikids.database.migration.script.MigrationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewMigrationTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "Add new feature, add_new_feature",
        "Größe & Maß, grosse_mass",
        "--déjà vu!!, deja_vu",
        "ﬁle №7, file_no7",
        "../../etc/passwd, etc_passwd"
    })
    void makesTheNameFromTheTitle(String title, String slug) throws IOException {
        assertThat(write(title)).isEqualTo(folder.resolve("000_" + slug + ".sql"));
    }

    @Test
    void refusesATitleWithoutALetter() {
        assertThatThrownBy(() -> write(" 日本 ")).isInstanceOf(IllegalArgumentException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void takesTheNumberAfterTheHighest() throws IOException {
        Files.writeString(folder.resolve("003_a.sql"), "");
        Files.writeString(folder.resolve("041_b.sql"), "");
        Files.writeString(folder.resolve("README_900.sql"), "");

        assertThat(write("x")).hasFileName("042_x.sql");

        Files.writeString(folder.resolve("999_c.sql"), "");
        assertThatThrownBy(() -> write("x")).hasMessageContaining("used up");
    }

    @Test
    void fitsIntoTheColumnOfTheLedger() throws IOException {
        String name = write("long title ".repeat(60)).getFileName().toString();

        assertThat(name).hasSize(255).endsWith(".sql");
        assertThat(new MigrationFile(name, "").number()).contains(0);
    }

    @Test
    void writesAHeaderThatIsRefusedUntilItIsFilledIn() throws IOException {
        Path path = NewMigration.write(folder, "Add\n DROP it", TODAY, true);

        MigrationFile empty = MigrationFiles.in(folder).get(0);
        assertThat(empty.header("Migration")).contains("Add DROP it");
        assertThat(empty.header("Date")).contains("2026-11-22");
        assertThat(empty.transactional()).isTrue();
        assertThat(Lint.check(List.of(empty)))
                .extracting(LintFinding::rule)
                .containsExactly("empty-file", "unfinished-file");

        MigrationFile filled = new MigrationFile(
                path.getFileName().toString(),
                uncommented(empty.sql()).replace(Lint.DESCRIPTION_PLACEHOLDER, "For a test"));
        assertThat(filled.statements()).hasSize(3);
        assertThat(Lint.check(List.of(filled))).isEmpty();
    }

    @Test
    void writesAFileWithoutTransaction() throws IOException {
        NewMigration.write(folder, "index", TODAY, false);

        MigrationFile file = MigrationFiles.in(folder).get(0);
        MigrationFile filled = new MigrationFile(
                file.name(), uncommented(file.sql()).replace(Lint.DESCRIPTION_PLACEHOLDER, "For a test"));
        assertThat(filled.transactional()).isFalse();
        assertThat(Lint.check(List.of(filled))).isEmpty();
    }

    @Test
    void givesDifferentNumbersToManyAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Path>> results = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String title = "title " + i % 5;
            results.add(threads.submit(() -> write(title)));
        }
        for (Future<Path> result : results) {
            assertThat(result.get()).exists();
        }
        threads.shutdown();

        assertThat(MigrationFiles.in(folder))
                .hasSize(24)
                .extracting(file -> file.number().orElseThrow())
                .doesNotHaveDuplicates();
    }

    private Path write(String title) throws IOException {
        return NewMigration.write(folder, title, TODAY, true);
    }

    /** The examples of the template, as if they were meant. */
    private static String uncommented(String sql) {
        int examples = sql.indexOf("\n\n");
        String statements = sql.substring(examples)
                .lines()
                .filter(line -> !line.endsWith(":"))
                .map(line -> line.replaceFirst("^-- ?", ""))
                .filter(line -> !line.startsWith("Without"))
                .reduce("", (text, line) -> text + "\n" + line);
        return sql.substring(0, examples) + statements;
    }
}
