import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A service under measurement: a build of this one, or the peer. */
final class Service {

    static final String SECRET = "a-secret-of-the-kit-that-is-thrown-away";

    static final String ADMIN_TOKEN = "an-operators-token-of-the-kit-that-is-thrown-away";

    /** What differs from what ships, and why. */
    static final Map<String, String> SETTINGS = new LinkedHashMap<>();

    static {
        // all requests are of a few users
        SETTINGS.put("LOGIKIDS_SYNC_LIMIT_ENABLED", "false");
        // as many connections as pgbench
        SETTINGS.put("LOGIKIDS_POOL_MAX_SIZE", Integer.toString(Load.PGBENCH_CLIENTS));
        // operators' lists are among the statements that are explained
        SETTINGS.put("ADMIN_TOKEN", ADMIN_TOKEN);
        // not at night, should the kit run then
        SETTINGS.put("LOGIKIDS_CLEANUP_CRON", "off");
        SETTINGS.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        SETTINGS.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
        // nobody balances load over it
        SETTINGS.put("QUARKUS_SHUTDOWN_DELAY", "0s");
    }

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final String name;
    private final Processes processes;
    private final List<String> command;
    private final Map<String, String> environment;
    private final int port;
    private final URI ready;
    private Processes.Server server;

    private Service(
            String name, Processes processes, List<String> command, Map<String, String> environment, int port, URI ready) {
        this.name = name;
        this.processes = processes;
        this.command = command;
        this.environment = environment;
        this.port = port;
        this.ready = ready;
    }

    /** A build of this service, a folder quarkus-app or a native executable, on a port and, for its management, the next one. */
    static Service ofBuild(String name, Path application, List<String> javaOptions, String databaseUrl, Processes processes, int port) {
        List<String> command = new ArrayList<>();
        if (Files.isDirectory(application)) {
            command.add(java());
            command.addAll(javaOptions);
            command.addAll(List.of("-jar", application.resolve("quarkus-run.jar").toString()));
        } else {
            command.add(application.toString());
        }
        Map<String, String> environment = new LinkedHashMap<>(SETTINGS);
        environment.put("DATABASE_URL", databaseUrl);
        environment.put("JWT_SECRET", SECRET);
        environment.put("PORT", Integer.toString(port));
        environment.put("MANAGEMENT_PORT", Integer.toString(port + 1));
        return new Service(name, processes, command, environment, port, URI.create("http://127.0.0.1:" + (port + 1) + "/q/health/ready"));
    }

    /** The peer: docker/bench/peer/README.md is its contract. */
    static Service ofPeer(Path jar, List<String> javaOptions, String databaseUrl, Processes processes, int port) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toString()));
        Map<String, String> environment = Map.of(
                "DATABASE_URL", databaseUrl,
                "JWT_SECRET", SECRET,
                "PORT", Integer.toString(port),
                "POOL_MAX_SIZE", Integer.toString(Load.PGBENCH_CLIENTS));
        return new Service("peer", processes, command, environment, port, URI.create("http://127.0.0.1:" + port + "/health"));
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    String name() {
        return name;
    }

    List<String> command() {
        return command;
    }

    /** Lets it start with one setting more. */
    void set(String variable, String value) {
        environment.put(variable, value);
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + port);
    }

    long pid() {
        return server.process().pid();
    }

    /** Starts it and returns how long it took until it was ready. */
    Duration start() {
        long began = System.nanoTime();
        server = processes.start(name, "TERM", environment, command);
        while (!isReady()) {
            server.requireAlive();
            if (System.nanoTime() - began > 300_000_000_000L) {
                throw new Failure(name + " is not ready after five minutes:\n" + Processes.lastLines(server.log()));
            }
            Pause.millis(2);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private boolean isReady() {
        try {
            return CLIENT.send(HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new Failure("interrupted");
        }
    }

    /** Runs a command of the service, with its settings, and returns what it printed. */
    String command(Processes processes, String word) {
        List<String> line = new ArrayList<>(command);
        line.add(word);
        return processes.run(environment, "", line);
    }

    void end() {
        processes.end(server);
    }

    /** The end of its log. */
    String lastLines() {
        return Processes.lastLines(server.log());
    }

    void requireAlive() {
        server.requireAlive();
    }
}
