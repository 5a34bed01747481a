package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ValidateCommandTest {

    private static final String HEADER = "-- Migration: x\n-- Description: y\n-- Date: 2026-11-22\n\n";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private CommandLine line;

    @BeforeEach
    void captureOutput() {
        line = RootCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }

    @Test
    void findsNothingInTheSources() {
        assertThat(line.execute("validate")).isZero();
        assertThat(out.toString()).endsWith(", findings: 0" + System.lineSeparator());
    }

    @Test
    void printsFindingsSortedWithTheirPlace() throws IOException {
        Path second = Files.writeString(folder.resolve("002_b.sql"), HEADER + "BEGIN;\nDROP TABLE IF EXISTS t;");
        Path first = Files.writeString(folder.resolve("001_a.sql"), HEADER);

        assertThat(line.execute("validate", folder.toString())).isOne();
        assertThat(out.toString().lines().map(text -> text.replaceAll("(: [a-z-]+): .*", "$1")))
                .containsExactly(
                        first + ":1: empty-file",
                        second + ":5: transaction-nesting",
                        second + ":6: ban-drop-table",
                        "files: 2, findings: 3 (1 that migrate and start-up refuse)");
    }

    @Test
    void printsJson() throws IOException {
        Files.writeString(folder.resolve("001_a.sql"), HEADER);

        assertThat(line.execute("validate", "--json", folder.toString())).isOne();
        assertThat(out.toString().replaceAll("\\s", ""))
                .startsWith("[{\"file\":\"001_a.sql\",\"line\":1,\"rule\":\"empty-file\",\"message\":\"")
                .endsWith("}]");
    }

    @Test
    void printsAnEmptyJsonArrayForCleanFiles() throws IOException {
        Files.writeString(folder.resolve("001_a.sql"), HEADER + "SELECT 1;");

        assertThat(line.execute("validate", "--json", folder.toString())).isZero();
        assertThat(out.toString().strip()).matches("\\[\\s*]");
    }

    @Test
    void refusesAFolderWithNothingToCheck() {
        assertThat(line.execute("validate", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("No file in " + folder);
        assertThat(line.execute("validate", folder.resolve("missing").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("No such folder: ");
    }

    @Test
    void needsNoService() {
        assertThat(RootCommand.execute("validate", "--help")).isZero();
        assertThat(RootCommand.execute("validate", folder.toString())).isEqualTo(2);
    }
}
