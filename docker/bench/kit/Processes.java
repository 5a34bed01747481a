import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The processes that the kit has started, and its folder: both go when the kit ends, however it ends. */
final class Processes {

    /** A server in the background. */
    record Server(String name, Process process, Path log, String endSignal) {

        /** Fails with the end of its log if it has ended. */
        void requireAlive() {
            if (!process.isAlive()) {
                throw new Failure(name + " ended with code " + process.exitValue() + ":\n" + lastLines(log));
            }
        }
    }

    private final Path folder;
    private final Deque<Server> servers = new ArrayDeque<>();
    private volatile boolean ending;

    Processes(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    }

    boolean ending() {
        return ending;
    }

    /**
     * Starts a server whose output goes to a file.
     *
     * @param endSignal the signal that ends it
     */
    Server start(String name, String endSignal, Map<String, String> environment, List<String> command) {
        Path log = folder.resolve(name.replace(' ', '-') + ".log");
        // the kernel ends the server even if the kit is killed
        List<String> guarded = new ArrayList<>(List.of("setpriv", "--pdeathsig", endSignal));
        guarded.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(guarded)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        synchronized (servers) {
            if (ending) {
                throw new Failure("ended");
            }
            try {
                Server server = new Server(name, builder.start(), log, endSignal);
                servers.push(server);
                return server;
            } catch (IOException e) {
                throw new Failure("cannot start " + name + ": " + e.getMessage());
            }
        }
    }

    void end(Server server) {
        synchronized (servers) {
            servers.remove(server);
        }
        // a JVM that writes its ahead-of-time cache takes its time
        stop(server, 180);
    }

    private static void stop(Server server, int seconds) {
        try {
            new ProcessBuilder("kill", "-" + server.endSignal(), Long.toString(server.process().pid())).start().waitFor();
            if (!server.process().waitFor(seconds, TimeUnit.SECONDS)) {
                server.process().destroyForcibly().waitFor();
            }
        } catch (IOException | InterruptedException e) {
            server.process().destroyForcibly();
        }
    }

    /** Ends all servers, the newest first, and removes the folder. */
    private void end() {
        List<Server> all;
        synchronized (servers) {
            ending = true;
            all = List.copyOf(servers);
        }
        // wrk, pgbench, psql or a backup of the moment
        List<ProcessHandle> others = ProcessHandle.current()
                .children()
                .filter(child -> all.stream().noneMatch(server -> server.process().pid() == child.pid()))
                .toList();
        others.forEach(ProcessHandle::destroy);
        all.forEach(server -> stop(server, 20));
        // a script that is ended still writes into the folder
        others.forEach(child -> child.onExit().completeOnTimeout(child, 10, TimeUnit.SECONDS).join());
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("cannot remove " + folder);
        }
    }

    /** Runs a program to its end and returns what it printed; fails with what it complained about. */
    String run(Map<String, String> environment, String input, List<String> command) {
        try {
            Path complaints = Files.createTempFile(folder, "stderr", null);
            Path in = Files.writeString(Files.createTempFile(folder, "stdin", null), input);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectError(complaints.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes());
            int code = process.waitFor();
            String complaint = lastLines(complaints);
            Files.delete(complaints);
            Files.delete(in);
            if (code != 0) {
                throw new Failure(Path.of(command.get(0)).getFileName() + " ended with code " + code + ":\n" + complaint);
            }
            return output;
        } catch (IOException e) {
            throw new Failure("cannot run " + command.get(0) + ": " + e.getMessage());
        } catch (InterruptedException e) {
            throw new Failure("interrupted");
        }
    }

    String run(String... command) {
        return run(Map.of(), "", List.of(command));
    }

    static boolean isInstalled(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    static String lastLines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }
}
