package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker/restore while the service runs; whether it restores is what docker/restore-drill tests. */
class RestoreTest {

    private final String databaseUrl = TestPostgreSql.server().createDatabase();
    private final String database = databaseUrl.substring(databaseUrl.lastIndexOf('/') + 1);

    @TempDir
    Path folder;

    private record Outcome(int exitCode, String output) {}

    @BeforeAll
    static void needsTheClientPrograms() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "psql"))),
                "no psql on this machine");
    }

    @Test
    void aDatabaseThatTheServiceUsesIsNotRestoredInto() throws Exception {
        try (Connection service = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = service.createStatement()) {
            statement.execute("SET application_name = 'logikids-database'");

            assertRefused(restore("--into", database));
            assertRefused(restore("--replace-live-data"));
            assertRefused(restore("--into", database, "--replace-live-data"));
        }

        // what this test calls a dump is none: the next step finds that out
        assertThat(restore("--into", database).output()).contains("restoring ").doesNotContain("the service uses");
    }

    private void assertRefused(Outcome outcome) {
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output())
                .contains(
                        "the service uses " + database + ":", "logikids-database from ", "docker compose stop service")
                .doesNotContain("restoring ", "development");
    }

    private Outcome restore(String... arguments) throws Exception {
        byte[] content = "no dump".getBytes(StandardCharsets.UTF_8);
        Path dump = Files.write(folder.resolve("some.dump"), content);
        String checksum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        Files.writeString(folder.resolve("some.manifest"), "dump_sha256\t" + checksum + "\n");
        List<String> command = new ArrayList<>(List.of("docker/restore", dump.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Outcome run(List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("DATABASE_URL", databaseUrl);
        Process process = builder.start();
        if (!process.waitFor(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running:\n" + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }
}
