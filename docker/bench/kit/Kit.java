import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts everything, measures and reports; {@code run} has the usage. */
final class Kit {

    static final String LEAN = "pgbench lean";

    private static final int PORTS = 10;
    private static final double STEADY = 0.05;
    private static final int WINDOWS = 12;

    private final Path project;
    private final Path folder;
    private final Options options;
    private final Processes processes;
    private final Report report = new Report();

    private Kit(Path project, Path folder, Options options, Processes processes) {
        this.project = project;
        this.folder = folder;
        this.options = options;
        this.processes = processes;
    }

    public static void main(String[] arguments) {
        Path project = Path.of(arguments[0]).normalize();
        Path folder = Path.of(arguments[1]);
        Processes processes = new Processes(folder);
        int code = 2;
        try {
            Options options = Options.parse(project, Arrays.asList(arguments).subList(2, arguments.length));
            code = new Kit(project, folder, options, processes).run() ? 0 : 1;
        } catch (Failure e) {
            if (!processes.ending()) {
                System.err.println(e.getMessage());
            }
        }
        System.exit(code);
    }

    /** Returns whether no request failed. */
    private boolean run() {
        check();
        report.environment(options, environment());
        PostgreSql postgreSql = PostgreSql.start(project, folder, processes, options.port());
        report.settings(postgreSql.settings(), Service.SETTINGS);
        if (!options.calls().isEmpty()) {
            calls(postgreSql);
        }
        report.print();
        options.json().ifPresent(report::writeJson);
        options.svg().ifPresent(report::writeSvg);
        return report.errors() == 0;
    }

    private void check() {
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            throw new Failure("the kit reads processor times from /proc: it needs Linux");
        }
        for (String tool : List.of("wrk", "pgbench", "psql", "tar", "xz")) {
            if (!Processes.isInstalled(tool)) {
                throw new Failure(tool + " is not installed");
            }
        }
        for (int port = options.port(); port < options.port() + PORTS; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw new Failure("port " + port + " is taken: end what listens there, or choose others with --port N");
            }
        }
    }

    private Map<String, Object> environment() {
        Map<String, Object> environment = new LinkedHashMap<>();
        double load = java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        int cores = Runtime.getRuntime().availableProcessors();
        environment.put("cores", cores);
        environment.put("load", load);
        environment.put("busy", load > cores);
        environment.put("kernel", System.getProperty("os.version"));
        environment.put("java", System.getProperty("java.vm.version"));
        environment.put("wrk", wrkVersion());
        environment.put("pgbench", processes.run("pgbench", "--version").strip());
        return environment;
    }

    private String wrkVersion() {
        try {
            // ends with code 1
            Process wrk = new ProcessBuilder("wrk", "-v").redirectErrorStream(true).start();
            return new String(wrk.getInputStream().readAllBytes()).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new Failure("cannot run wrk: " + e.getMessage());
        }
    }

    private void calls(PostgreSql postgreSql) {
        Load load = new Load(processes, postgreSql, project.resolve("docker/bench/kit/requests.lua"), folder);
        postgreSql.createDatabase("kit");
        List<Target> targets = new ArrayList<>();
        targets.add(build(options.vs().isPresent() ? "after" : "service", options.build(), 1, "kit", postgreSql, load));
        options.vs().ifPresent(folder -> targets.add(0, build("before", folder, 3, "kit", postgreSql, load)));
        for (Target target : targets) {
            report.say(target.name() + " is ready after " + target.service().start().toMillis() + " ms: "
                    + String.join(" ", target.service().command()));
        }
        Group users = Group.ofUsers(200);
        Group large = Group.large();
        targets.get(0).seed(users);
        targets.get(0).seed(large);
        targets.get(0).seedYardsticks(users);
        for (Call call : options.calls()) {
            Group group = call.isLarge() ? large : users;
            postgreSql.settle("kit");
            measure(call, group, targets);
        }
        targets.forEach(target -> target.service().end());
    }

    private Target build(String name, Path application, int port, String database, PostgreSql postgreSql, Load load) {
        Service service = Service.ofBuild(
                name, application, options.javaOptions(), postgreSql.url(database), processes, options.port() + port);
        return new Target(name, service, database, postgreSql, load, folder);
    }

    private void measure(Call call, Group group, List<Target> targets) {
        List<Boolean> steady = targets.stream().map(target -> warm(call, group, target)).toList();
        List<List<Turn>> turns = new ArrayList<>();
        for (int i = 0; i <= targets.size(); i++) {
            turns.add(new ArrayList<>());
        }
        for (int turn = 0; turn < options.turns(); turn++) {
            // another one begins each time, so that none is always the one after pgbench
            for (int i = 0; i <= targets.size(); i++) {
                int which = (turn + i) % (targets.size() + 1);
                turns.get(which)
                        .add(which < targets.size()
                                ? targets.get(which).turn(call, group, options.seconds())
                                : targets.get(0).yardstick(call, group, options.seconds()));
            }
        }
        for (int i = 0; i < targets.size(); i++) {
            report.add(new Row("calls", call.title, targets.get(i).name(), turns.get(i), steady.get(i)));
        }
        report.add(new Row("calls", call.title, LEAN, turns.get(targets.size()), true));
    }

    /**
     * Sends requests until the rates of three windows in a row are within 5 % of each other, because on few cores the JVM compiles
     * while it is under load; gives up after twelve windows. Returns whether it became steady.
     */
    private boolean warm(Call call, Group group, Target target) {
        int seconds = options.quick() ? 1 : Math.max(3, options.seconds());
        List<Double> rates = new ArrayList<>();
        while (rates.size() < (options.quick() ? 1 : WINDOWS)) {
            rates.add(target.turn(call, group, seconds).rate());
            if (rates.size() >= 3) {
                double[] last = rates.subList(rates.size() - 3, rates.size()).stream().mapToDouble(rate -> rate).sorted().toArray();
                if (last[2] - last[0] <= STEADY * last[1]) {
                    return true;
                }
            }
        }
        return false;
    }
}
