package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.migration.RunningFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationLineTest {

    private static final RunningFile FILE = new RunningFile(
            "042_index.sql",
            2,
            5,
            3,
            4,
            17,
            Duration.ofSeconds(125),
            List.of("index on invite_codes: building index: scanning table, 43 %", "blocked by pid 7 (psql)"));

    private final StringWriter out = new StringWriter();

    @Test
    void onATerminalTheLineFitsAndIsErasedBeforeTheNextOne() {
        try (MigrationLine line = new MigrationLine(new PrintWriter(out), true)) {
            line.running(FILE);
            line.happened("applied 042_index.sql in 126000 ms");
        }

        assertThat(out.toString())
                .startsWith("\r\u001B[2K  042_index.sql (2 of 5), statement 3 of 4, 2:05, index on")
                .endsWith("\r\u001B[2Kapplied 042_index.sql in 126000 ms" + System.lineSeparator());
        assertThat(MigrationLine.line(FILE, 60)).hasSize(59).endsWith("~");
        assertThat(MigrationLine.line(FILE, 200)).endsWith("43 %, blocked by pid 7 (psql)");
    }

    @Test
    void elsewhereEachLookIsALine() {
        try (MigrationLine line = new MigrationLine(new PrintWriter(out), false)) {
            line.happened("applying 042_index.sql (2 of 5)");
            line.running(FILE);
        }

        assertThat(out.toString().lines())
                .containsExactly(
                        "applying 042_index.sql (2 of 5)",
                        "042_index.sql is still running after 125 s, statement 3 of 4 (line 17), index on invite_codes:"
                                + " building index: scanning table, 43 %, blocked by pid 7 (psql)");
    }
}
