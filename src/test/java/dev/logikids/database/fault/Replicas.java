package dev.logikids.database.fault;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Program;
import dev.logikids.database.testsupport.ServiceProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Processes of the service on one database, behind the HAProxy of {@code docker/proxy/processes.cfg}. */
final class Replicas implements AutoCloseable {

    private static final Path SETTINGS = Path.of("docker", "proxy", "processes.cfg");
    private static final List<String> NAMES = List.of("one", "two", "three", "four");

    private final Map<String, String> environment;
    private final List<Replica> replicas = new ArrayList<>();
    private final int port = Program.freePort();
    private Program proxy;

    private static final class Replica {

        final int port = Program.freePort();
        final int managementPort = Program.freePort();
        ServiceProcess process;
    }

    private Replicas(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Starts as many replicas of the application at the same moment, and the proxy once all are ready. */
    static Replicas start(Path folder, int count, Path application, Map<String, String> environment) throws Exception {
        Replicas started = new Replicas(environment);
        try {
            String settings = Files.readString(SETTINGS).replace("127.0.0.1:8080", "127.0.0.1:" + started.port);
            for (int i = 0; i < NAMES.size(); i++) {
                String shipped = "server " + NAMES.get(i) + " 127.0.0.1:808" + (i + 1) + " port 900" + (i + 1);
                String own = "";
                if (i < count) {
                    Replica replica = new Replica();
                    started.replicas.add(replica);
                    started.begin(i, application);
                    own = "server " + NAMES.get(i) + " 127.0.0.1:" + replica.port + " port " + replica.managementPort;
                }
                settings = settings.replace(shipped, own);
            }
            for (int i = 0; i < count; i++) {
                started.process(i).awaitStatus("/q/health/ready", 200);
            }
            Path file = Files.writeString(folder.resolve("haproxy.cfg"), settings);
            started.proxy = Program.start(folder, started.port, "haproxy", "-db", "-f", file.toString());
            return started;
        } catch (Exception | Error e) {
            started.close();
            throw e;
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Returns a client that comes through the proxy. */
    ApiClient api() {
        return new ApiClient(uri().toString());
    }

    int count() {
        return replicas.size();
    }

    ServiceProcess process(int i) {
        return replicas.get(i).process;
    }

    /** Replaces a replica by one of that application: SIGTERM, a new process, and returns when the proxy sends requests to it. */
    void restart(int i, Path application) throws Exception {
        process(i).terminate();
        process(i).exitCode();
        startAgain(i, application);
    }

    /** SIGKILL; returns when the proxy has seen it. */
    void kill(int i) throws Exception {
        process(i).kill();
        awaitState(i, "DOWN");
    }

    /** Starts a replica that has ended; returns when the proxy sends requests to it. */
    void startAgain(int i, Path application) throws Exception {
        // the proxy writes that it is up again, unless it has not noticed yet that it was down
        awaitState(i, "DOWN");
        process(i).close();
        begin(i, application);
        process(i).awaitStatus("/q/health/ready", 200);
        awaitState(i, "UP");
    }

    private void begin(int i, Path application) {
        Replica replica = replicas.get(i);
        replica.process = ServiceProcess.startOn(application, replica.port, replica.managementPort, environment);
    }

    /** All replicas are up when the proxy starts; then it writes each change. */
    private void awaitState(int i, String state) {
        String line = "service/" + NAMES.get(i) + " is ";
        Patience.await().until(() -> {
            String seen = proxy.output();
            int last = seen.lastIndexOf(line);
            return last >= 0 && seen.startsWith(state, last + line.length());
        });
    }

    @Override
    public void close() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        for (Replica replica : replicas) {
            if (replica.process != null) {
                replica.process.close();
            }
        }
    }
}
