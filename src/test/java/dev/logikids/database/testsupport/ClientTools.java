package dev.logikids.database.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.MountableFile;

/** psql and pg_dump for the server of the tests: those in its container, else those on the PATH if they are new enough. */
public final class ClientTools {

    // pg_dump refuses a server that is newer than itself
    private static final int OLDEST = 16;
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    private final PostgreSQLContainer container;
    private final Map<String, String> connection;

    private ClientTools(PostgreSQLContainer container, Map<String, String> connection) {
        this.container = container;
        this.connection = connection;
    }

    static ClientTools inside(PostgreSQLContainer container) {
        return new ClientTools(container, Map.of("PGUSER", "logikids"));
    }

    static ClientTools onPath(String host, int port) {
        return new ClientTools(
                null,
                Map.of(
                        "PGHOST",
                        host,
                        "PGPORT",
                        String.valueOf(port),
                        "PGUSER",
                        "logikids",
                        "PGPASSWORD",
                        "development"));
    }

    /** Why they cannot be used; empty when they can. */
    public Optional<String> absence() {
        if (container != null) {
            return Optional.empty();
        }
        String version;
        try {
            version = run(List.of("sh", "-c", "psql --version && pg_dump --version"));
        } catch (IllegalStateException | UncheckedIOException none) {
            return Optional.of("the tests run without Docker, and there is no psql or pg_dump on the PATH");
        }
        Matcher matcher = VERSION.matcher(version);
        while (matcher.find()) {
            if (Integer.parseInt(matcher.group(1)) < OLDEST) {
                return Optional.of("the tests run without Docker, and psql or pg_dump on the PATH is older than "
                        + OLDEST + ": " + version.strip());
            }
        }
        return Optional.empty();
    }

    /**
     * Runs a shell script that finds the server in its environment, and returns what it printed.
     *
     * @param folder with the script and what it reads; in a container, a copy of it
     * @param script its name in the folder
     * @param arguments after the folder, which is the first
     */
    public String script(Path folder, String script, List<String> arguments) {
        String here = container == null ? folder.toString() : "/tmp/" + folder.getFileName();
        List<String> command = new ArrayList<>(List.of("sh", here + "/" + script, here));
        command.addAll(arguments);
        if (container == null) {
            return run(command);
        }
        container.copyFileToContainer(MountableFile.forHostPath(folder), here);
        List<String> withConnection = new ArrayList<>(List.of("env"));
        connection.forEach((name, value) -> withConnection.add(name + "=" + value));
        withConnection.addAll(command);
        try {
            ExecResult result =
                    container.execInContainer(StandardCharsets.UTF_8, withConnection.toArray(String[]::new));
            return checked(result.getExitCode(), result.getStdout(), result.getStderr());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String run(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(connection);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " does not end");
            }
            return checked(process.exitValue(), output, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String checked(int exitCode, String output, String errors) {
        if (exitCode != 0) {
            throw new IllegalStateException("exit code " + exitCode + ": " + output + errors);
        }
        return output;
    }
}
