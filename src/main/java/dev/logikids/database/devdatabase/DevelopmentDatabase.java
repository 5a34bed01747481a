package dev.logikids.database.devdatabase;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The PostgreSQL server of dev mode and of {@code serve --embedded}: one per folder, kept across live reloads, stopped
 * with its JVM. If the JVM was killed, the next start stops its server. The data is kept until somebody deletes it.
 */
public final class DevelopmentDatabase {

    /** Whether to start a server when there is no DATABASE_URL. */
    private static final String ENABLED = "logikids.dev.postgresql.enabled";

    static final String FOLDER = "logikids.dev.postgresql.folder";
    private static final String DEFAULT_FOLDER = ".data/postgresql";
    private static final String PORT = "logikids.dev.postgresql.port";

    private static final Logger LOG = Logger.getLogger(DevelopmentDatabase.class);
    // a system property, because each live reload has a new class loader
    private static final String RUNNING = "logikids.dev.postgresql.running";
    private static final long STOP_SECONDS = 15;
    // a build-time constant, so native-image removes the embedded server
    private static final boolean NATIVE = ImageMode.current().isNativeImage();

    private DevelopmentDatabase() {}

    /**
     * Returns the DATABASE_URL of the server, which is started if it is not running, or empty if it is not enabled.
     *
     * @param settings looks up {@code logikids.dev.postgresql.*}
     * @throws ConfigurationException if the server cannot be had, with what to do about it
     */
    public static Optional<String> urlIfEnabled(Function<String, Optional<String>> settings) {
        if (!settings.apply(ENABLED).map(Boolean::valueOf).orElse(false)) {
            return Optional.empty();
        }
        Path folder = Path.of(settings.apply(FOLDER).orElse(DEFAULT_FOLDER));
        int port = settings.apply(PORT).map(Integer::valueOf).orElse(0);
        return Optional.of(url(folder, port));
    }

    /**
     * Returns the DATABASE_URL of the server, which is started if it is not running, with the database {@code logikids}.
     *
     * @param port 0 takes a free one
     */
    static synchronized String url(Path folder, int port) {
        String running = System.getProperty(RUNNING);
        if (running == null) {
            running = start(folder.toAbsolutePath().normalize(), port);
            System.setProperty(RUNNING, running);
            if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
                endWithParent();
            }
        }
        return running;
    }

    private static String start(Path folder, int port) {
        if (NATIVE) {
            throw new ConfigurationException("a native executable has no embedded PostgreSQL: set DATABASE_URL");
        }
        try {
            Files.createDirectories(folder);
            FileChannel owner = lock(folder);
            Path data = folder.resolve("data");
            stopOrphan(data);
            EmbeddedPostgreSql server = EmbeddedPostgreSql.start(data, port);
            // keeps a reference to the channel, which would otherwise be collected and closed, until the server is down
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, owner), "stop-postgresql"));
            LOG.infof(
                    "PostgreSQL for development: psql postgresql://logikids@localhost:%d/logikids (password development),"
                            + " data in %s; to start afresh, stop and delete that folder",
                    server.port(), folder);
            return "postgresql://logikids:development@localhost:" + server.port() + "/logikids?sslmode=disable";
        } catch (NoClassDefFoundError notPackaged) {
            throw new ConfigurationException(
                    "this package has no PostgreSQL binaries: build it with mvn package -Pembedded,"
                            + " or set DATABASE_URL");
        } catch (IOException e) {
            throw new UncheckedIOException("the PostgreSQL for development in " + folder + " does not start", e);
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        Path file = folder.resolve("owner.lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new ConfigurationException(
                    "the PostgreSQL for development in " + folder + " belongs to another running process;"
                            + " stop that one, or choose another folder with -D" + FOLDER + "=FOLDER");
        }
        return channel;
    }

    /** Call with the lock of the folder: a server that still runs on the data has no owner. */
    private static void stopOrphan(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        ProcessHandle process = ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(ProcessHandle::isAlive)
                .orElse(null);
        if (process != null && isPostgresOf(process, data)) {
            LOG.infof("stopping the PostgreSQL (process %d) that a killed process left on %s", process.pid(), data);
            stop(process);
        } else if (process != null) {
            // another process now has this number, and PostgreSQL would take it for a server on the same data
            Files.deleteIfExists(pidFile);
        }
    }

    private static boolean isPostgresOf(ProcessHandle process, Path data) {
        String command = process.info().command().orElse("");
        String whole = process.info().commandLine().orElse(data.toString());
        String name = command.isEmpty() ? "" : Path.of(command).getFileName().toString();
        return name.startsWith("postgres") && whole.contains(data.toString());
    }

    private static void stop(ProcessHandle process) throws IOException {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows")) {
            process.destroyForcibly();
        } else {
            // SIGINT is the fast shutdown; Java can only send SIGTERM, which waits until every client disconnects
            new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start();
        }
        if (!ended(process)) {
            process.destroyForcibly();
            ended(process);
        }
    }

    private static boolean ended(ProcessHandle process) {
        try {
            process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void stop(EmbeddedPostgreSql server, FileChannel owner) {
        try (owner) {
            server.stop();
        } catch (IOException e) {
            LOG.warn("the PostgreSQL for development did not stop; the next start stops it", e);
        }
    }

    /** Otherwise dev mode and its server would go on after Maven was killed. */
    private static void endWithParent() {
        ProcessHandle.current().parent().ifPresent(maven -> maven.onExit().thenRun(() -> System.exit(0)));
    }
}
