package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class NewCommandTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T23:59:59Z"), ZoneOffset.ofHours(3));

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private CommandLine line;

    @BeforeEach
    void captureOutput() {
        line = new CommandLine(new NewCommand(CLOCK))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
    }

    @Test
    void writesTheFileAndPrintsItsPath() throws IOException {
        Files.writeString(folder.resolve("005_x.sql"), "SELECT 1");

        assertThat(line.execute("--folder", folder.toString(), "Add new feature"))
                .isZero();

        Path file = folder.resolve("006_add_new_feature.sql");
        assertThat(file)
                .content()
                .startsWith("-- Migration: Add new feature\n-- Description: ")
                .contains("\n-- Date: 2026-11-22\n")
                .doesNotContain("-- Transaction:");
        assertThat(out.toString()).startsWith(file + System.lineSeparator()).contains("validate");
    }

    @Test
    void writesAFileThatRunsOutsideOfATransaction() {
        assertThat(line.execute("--folder", folder.toString(), "--no-transaction", "index"))
                .isZero();
        assertThat(folder.resolve("000_index.sql")).content().contains("\n-- Transaction: none\n");
    }

    @Test
    void refusesAnEmptyTitle() {
        assertThat(line.execute("--folder", folder.toString(), " ")).isEqualTo(2);
        assertThat(err.toString()).contains("title");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysThatTheFolderIsMissing() {
        assertThat(line.execute("--folder", folder.resolve("missing").toString(), "x"))
                .isOne();
        assertThat(err.toString()).contains("no such folder").contains("--folder");
    }

    @Test
    void isWrittenByTheMainCommandLineToo() {
        assertThat(RootCommand.execute("new", "--folder", folder.toString(), "x"))
                .isZero();
        assertThat(folder.resolve("000_x.sql")).exists();
    }
}
