package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A packaged command in its configuration profile, as shipped. */
@Execution(ExecutionMode.CONCURRENT)
class CommandProfileIT {

    private final String database = TestPostgreSql.server().createDatabase();

    @Test
    void aCommandKeepsTheProfileOfTheOperator() throws Exception {
        Map<String, String> staging = Map.of("QUARKUS_PROFILE", "staging", "_STAGING_DATABASE_URL", database);

        assertSilent(run(1, Map.of(), "migrate"), "No database is configured");
        assertSilent(run(0, staging, "migrate"), "007_sync_version.sql");
        assertSilent(run(0, staging, "status"), "applied   007_sync_version.sql");
    }

    @Test
    void onlyMigrateMigrates() throws Exception {
        Map<String, String> environment = Map.of("DATABASE_URL", database, "LOGIKIDS_MIGRATION_AT_START", "true");

        assertSilent(run(2, environment, "status"), "pending   001_init.sql");
        assertSilent(run(2, environment, "status"), "pending   001_init.sql");
    }

    @Test
    void aCommandOpensNoPortAndDoesNotWaitBeforeItEnds() throws Exception {
        String output = run(
                2,
                Map.of(
                        "DATABASE_URL", database,
                        "QUARKUS_LOG_CATEGORY__IO_QUARKUS__LEVEL", "DEBUG",
                        "QUARKUS_LOG_CONSOLE_FORMAT", "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX} %s%n"),
                "status");

        assertThat(output).contains("logikids-database 1.").doesNotContainIgnoringCase("listening on");
        // by the clock of the process: the service waits 5 s between these two
        assertThat(Duration.between(
                        timeOf("Attempting to gracefully shutdown", output),
                        timeOf("logikids-database stopped in", output)))
                .isLessThan(Duration.ofSeconds(5));
    }

    private static Instant timeOf(String message, String output) {
        String line = output.lines()
                .filter(text -> text.contains(message))
                .findFirst()
                .orElseThrow(() -> new AssertionError(message + " is not in:\n" + output));
        return Instant.parse(line.substring(0, line.indexOf(' ')));
    }

    private static void assertSilent(String output, String expected) {
        assertThat(output).contains(expected).doesNotContain("Listening on", "INFO", "WARN", "Exception");
    }

    private static String run(int exitCode, Map<String, String> environment, String command) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("JWT_SECRET", "");
        try (ServiceProcess process = ServiceProcess.start(ServiceProcess.application(), all, command)) {
            assertThat(process.exitCode()).as(process.output()).isEqualTo(exitCode);
            return process.output();
        }
    }
}
