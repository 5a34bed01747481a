package dev.logikids.database.testsupport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.logikids.database.migration.MigrationFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/** The packaged service as a process of its own, jar or native executable: what an operator starts. */
public final class ServiceProcess implements AutoCloseable {

    private static final Path TARGET = Path.of("target");
    /** Where the archive of classes belongs; pom.xml sets it for the tests that run after the packaging. */
    private static final Optional<String> CLASSES = Optional.ofNullable(System.getProperty("service.classes"));

    /** Where not even root can write, for temporary files: a read-only container has no other folder. */
    private static final Path NOT_WRITABLE = Path.of("/proc/self/fdinfo");

    /** Commands and tests end soon: the first compiler and the simplest collector save half of the start. */
    private static final List<String> FAST_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** What Quarkus logs once both ports are open. */
    private static final Pattern LISTENING = Pattern.compile(
            "Listening on: http://[^:]+:(\\d+)\\. Management interface listening on http://[^:]+:(\\d+)");

    private static boolean recorded;

    private final Process process;
    private final Queue<String> output = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Ports> ports = new CompletableFuture<>();
    private final Thread reader;

    private record Ports(URI service, URI management) {}

    private ServiceProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Returns what the last build has made, and not what one before it has left: the folder of the jar, or the native
     * executable.
     */
    public static Path application() {
        Properties artifact = new Properties();
        try (Reader file = Files.newBufferedReader(TARGET.resolve("quarkus-artifact.properties"))) {
            artifact.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path made = TARGET.resolve(artifact.getProperty("path"));
        return artifact.getProperty("type").equals("native") ? made : made.getParent();
    }

    private static boolean isJar(Path application) {
        return Files.isDirectory(application);
    }

    /**
     * Lets later processes of the application as built load their classes from an archive, which halves the start. Its first
     * call starts the service once to record it; a JVM that cannot use the archive starts without it.
     */
    public static synchronized void recordClasses() {
        if (!recorded && CLASSES.isPresent() && isJar(application())) {
            recorded = true;
            try {
                Files.deleteIfExists(Path.of(CLASSES.get()));
                recordInto(CLASSES.get());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void recordInto(String archive) throws Exception {
        Map<String, String> database =
                Map.of("DATABASE_URL", TestPostgreSql.server().createDatabase());
        try (ServiceProcess service = start(
                application(),
                database,
                List.of("-XX:ArchiveClassesAtExit=" + archive, "-Dquarkus.shutdown.delay=0s"))) {
            service.awaitStatus("/q/health/ready", 200);
            service.api().get("/api/status");
            service.api().post("/api/auth/register", ApiTest.registration(Rows.newUserId(), "none"));
            service.management().get("/q/metrics");
            service.terminate();
            service.exitCode();
        }
    }

    /**
     * Returns a copy of the built application in that folder with one further migration file in its jar. Skips the test for a
     * native executable: its files are compiled into it.
     */
    public static Path applicationWith(Path folder, String migration, String sql) throws IOException {
        Path built = application();
        assumeTrue(isJar(built), "no file can be added to a native executable");
        try (Stream<Path> files = Files.walk(built)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = folder.resolve(built.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        try (Stream<Path> jars = Files.list(folder.resolve("app"))) {
            Path jar = jars.findFirst().orElseThrow();
            try (FileSystem content = FileSystems.newFileSystem(jar)) {
                Files.writeString(content.getPath(MigrationFiles.FOLDER, migration), sql);
            }
        }
        return folder;
    }

    /** Starts the service (or, with words, a command) on ports that the operating system chooses. */
    public static ServiceProcess start(Path application, Map<String, String> environment, String... words) {
        return start(application, environment, classes(application), words);
    }

    /** Starts the service on ports that stay its own over restarts. */
    public static ServiceProcess startOn(
            Path application, int port, int managementPort, Map<String, String> environment) {
        return start(
                application,
                environment,
                classes(application()),
                List.of("-Dquarkus.http.port=" + port, "-Dquarkus.management.port=" + managementPort));
    }

    private static List<String> classes(Path application) {
        recordClasses();
        return CLASSES.filter(file -> application.equals(application()))
                .map(file -> List.of("-XX:SharedArchiveFile=" + file))
                .orElse(List.of());
    }

    private static ServiceProcess start(
            Path application, Map<String, String> environment, List<String> options, String... words) {
        return start(
                application,
                environment,
                options,
                List.of("-Dquarkus.http.port=0", "-Dquarkus.management.port=0"),
                words);
    }

    private static ServiceProcess start(
            Path application,
            Map<String, String> environment,
            List<String> options,
            List<String> ports,
            String... words) {
        List<String> command = new ArrayList<>();
        if (isJar(application)) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(FAST_START);
            command.addAll(options);
        } else {
            command.add(application.toAbsolutePath().toString());
        }
        command.addAll(ports);
        command.addAll(List.of("-Dquarkus.http.host=127.0.0.1", "-Dquarkus.management.host=127.0.0.1"));
        if (Files.isDirectory(NOT_WRITABLE)) {
            command.add("-Djava.io.tmpdir=" + NOT_WRITABLE);
        }
        if (isJar(application)) {
            command.addAll(
                    List.of("-jar", application.resolve("quarkus-run.jar").toString()));
        }
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.contains("DATABASE_URL") || name.startsWith("JWT_SECRET"));
        builder.environment().put("JWT_SECRET", "a secret of the integration tests, 32 bytes or more");
        builder.environment().putAll(environment);
        if (TestPostgreSql.behindPgBouncer()) {
            leadThroughPgBouncer(builder.environment());
        }
        try {
            return new ServiceProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unless the test is about the way to the database. */
    private static void leadThroughPgBouncer(Map<String, String> environment) {
        String url = environment.getOrDefault("DATABASE_URL", "");
        if (TestPostgreSql.server().isAt(url) && !environment.containsKey("MIGRATION_DATABASE_URL")) {
            environment.putAll(TestPostgreSql.server().settings(url));
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    ports.complete(new Ports(local(listening.group(1)), local(listening.group(2))));
                }
            }
        } catch (IOException e) {
            // the process was killed
        } finally {
            ports.completeExceptionally(new IllegalStateException("ended before it listened:\n" + output()));
        }
    }

    private static URI local(String port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private Ports ports() throws Exception {
        return ports.get(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    /** Returns all that the process has written. */
    public String output() {
        return String.join("\n", output);
    }

    /** Returns where the service listens for its clients. Waits until the port is known. */
    public URI uri() throws Exception {
        return ports().service();
    }

    /** Returns a client of the service. Waits until the port is known. */
    public ApiClient api() throws Exception {
        return new ApiClient(uri().toString());
    }

    /** Returns where the management interface listens. Waits until the port is known. */
    public URI managementUri() throws Exception {
        return ports().management();
    }

    /** Returns a client of the management interface. Waits until the port is known. */
    public ApiClient management() throws Exception {
        return new ApiClient(managementUri().toString());
    }

    /** Returns the status code of a GET of the management interface, 0 when nobody answers. Waits until the port is known. */
    public int status(String path) throws Exception {
        try {
            return management().get(path).status();
        } catch (CompletionException nobody) {
            return 0;
        }
    }

    /** Returns once GET of that path of the management interface answers the status; fails when the process ends before. */
    public void awaitStatus(String path, int status) {
        await("status " + status + " from " + path, () -> status(path) == status);
    }

    /** Returns how many connections of the pool are lent out. Waits until the port is known. */
    public double poolInUse() throws Exception {
        return management()
                .get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("logikids_pool_connections{state=\"in_use\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    public long pid() {
        return process.pid();
    }

    /** Returns the processor time that the process has used. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Returns once the output holds that text; fails when the process ends before. */
    public void awaitOutput(String text) {
        await("output of " + text, () -> output().contains(text));
    }

    private void await(String what, Callable<Boolean> condition) {
        try {
            Patience.await()
                    .failFast(() -> !reader.isAlive() && !condition.call())
                    .until(condition);
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new AssertionError("no " + what + ":\n" + output(), e);
        }
    }

    /** Returns the exit code once the process has ended. */
    public int exitCode() throws Exception {
        if (!process.waitFor(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException("still running:\n" + output());
        }
        reader.join();
        return process.exitValue();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Kills the process, unless it has ended; fails when it has written a stack trace. */
    @Override
    public void close() throws InterruptedException {
        kill();
        reader.join();
        boolean excused = false;
        for (String line : output) {
            if (!line.startsWith("\tat ")) {
                // a busy machine blocks any thread now and then
                excused = line.contains("BlockedThreadChecker");
            } else if (!excused) {
                throw new AssertionError("an uncaught exception:\n" + output());
            }
        }
    }
}
