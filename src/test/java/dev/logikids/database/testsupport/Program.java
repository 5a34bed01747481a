package dev.logikids.database.testsupport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of the operating system that stands between: HAProxy, PgBouncer. */
public final class Program implements AutoCloseable {

    private final Process process;
    private final Path log;

    private Program(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it and returns once it takes connections; skips the test when it is not installed. */
    public static Program start(Path folder, int port, String name, String... words) throws IOException {
        Optional<Path> file = find(name);
        assumeTrue(file.isPresent(), name + " is not installed");
        List<String> line = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // PgBouncer refuses to run as root
            line.addAll(List.of("unshare", "-U"));
        }
        line.add(file.get().toString());
        line.addAll(List.of(words));
        Path log = folder.resolve(name + ".log");
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Program program = new Program(process, log);
        Patience.await().failFast("ended, see " + log, () -> !process.isAlive()).until(() -> accepts(port));
        return program;
    }

    /** Returns where it is installed, if it is. */
    static Optional<Path> find(String name) {
        return Stream.of((System.getenv("PATH") + File.pathSeparator + "/usr/sbin").split(File.pathSeparator))
                .map(path -> Path.of(path, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public String output() throws IOException {
        return Files.readString(log);
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(1, TimeUnit.MINUTES).join();
    }

    /** Returns a port of this machine that nothing listens on now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
