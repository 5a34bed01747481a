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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The PostgreSQL server of dev mode and of {@code serve --embedded}: one a folder, kept through live reloads, stopped
 * with its JVM. What a killed JVM left behind is stopped by the next start. The data stays until somebody deletes it.
 */
public final class DevelopmentDatabase {

    /** Turns the server on outside of dev mode, or off in it; only asked when there is no DATABASE_URL. */
    public static final String ENABLED = "logikids.dev.postgresql.enabled";

    public static final String FOLDER = "logikids.dev.postgresql.folder";
    public static final String DEFAULT_FOLDER = ".data/postgresql";
    public static final String PORT = "logikids.dev.postgresql.port";

    private static final Logger LOG = Logger.getLogger(DevelopmentDatabase.class);
    // each live reload comes with a new class loader: only the JVM itself remembers the server
    private static final String RUNNING = "logikids.dev.postgresql.running";
    private static final long STOP_SECONDS = 15;
    // true while a native image is built, so its compiler drops the only way to the classes that are not in it
    private static final boolean NATIVE = ImageMode.current().isNativeImage();

    private DevelopmentDatabase() {}

    /**
     * Returns the DATABASE_URL of the running server, started if need be with the database {@code logikids}.
     *
     * @param port 0 takes a free one
     */
    public static synchronized String url(Path folder, int port) {
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
            // holds the lock until the server is down, and holds it at all: a channel nobody refers to is closed
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

    /** With the folder's lock in hand, a server that still runs on the data has lost its owner. */
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
            // the number went to another process, and PostgreSQL would take that for its own predecessor
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
            // SIGINT is the fast shutdown; Java itself can only send SIGTERM, which waits for every psql to leave
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

    /** A killed Maven would leave dev mode and its server running, with nobody to end them. */
    private static void endWithParent() {
        ProcessHandle.current().parent().ifPresent(maven -> maven.onExit().thenRun(() -> System.exit(0)));
    }
}
