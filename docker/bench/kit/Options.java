import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The command line; its usage is at the top of {@code run}. */
record Options(
        boolean quick,
        Path build,
        Optional<Path> vs,
        boolean peer,
        Set<Call> calls,
        Set<Part> parts,
        List<Integer> users,
        int blob,
        Optional<URI> citus,
        int turns,
        int seconds,
        List<String> javaOptions,
        int port,
        Optional<Path> json,
        Optional<Path> svg) {

    /** What docker/entrypoint and the JVM choose in a container with 512 MB. */
    private static final List<String> IMAGE = List.of(
            "-Xmx256m", "-XX:MaxDirectMemorySize=64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData");

    enum Part {
        START,
        SCALE,
        SIZE,
        CITUS
    }

    static Options parse(Path project, List<String> arguments) {
        boolean quick = false;
        boolean peer = false;
        Path build = project.resolve("target/quarkus-app");
        Optional<Path> vs = Optional.empty();
        Optional<Path> json = Optional.empty();
        Optional<Path> svg = Optional.empty();
        List<String> only = List.of("calls", "start");
        List<String> javaOptions = IMAGE;
        List<Integer> users = List.of();
        int blob = 7_680;
        Optional<URI> citus = Optional.empty();
        Optional<Integer> turns = Optional.empty();
        Optional<Integer> seconds = Optional.empty();
        int port = 21400;
        for (var rest = arguments.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--quick" -> quick = true;
                case "--peer" -> peer = true;
                default -> {
                    if (!rest.hasNext()) {
                        throw new Failure(option + " is no option, or its value is missing; see docker/bench/run --help");
                    }
                    String value = rest.next();
                    if (value.startsWith("--")) {
                        throw new Failure("the value of " + option + " is missing; see docker/bench/run --help");
                    }
                    switch (option) {
                        case "--build" -> build = Path.of(value);
                        case "--vs" -> vs = Optional.of(Path.of(value));
                        case "--only" -> only = List.of(value.split(","));
                        case "--users" -> users = sizes(value);
                        case "--blob" -> blob = number(option, value, 3, 100_000);
                        case "--citus" -> citus = Optional.of(coordinator(value));
                        case "--turns" -> turns = Optional.of(number(option, value, 1, 99));
                        case "--seconds" -> seconds = Optional.of(number(option, value, 1, 600));
                        case "--java-options" -> javaOptions = value.isBlank() ? List.of() : List.of(value.strip().split("\\s+"));
                        case "--port" -> port = number(option, value, 1024, 65515);
                        case "--json" -> json = Optional.of(Path.of(value));
                        case "--svg" -> svg = Optional.of(Path.of(value));
                        default -> throw new Failure(option + " is no option; see docker/bench/run --help");
                    }
                }
            }
        }
        Set<Call> calls = EnumSet.noneOf(Call.class);
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (String name : only) {
            select(name, calls, parts);
        }
        if (parts.contains(Part.CITUS) != citus.isPresent()) {
            throw new Failure("--only citus and --citus URL belong together");
        }
        return new Options(
                quick,
                application(build),
                vs.map(Options::application),
                peer,
                calls,
                parts,
                users.isEmpty() ? List.of(200, quick ? 1_000 : 100_000) : users,
                blob,
                citus,
                turns.orElse(quick ? 1 : 7),
                seconds.orElse(quick ? 1 : 4),
                javaOptions,
                port,
                json.map(Options::writable),
                svg.map(Options::writable));
    }

    private static void select(String name, Set<Call> calls, Set<Part> parts) {
        if (name.equals("calls")) {
            calls.addAll(EnumSet.allOf(Call.class));
            return;
        }
        List<String> known = new ArrayList<>(List.of("calls"));
        for (Call call : Call.values()) {
            known.add(call.label);
            if (call.label.equals(name)) {
                calls.add(call);
                return;
            }
        }
        for (Part part : Part.values()) {
            known.add(part.name().toLowerCase());
            if (part.name().toLowerCase().equals(name)) {
                parts.add(part);
                return;
            }
        }
        throw new Failure("--only knows no \"" + name + "\", but " + String.join(", ", known));
    }

    /** The folder quarkus-app of a path that names it or the jar in it; a native executable as it is. */
    private static Path application(Path path) {
        if (Files.isRegularFile(path) && Files.isExecutable(path)) {
            return path.toAbsolutePath().normalize();
        }
        Path folder = path.toString().endsWith(".jar") ? path.toAbsolutePath().getParent() : path;
        if (!Files.isReadable(folder.resolve("quarkus-run.jar"))) {
            throw new Failure("there is no quarkus-run.jar in " + folder + ": run mvn package -DskipTests, or name another folder");
        }
        return folder.toAbsolutePath().normalize();
    }

    /** Asked for before the first turn and not after the last. */
    private static Path writable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isWritable(folder) || Files.isDirectory(file)) {
            throw new Failure("cannot write " + file);
        }
        return file;
    }

    /** Accounts of the part scale, with blobs of the size that was asked for. */
    Group group(int users) {
        return new Group("USER", users, (blob + 2) / 3 * 4);
    }

    private static URI coordinator(String value) {
        if (!value.matches("postgresql://logikids@127\\.0\\.0\\.1:\\d{1,5}/[a-z_][a-z0-9_]{0,62}")) {
            throw new Failure("--citus takes postgresql://logikids@127.0.0.1:PORT/DATABASE, a Citus on this machine, not \"" + value + "\"");
        }
        return URI.create(value);
    }

    private static List<Integer> sizes(String value) {
        if (!value.matches("\\d{1,8},\\d{1,8}")) {
            throw new Failure("--users takes two numbers, for example 10000,1000000, not \"" + value + "\"");
        }
        List<Integer> sizes = Arrays.stream(value.split(",")).map(Integer::valueOf).toList();
        if (sizes.get(0) < 200 || sizes.get(0) >= sizes.get(1) || sizes.get(1) > 10_000_000) {
            throw new Failure("--users takes two numbers, the smaller one first, from 200 to 10000000, not \"" + value + "\"");
        }
        return sizes;
    }

    private static int number(String option, String value, int least, int most) {
        int[] number = Arrays.stream(new String[] {value})
                .filter(text -> text.matches("\\d{1,6}"))
                .mapToInt(Integer::parseInt)
                .filter(n -> n >= least && n <= most)
                .toArray();
        if (number.length == 0) {
            throw new Failure(option + " takes a number from " + least + " to " + most + ", not \"" + value + "\"");
        }
        return number[0];
    }
}
