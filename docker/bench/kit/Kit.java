import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts everything, measures and reports; {@code run} has the usage. */
final class Kit {

    private static final int PORTS = 20;
    private static final int FEW = 200;
    private static final int WINDOWS = 12;

    private final Path project;
    private final Path folder;
    private final Options options;
    private final Processes processes;
    private final Report report = new Report();
    private final Turns turns;
    private PostgreSql postgreSql;
    private Load load;
    private final Map<Path, Path> caches = new LinkedHashMap<>();
    private int nextPort;

    private Kit(Path project, Path folder, Options options, Processes processes) {
        this.project = project;
        this.folder = folder;
        this.options = options;
        this.processes = processes;
        this.turns = new Turns(options, report);
        this.nextPort = options.port() + 1;
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
        report.environment(environment());
        if (options.peer()) {
            report.say("building the peer");
            processes.run("mvn", "-B", "-q", "-f", project.resolve("docker/bench/peer/pom.xml").toString(), "package");
        }
        postgreSql = PostgreSql.start(project, folder, processes, options.port());
        load = new Load(processes, postgreSql, project.resolve("docker/bench/kit/requests.lua"), folder);
        report.settings(postgreSql.settings(), Service.SETTINGS);
        try {
            if (!options.calls().isEmpty() || options.parts().contains(Options.Part.START)) {
                compare();
            }
            if (options.parts().contains(Options.Part.SIZE)) {
                sizes();
            }
            if (options.parts().contains(Options.Part.SCALE)) {
                scale();
            }
            if (options.parts().contains(Options.Part.CITUS)) {
                citus(options.citus().orElseThrow());
            }
            report.ended(systemLoad());
        } finally {
            // what was measured before a failure was long in the making
            options.json().ifPresent(report::writeJson);
            options.svg().ifPresent(report::writeSvg);
        }
        return report.errors() == 0;
    }

    private void check() {
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            throw new Failure("the kit reads processor times from /proc: it needs Linux");
        }
        for (String tool : List.of("wrk", "pgbench", "psql", "tar", "xz", "setpriv")) {
            if (!Processes.isInstalled(tool)) {
                throw new Failure(tool + " is not installed");
            }
        }
        if (folder.toFile().getUsableSpace() < 10_000_000_000L) {
            throw new Failure("less than 10 GB are free in " + folder.getParent() + ": set TMPDIR to another folder");
        }
        if (options.parts().contains(Options.Part.SCALE)) {
            Scale.requireRoom(folder, options);
        }
        options.citus().ifPresent(url -> Citus.requireEmpty(PostgreSql.at(processes, url.getPort()), database(url)));
        for (int port = options.port(); port < options.port() + PORTS; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw new Failure("port " + port + " is taken: end what listens there, or choose others with --port N");
            }
        }
    }

    private Map<String, Object> environment() {
        Map<String, Object> environment = new LinkedHashMap<>();
        int cores = Runtime.getRuntime().availableProcessors();
        environment.put("cores", cores);
        environment.put("load at the start", systemLoad());
        environment.put("busy", systemLoad() > cores);
        environment.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        environment.put("processor", processor());
        environment.put("file system", fileSystem());
        environment.put("kernel", System.getProperty("os.version"));
        environment.put("java", System.getProperty("java.vm.version"));
        environment.put("wrk", wrkVersion());
        environment.put("pgbench", processes.run("pgbench", "--version").strip());
        environment.put("java options", String.join(" ", options.javaOptions()));
        environment.put("connections of wrk", Load.CONNECTIONS);
        environment.put("connections of pgbench", Load.PGBENCH_CLIENTS);
        environment.put("turns", options.turns());
        environment.put("seconds", options.seconds());
        environment.put("quick", options.quick());
        return environment;
    }

    private String fileSystem() {
        try {
            return Files.getFileStore(folder).type();
        } catch (IOException e) {
            throw new Failure("cannot ask for the file system of " + folder + ": " + e.getMessage());
        }
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.replaceFirst("[^:]*: ", ""))
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new Failure("cannot read /proc/cpuinfo: " + e.getMessage());
        }
    }

    private static double systemLoad() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private String wrkVersion() {
        try {
            // prints its usage too, and ends with code 1
            Process wrk = new ProcessBuilder("wrk", "-v").redirectErrorStream(true).start();
            return new String(wrk.getInputStream().readAllBytes()).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new Failure("cannot run wrk: " + e.getMessage());
        }
    }

    /** The builds and the peer, on one database: start-up and each call. */
    private void compare() {
        String database = "compare";
        postgreSql.createDatabase(database);
        List<Target> targets = new ArrayList<>();
        options.vs().ifPresent(before -> targets.add(build("before", before, database)));
        targets.add(build(options.vs().isPresent() ? "after" : "service", options.build(), database));
        if (options.peer()) {
            targets.add(target(
                    Service.ofPeer(
                            project.resolve("docker/bench/peer/target/peer.jar"),
                            options.javaOptions(),
                            postgreSql.url(database),
                            processes,
                            port()),
                    database));
        }
        // the first start migrates
        targets.forEach(this::start);
        if (options.parts().contains(Options.Part.START)) {
            targets.forEach(target -> target.service().end());
            starts(targets);
            targets.forEach(this::start);
        }
        Group users = Group.ofUsers(FEW);
        Group large = Group.large();
        Target first = targets.get(0);
        first.seed(users);
        first.seedYardsticks(users);
        if (options.calls().stream().anyMatch(Call::isLarge)) {
            first.seed(large);
        }
        for (Call call : options.calls()) {
            Group group = call.isLarge() ? large : users;
            measure("calls", call.title, call, group, database, targets);
        }
        targets.forEach(target -> target.service().end());
    }

    private void start(Target target) {
        target.service().start();
        report.command(target.name(), String.join(" ", target.service().command()));
    }

    private Target build(String name, Path application, String database) {
        return build(name, application, database, postgreSql, load);
    }

    private Target build(String name, Path application, String database, PostgreSql server, Load load) {
        int port = port();
        // for its management
        port();
        List<String> javaOptions = new ArrayList<>(options.javaOptions());
        cache(application).ifPresent(cache -> javaOptions.add(0, "-XX:AOTCache=" + cache));
        return new Target(
                Service.ofBuild(name, application, javaOptions, server.url(database), processes, port), database, server, load, folder);
    }

    /** The ahead-of-time cache that a build has, or one that this JDK can write; --quick goes without. */
    private Optional<Path> cache(Path application) {
        if (!Files.isDirectory(application) || Runtime.version().feature() < 25) {
            return Optional.empty();
        }
        Path shipped = application.resolve("service.aot");
        if (Files.isReadable(shipped)) {
            return Optional.of(shipped);
        }
        if (!options.quick() && !caches.containsKey(application)) {
            caches.put(application, train(application));
        }
        return Optional.ofNullable(caches.get(application));
    }

    private Path train(Path application) {
        report.say("training the ahead-of-time cache of " + application);
        String database = "training" + caches.size();
        postgreSql.createDatabase(database);
        Path cache = folder.resolve(database + ".aot");
        List<String> javaOptions = new ArrayList<>(options.javaOptions());
        javaOptions.add("-XX:AOTCacheOutput=" + cache);
        Service service = Service.ofBuild(database, application, javaOptions, postgreSql.url(database), processes, port());
        // for its management
        port();
        service.start();
        Group users = new Group("USER", 16, 10_240);
        Target target = target(service, database);
        target.seed(users);
        target.exercise(users);
        service.end();
        if (!Files.isReadable(cache)) {
            throw new Failure("the JVM wrote no ahead-of-time cache:\n" + service.lastLines());
        }
        return cache;
    }

    private int port() {
        return nextPort++;
    }

    private Target target(Service service, String database) {
        return new Target(service, database, postgreSql, load, folder);
    }

    /** From the start of the process until it is ready, with nothing to migrate. */
    private void starts(List<Target> targets) {
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        for (int round = 0; round < (options.quick() ? 1 : 10); round++) {
            for (Target target : targets) {
                millis.computeIfAbsent(target.name(), name -> new ArrayList<>())
                        .add(target.service().start().toNanos() / 1e6);
                target.service().end();
            }
        }
        millis.forEach(report::addStart);
    }

    /** A call by all targets, and by pgbench with the lean statement and with each target's own. */
    private void measure(String part, String title, Call call, Group group, String database, List<Target> targets) {
        postgreSql.settle(database);
        List<Contender> contenders = new ArrayList<>();
        for (Target target : targets) {
            contenders.add(new Contender(target.name(), true, seconds -> target.turn(call, group, seconds)));
        }
        Target first = targets.get(0);
        contenders.add(new Contender(Report.LEAN, false, seconds -> first.lean(call, group, seconds)));
        for (Target target : targets) {
            target.own(call, group)
                    .ifPresent(statement -> contenders.add(new Contender(
                            Report.OWN + target.name(),
                            false,
                            seconds -> target.pgbench(call, group, statement, seconds))));
        }
        turns.take(part, title, WINDOWS, contenders);
    }

    /** How cost grows with the size of a blob. */
    private void sizes() {
        String database = "sizes";
        postgreSql.createDatabase(database);
        Target target = build("service", options.build(), database);
        start(target);
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("1 KB", 1_024);
        sizes.put("10 KB", 10_240);
        sizes.put("100 KB", 102_400);
        sizes.put("1 MB", 1_000_000);
        sizes.forEach((title, characters) -> {
            Group group = new Group("SIZE" + characters, characters > 100_000 ? 16 : FEW, characters);
            target.seed(group);
            for (Call call : List.of(Call.GET, Call.PUT)) {
                measure("sizes", call.name() + " sync " + title, call, group, database, List.of(target));
            }
        });
        target.service().end();
    }

    /** How cost grows with users and sessions: a database of few users and one of many, each with its service, in turns. */
    private void scale() {
        int few = options.users().get(0);
        int many = options.users().get(1);
        new Scale(project, folder, options, processes, report, turns, postgreSql).compare(
                new Scale.Size(few, build(few + " users", options.build(), "users" + few), options.group(few)),
                new Scale.Size(many, build(many + " users", options.build(), "users" + many), options.group(many)));
    }

    /** The same calls on a Citus and on plain PostgreSQL: a database without Citus on the coordinator's server. */
    private void citus(URI url) {
        PostgreSql server = PostgreSql.at(processes, url.getPort());
        Load load = new Load(processes, server, project.resolve("docker/bench/kit/requests.lua"), folder);
        new Citus(report, turns, server).compare(
                build("plain PostgreSQL", options.build(), Citus.PLAIN, server, load),
                build("Citus", options.build(), database(url), server, load),
                options.group(1_000));
    }

    private static String database(URI url) {
        return url.getPath().substring(1);
    }
}
