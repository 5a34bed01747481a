package dev.logikids.database.devdatabase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The server of dev mode in JVMs of its own, which end in every way a developer ends them. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DevelopmentDatabaseTest {

    private static final String READY = "ready ";

    @TempDir
    Path folder;

    private final List<Process> owners = new ArrayList<>();

    /** What a child JVM runs: the server, until its standard input ends. */
    public static final class Owner {

        public static void main(String[] arguments) throws IOException {
            System.out.println(READY + DevelopmentDatabase.url(Path.of(arguments[0]), 0));
            while (System.in.read() >= 0) {
                // the test holds the other end
            }
        }
    }

    @AfterEach
    void leaveNothingRunning() {
        owners.forEach(Process::destroyForcibly);
        servers().forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void findsItsDataAgainAndLeavesNothingBehind() throws Exception {
        Process first = owner();
        execute(url(first), "CREATE TABLE kept AS SELECT 'row' AS value");
        end(first);
        assertThat(servers()).isEmpty();

        Process second = owner();
        assertThat(keptRow(url(second))).isEqualTo("row");
        end(second);
        assertThat(servers()).isEmpty();
    }

    @Test
    void theNextStartStopsWhatAKilledProcessLeft() throws Exception {
        Process first = owner();
        execute(url(first), "CREATE TABLE kept AS SELECT 'row' AS value");
        first.destroyForcibly().waitFor();
        assertThat(servers()).as("a killed JVM cannot stop its server").hasSize(1);
        ProcessHandle orphan = servers().get(0);

        Process second = owner();
        assertThat(keptRow(url(second))).isEqualTo("row");
        assertThat(orphan.isAlive()).isFalse();
        assertThat(servers()).hasSize(1);
        end(second);
        assertThat(servers()).isEmpty();
    }

    @Test
    void aSecondOwnerIsRefusedAndTheFirstUnharmed() throws Exception {
        Process first = owner();
        String url = url(first);
        Process second = owner();
        assertThat(output(second)).contains("belongs to another running process", DevelopmentDatabase.FOLDER);
        assertThat(second.waitFor()).isEqualTo(1);
        execute(url, "SELECT 1");
        end(first);
    }

    @Test
    void aRecycledProcessNumberIsNotMistakenForTheServer() throws Exception {
        Process first = owner();
        url(first);
        end(first);
        long innocent = ProcessHandle.current().pid();
        Files.writeString(folder.resolve("data/postmaster.pid"), innocent + "\n" + folder + "/data\n");

        Process second = owner();
        execute(url(second), "SELECT 1");
        end(second);
    }

    private Process owner() throws IOException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        owners.add(owner);
        return owner;
    }

    /** As Ctrl-C and kill do. */
    private static void end(Process owner) throws InterruptedException {
        owner.destroy();
        assertThat(owner.waitFor(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    private static String url(Process owner) throws IOException {
        BufferedReader lines = owner.inputReader(StandardCharsets.UTF_8);
        StringBuilder seen = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                return line.substring(READY.length());
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("the server did not start:\n" + seen);
    }

    private static String output(Process owner) throws IOException {
        return new String(owner.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private List<ProcessHandle> servers() {
        String data = folder.toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(data))
                .filter(process -> process.info().command().orElse("").endsWith("postgres"))
                .toList();
    }

    private static String keptRow(String url) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT value FROM kept")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
