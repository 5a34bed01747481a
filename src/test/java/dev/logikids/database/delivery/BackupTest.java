package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docker/backup tells Prometheus. What it dumps is tested by docker/restore-drill, so here a stand-in for pg_dump will do. */
class BackupTest {

    private final String databaseUrl = TestPostgreSql.server().createDatabase();

    @TempDir
    Path folder;

    private record Outcome(int exitCode, String output) {}

    @BeforeAll
    static void needsPsql() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "psql"))),
                "no psql on this machine");
    }

    @BeforeEach
    void database() throws Exception {
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE schema_migrations (migration_name text)");
        }
        for (String program : List.of("pg_dump", "pg_restore")) {
            Path file = Files.writeString(
                    Files.createDirectories(folder.resolve("bin")).resolve(program), "#!/bin/sh\necho a dump\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void theTimeOfTheNewestBackupIsKnownAndStaysWhenTheNextOneFails() throws Exception {
        Outcome done = backup(databaseUrl);
        assertThat(done.exitCode()).as(done.output()).isZero();
        assertThat(metrics())
                .containsExactly(
                        "logikids_backup_failed 0", "logikids_backup_last_success_timestamp_seconds " + takenAt());

        Outcome failed = backup("postgresql://logikids:development@127.0.0.1:1/logikids?sslmode=disable");
        assertThat(failed.exitCode()).as(failed.output()).isEqualTo(1);
        assertThat(metrics())
                .containsExactly(
                        "logikids_backup_failed 1", "logikids_backup_last_success_timestamp_seconds " + takenAt());
    }

    @Test
    void aCopyThatFailsIsAFailureOfABackupThatExists() throws Exception {
        assertThat(backup(databaseUrl, "--hook", "false").exitCode()).isEqualTo(1);

        assertThat(metrics())
                .containsExactly(
                        "logikids_backup_failed 1", "logikids_backup_last_success_timestamp_seconds " + takenAt());
    }

    @Test
    void aFirstBackupThatFailsHasNoTimeAndTheBackupsAreForTheirOwnerOnly() throws Exception {
        assertThat(backup(databaseUrl + "-missing").exitCode()).isEqualTo(1);

        assertThat(metrics()).containsExactly("logikids_backup_failed 1");
        Path backups = folder.resolve("backups");
        assertThat(permissions(backups)).isEqualTo("rwx------");
        assertThat(permissions(backups.resolve("metrics"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(backups.resolve("metrics/backup.prom"))).isEqualTo("rw-r--r--");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private List<String> metrics() throws IOException {
        return Files.readAllLines(folder.resolve("backups/metrics/backup.prom")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private long takenAt() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
            Path manifest = files.filter(file -> file.toString().endsWith(".manifest"))
                    .findFirst()
                    .orElseThrow();
            String time = Files.readAllLines(manifest).stream()
                    .filter(line -> line.startsWith("taken_at\t"))
                    .findFirst()
                    .orElseThrow();
            return Instant.parse(time.substring("taken_at\t".length())).getEpochSecond();
        }
    }

    private Outcome backup(String url, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("docker/backup", "--folder", folder.resolve("backups").toString()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("DATABASE_URL", url);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = builder.start();
        if (!process.waitFor(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running:\n" + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }
}
