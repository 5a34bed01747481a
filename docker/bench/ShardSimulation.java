import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How latency and hot shards grow with users, shards and skew: a simulation, event by event, with a seed.
 *
 * <pre>
 *   java docker/bench/ShardSimulation.java [option…]
 *
 *   --kit FILE      result of docker/bench/run --json: takes the processor time of PostgreSQL per request from it, four GETs and a PUT,
 *                   and checks the model against each line of it, those of a Citus too
 *   --micros N      processor time of PostgreSQL per request in microseconds, if there is no --kit; default 300
 *   --cores N       of each worker, default 2
 *   --shards N      hash ranges that the workers share, default 32, as Citus has them
 *   --per-day N     requests per user and day, default 10
 *   --peak N        the rate of the busiest minutes as a multiple of the day's mean, default 4
 *   --seed N        default 1; the same seed gives the same figures
 *   --json FILE, --svg FILE
 * </pre>
 *
 * <p>The model: a user belongs to the shard of the hash of his id, a shard to a worker (shard modulo workers). A worker is one queue
 * in order of arrival with as many servers as it has cores. Arrivals are independent (Poisson) except at eight o'clock; the time of a
 * request is log-normal with a coefficient of variation of 1. Left out: locks, checkpoints, disks, the network, the coordinator and
 * the service's own processor time. So a latency here is what queueing alone adds: a lower bound.
 */
final class ShardSimulation {

    private static final double WINDOW_SECONDS = 60;

    /** At most so many in a window: enough for a 99th percentile of each of 32 workers. */
    private static final double REQUESTS = 1_000_000;

    private static final int PUPILS = 1_000_000;
    private static final int[] WORKERS = {1, 2, 4, 8, 16, 32};
    /** Measured at full load by a closed loop of that many connections. */
    private static final int CONNECTIONS = 64;

    /** How far the model may be from a measurement of a quiet machine: it has no moment in which a core waits. */
    private static final double TOLERANCE = 0.25;

    private final Map<String, String> options;
    private final long seed;
    private final int cores;
    private final int shards;
    private double micros;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    private ShardSimulation(Map<String, String> options) {
        this.options = options;
        this.seed = (long) number("--seed", 1, 0, 1e15);
        this.cores = (int) number("--cores", 2, 1, 1024);
        this.shards = (int) number("--shards", 32, 1, 4096);
        this.micros = number("--micros", 300, 1, 1e6);
    }

    public static void main(String[] arguments) {
        Map<String, String> options = new LinkedHashMap<>();
        List<String> known = List.of("--kit", "--micros", "--cores", "--shards", "--per-day", "--peak", "--seed", "--json", "--svg");
        for (int i = 0; i < arguments.length; i += 2) {
            if (!known.contains(arguments[i]) || i + 1 == arguments.length) {
                System.err.println("usage error: " + arguments[i] + "; options with a value are " + String.join(", ", known));
                System.exit(64);
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        try {
            new ShardSimulation(options).run();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(64);
        } catch (IOException e) {
            System.err.println("cannot read or write " + e.getMessage());
            System.exit(2);
        }
    }

    private void run() throws IOException {
        for (String option : new String[] {"--json", "--svg"}) {
            if (options.containsKey(option)) {
                // asked before the work and not after it
                Files.writeString(Path.of(options.get(option)), "");
            }
        }
        if (options.containsKey("--kit")) {
            check(Files.readString(Path.of(options.get("--kit"))));
        }
        System.out.printf(Locale.ROOT, "%.0f us of PostgreSQL per request, %d cores per worker, %d shards, seed %d%n", micros, cores, shards, seed);
        users();
        skew();
        eightOClock();
        if (options.containsKey("--json")) {
            Files.writeString(Path.of(options.get("--json")), json());
        }
        if (options.containsKey("--svg")) {
            Files.writeString(Path.of(options.get("--svg")), svg());
        }
    }

    /** Users and workers: the busiest minutes of a day, all users alike. */
    private void users() {
        heading("users and workers, all users alike", "users", "workers");
        double perUser = number("--per-day", 10, 0.01, 1e5) * number("--peak", 4, 1, 1000) / 86_400;
        for (long users : new long[] {100_000, 1_000_000, 10_000_000, 100_000_000}) {
            for (int workers : WORKERS) {
                row("users", users, workers, uniform(users, workers, users * perUser, 0));
            }
        }
    }

    /** Skew: some users far more active than others, at 60 % of what all workers together can do. */
    private void skew() {
        heading("Zipf skew of the users' activity, 1,000,000 users, 60 % of all cores", "exponent", "workers");
        for (double exponent : new double[] {0, 0.6, 0.8, 0.9, 1, 1.1}) {
            for (int workers : WORKERS) {
                row("skew", exponent, workers, uniform(1_000_000, workers, 0.6 * workers * cores * 1e6 / micros, exponent));
            }
        }
    }

    /** Schools that begin at eight: their pupils send three requests each within a time; placed by user or by school. */
    private void eightOClock() {
        for (int spread : new int[] {30, 300}) {
            heading("1,000,000 pupils of 3,333 schools at eight, each sends 3 requests within " + spread + " s", "placed by", "workers");
            Morning morning = morning(spread);
            for (String placement : new String[] {"user", "school"}) {
                for (int workers : WORKERS) {
                    row("eight, within " + spread + " s", placement, workers, schools(morning, workers, placement.equals("school")));
                }
            }
        }
    }

    /** Independent arrivals in a window. */
    private Queues uniform(long users, int workers, double rate, double exponent) {
        SplittableRandom random = new SplittableRandom(seed);
        Zipf zipf = new Zipf(users, exponent);
        Queues queues = new Queues(workers, cores);
        double window = Math.min(WINDOW_SECONDS, REQUESTS / rate);
        for (double at = exponential(random, rate); at < window; at += exponential(random, rate)) {
            long user = zipf.next(random);
            queues.arrive(at, worker(user, workers), service(random, micros));
        }
        queues.end(window);
        return queues;
    }

    /** The requests of a morning in order of time, and the school of each pupil. */
    private record Morning(double[] at, int[] pupils, int[] schools) {}

    private Morning morning(double spread) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = PUPILS / 300;
        // sizes of schools differ as in a Zipf law with exponent 0.5: the largest has some tens of times the mean
        Zipf sizes = new Zipf(count, 0.5);
        // lessons begin at one of seven times five minutes apart, most of them in the middle
        double[] begins = new double[count + 1];
        for (int school = 1; school <= count; school++) {
            for (int i = 0; i < 6; i++) {
                begins[school] += random.nextInt(2) * 300;
            }
        }
        int[] schools = new int[PUPILS];
        // microseconds, and the pupil in the lowest 20 bits
        long[] requests = new long[3 * PUPILS];
        for (int pupil = 0; pupil < PUPILS; pupil++) {
            schools[pupil] = (int) sizes.next(random);
            double at = begins[schools[pupil]] + random.nextDouble() * spread;
            for (int i = 0; i < 3; i++) {
                requests[3 * pupil + i] = (long) ((at + 0.2 * i) * 1e6) << 20 | pupil;
            }
        }
        Arrays.sort(requests);
        return new Morning(
                Arrays.stream(requests).mapToDouble(request -> (request >> 20) / 1e6).toArray(),
                Arrays.stream(requests).mapToInt(request -> (int) (request & 0xfffff)).toArray(),
                schools);
    }

    private Queues schools(Morning morning, int workers, boolean bySchool) {
        SplittableRandom random = new SplittableRandom(seed);
        Queues queues = new Queues(workers, cores);
        for (int i = 0; i < morning.at().length; i++) {
            int pupil = morning.pupils()[i];
            queues.arrive(morning.at()[i], worker(bySchool ? -morning.schools()[pupil] : pupil, workers), service(random, micros));
        }
        queues.end(morning.at()[morning.at().length - 1]);
        return queues;
    }

    private int worker(long id, int workers) {
        return (int) (Math.floorMod(hash(id), (long) shards) % workers);
    }

    /** MurmurHash3's finalizer: any good hash of an id spreads like this one. */
    private static long hash(long id) {
        long z = (id ^ (id >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return (z ^ (z >>> 33)) >>> 1;
    }

    private static double exponential(SplittableRandom random, double rate) {
        return -Math.log(1 - random.nextDouble()) / rate;
    }

    /** Seconds of one request: log-normal with that mean and a coefficient of variation of 1. */
    private static double service(SplittableRandom random, double meanMicros) {
        double variance = Math.log(2);
        double normal = Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
        return meanMicros / 1e6 * Math.exp(normal * Math.sqrt(variance) - variance / 2);
    }

    /** The workers: in each, a request takes the core that is free first. */
    private static final class Queues {

        private final double[][] free;
        private final double[] work;
        private final long[] requests;
        private final Histogram all = new Histogram();
        private final Histogram[] each;
        private double window;

        Queues(int workers, int cores) {
            free = new double[workers][cores];
            work = new double[workers];
            requests = new long[workers];
            each = new Histogram[workers];
            Arrays.setAll(each, worker -> new Histogram());
        }

        double arrive(double at, int worker, double service) {
            double[] servers = free[worker];
            int first = 0;
            for (int i = 1; i < servers.length; i++) {
                if (servers[i] < servers[first]) {
                    first = i;
                }
            }
            double end = Math.max(at, servers[first]) + service;
            servers[first] = end;
            work[worker] += service;
            requests[worker]++;
            all.add(end - at);
            each[worker].add(end - at);
            return end;
        }

        void end(double seconds) {
            window = seconds;
        }

        int hottest() {
            int hottest = 0;
            for (int worker = 1; worker < work.length; worker++) {
                if (work[worker] > work[hottest]) {
                    hottest = worker;
                }
            }
            return hottest;
        }

        double utilisation(int worker) {
            return work[worker] / window / free[worker].length;
        }

        double meanUtilisation() {
            return Arrays.stream(work).sum() / window / free[0].length / work.length;
        }
    }

    /** Latencies in classes of 2 %. */
    private static final class Histogram {

        private final long[] classes = new long[2_000];
        private long count;

        void add(double seconds) {
            classes[Math.max(0, Math.min(classes.length - 1, (int) Math.ceil(Math.log(seconds * 1e6) / Math.log(1.02))))]++;
            count++;
        }

        double millis(double part) {
            long rank = (long) Math.ceil(part * count);
            for (int i = 0; i < classes.length; i++) {
                rank -= classes[i];
                if (rank <= 0) {
                    return Math.pow(1.02, i) / 1e3;
                }
            }
            return 0;
        }
    }

    /** Ranks 1 to n with probability proportional to rank^-exponent, by rejection-inversion (Hörmann and Derflinger, 1996). */
    private static final class Zipf {

        private final long n;
        private final double exponent;
        private final double upper;
        private final double lower;
        private final double limit;

        Zipf(long n, double exponent) {
            this.n = n;
            this.exponent = exponent;
            this.lower = integral(1.5) - 1;
            this.upper = integral(n + 0.5);
            this.limit = 2 - inverse(integral(2.5) - Math.pow(2, -exponent));
        }

        long next(SplittableRandom random) {
            if (exponent == 0) {
                return 1 + random.nextLong(n);
            }
            while (true) {
                double u = upper + random.nextDouble() * (lower - upper);
                double x = inverse(u);
                long k = Math.max(1, Math.min(n, Math.round(x)));
                if (k - x <= limit || u >= integral(k + 0.5) - Math.pow(k, -exponent)) {
                    return k;
                }
            }
        }

        private double integral(double x) {
            double log = Math.log(x);
            double t = (1 - exponent) * log;
            return log * (Math.abs(t) > 1e-8 ? Math.expm1(t) / t : 1 + t / 2);
        }

        private double inverse(double y) {
            double t = Math.max(-1, y * (1 - exponent));
            return Math.exp(y * (Math.abs(t) > 1e-8 ? Math.log1p(t) / t : 1 - t / 2));
        }
    }

    /** The kit's turns are a closed loop on one machine: the model has to give the rate and the latencies that were measured. */
    private void check(String kit) {
        Map<String, Double> backends = new LinkedHashMap<>();
        List<Double> tails = new ArrayList<>();
        int within = 0;
        System.out.printf("model against the kit's measurement: %d connections, 2 cores, CPU of the service, PostgreSQL and load tool%n", CONNECTIONS);
        System.out.printf("%-34s %10s %10s %8s %8s %8s %8s%n", "", "per s", "model", "p50 ms", "model", "p99 ms", "model");
        for (String row : kit.split("\"part\": ")) {
            Matcher name = Pattern.compile("^\"(\\w+)\",\\s+\"call\": \"([^\"]+)\",\\s+\"contender\": \"([^\"]+)\"").matcher(row);
            if (!name.find() || name.group(3).startsWith("pgbench")) {
                continue;
            }
            double sum = 0;
            for (String process : new String[] {"service", "postgresql", "walwriter", "postgresql other", "load tool"}) {
                sum += field(row, process);
            }
            if (name.group(2).matches("(GET|PUT) sync( 10 KB)?") && !name.group(1).equals("citus")) {
                // of several numbers of users the last one, the largest
                backends.put(name.group(2).substring(0, 3), field(row, "postgresql") + field(row, "walwriter") + field(row, "postgresql other"));
            }
            SplittableRandom random = new SplittableRandom(seed);
            Queues queues = new Queues(1, 2);
            double[] clients = new double[CONNECTIONS];
            int requests = 50_000;
            double last = 0;
            for (int i = 0; i < requests; i++) {
                int next = 0;
                for (int client = 1; client < clients.length; client++) {
                    if (clients[client] < clients[next]) {
                        next = client;
                    }
                }
                clients[next] = queues.arrive(clients[next], 0, service(random, sum));
                last = Math.max(last, clients[next]);
            }
            String title = name.group(2) + ", " + name.group(3);
            Map<String, Object> row2 = new LinkedHashMap<>();
            row2.put("part", "check");
            row2.put("call", title);
            row2.put("measured_per_second", field(row, "per_second"));
            row2.put("model_per_second", requests / last);
            row2.put("measured_p50_ms", field(row, "p50_ms"));
            row2.put("model_p50_ms", queues.all.millis(0.5));
            row2.put("measured_p99_ms", field(row, "p99_ms"));
            row2.put("model_p99_ms", queues.all.millis(0.99));
            rows.add(row2);
            if (isNear(requests / last, field(row, "per_second")) && isNear(queues.all.millis(0.5), field(row, "p50_ms"))) {
                within++;
            }
            tails.add(field(row, "p99_ms") / queues.all.millis(0.99));
            System.out.printf(Locale.ROOT, "%-34s %10.0f %10.0f %8.2f %8.2f %8.2f %8.2f%n", title, field(row, "per_second"), requests / last,
                    field(row, "p50_ms"), queues.all.millis(0.5), field(row, "p99_ms"), queues.all.millis(0.99));
        }
        if (backends.size() < 2) {
            throw new IllegalArgumentException("the file of --kit lacks GET or PUT of sync on plain PostgreSQL: it is not a result of docker/bench/run --json");
        }
        if (!options.containsKey("--micros")) {
            micros = (4 * backends.get("GET") + backends.get("PUT")) / 5;
        }
        System.out.printf(Locale.ROOT, "rate and median within %.0f %% of the measurement: %d of %d; the 99th percentile measured is %.1f to %.1f times the model's%n%n",
                100 * TOLERANCE, within, tails.size(), Collections.min(tails), Collections.max(tails));
    }

    private static boolean isNear(double model, double measured) {
        return Math.abs(model - measured) <= TOLERANCE * measured;
    }

    private static double field(String row, String name) {
        Matcher field = Pattern.compile("\"" + name + "\": ([\\d.]+)").matcher(row);
        return field.find() ? Double.parseDouble(field.group(1)) : 0;
    }

    private static void heading(String title, String first, String second) {
        System.out.printf("%n%s%n%14s %8s %9s %9s %9s %9s %9s %12s%n", title, first, second, "use mean", "use hot", "hot/mean", "p50 ms", "p99 ms", "p99 hot ms");
    }

    private void row(String part, Object what, int workers, Queues queues) {
        int hottest = queues.hottest();
        double mean = queues.meanUtilisation();
        double hot = queues.utilisation(hottest);
        boolean overloaded = hot >= 1;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("part", part);
        row.put("what", what);
        row.put("workers", workers);
        row.put("requests", Arrays.stream(queues.requests).sum());
        row.put("mean_utilisation", mean);
        row.put("hot_utilisation", hot);
        row.put("p50_ms", queues.all.millis(0.5));
        row.put("p99_ms", queues.all.millis(0.99));
        row.put("hot_p99_ms", queues.each[hottest].millis(0.99));
        row.put("overloaded", overloaded);
        rows.add(row);
        System.out.printf(Locale.ROOT, "%14s %8d %8.0f%% %8.0f%% %9.2f %9.2f %9.2f %12s%n",
                what instanceof Long users ? String.format(Locale.ROOT, "%,d", users) : what, workers, 100 * mean, 100 * hot, hot / mean,
                queues.all.millis(0.5), queues.all.millis(0.99),
                overloaded ? "overloaded" : String.format(Locale.ROOT, "%.2f", queues.each[hottest].millis(0.99)));
    }

    private double number(String option, double otherwise, double least, double most) {
        String text = options.getOrDefault(option, Double.toString(otherwise));
        try {
            double number = Double.parseDouble(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(option + " takes a number from " + least + " to " + most + ", not \"" + text + "\"");
    }

    private String json() {
        Function<Object, String> text = value -> value instanceof Double number
                ? String.format(Locale.ROOT, "%.4f", number)
                : value instanceof Number || value instanceof Boolean ? value.toString() : "\"" + value + "\"";
        return rows.stream()
                .map(row -> row.entrySet().stream()
                        .map(field -> "\"" + field.getKey() + "\": " + text.apply(field.getValue()))
                        .collect(Collectors.joining(", ", "    {", "}")))
                .collect(Collectors.joining(",\n", String.format(Locale.ROOT,
                        "{\n  \"seed\": %d, \"cores\": %d, \"shards\": %d, \"micros\": %.1f,\n  \"rows\": [\n", seed, cores, shards, micros), "\n  ]\n}\n"));
    }

    /** One panel per part: the 99th percentile of the hottest worker by number of workers, both axes logarithmic. */
    private String svg() {
        Map<String, Map<String, List<Map<String, Object>>>> panels = new LinkedHashMap<>();
        rows.stream().filter(row -> row.containsKey("workers")).forEach(row -> panels
                .computeIfAbsent((String) row.get("part"), part -> new LinkedHashMap<>())
                .computeIfAbsent(row.get("what") instanceof Long users ? String.format(Locale.ROOT, "%,d", users) : row.get("what").toString(), what -> new ArrayList<>())
                .add(row));
        String[] colours = {"#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#999999"};
        int side = 250;
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d 400" width="%1$d" height="400" role="img" font-family="sans-serif" font-size="12">
                <title>Queueing at the hottest worker by number of workers</title>
                <style>
                  svg { background: #ffffff; } text { fill: #1f2328; } .grid { stroke: #d0d7de; } .soft { fill: #59636e; }
                  @media (prefers-color-scheme: dark) { svg { background: #0d1117; } text { fill: #f0f6fc; } .grid { stroke: #3d444d; } .soft { fill: #9198a1; } }
                </style>
                <text x="20" y="20">99th percentile at the hottest worker in ms, by workers of %2$d cores; %3$.0f us per request. Not shown: overloaded</text>
                """, panels.size() * (side + 60) + 20, cores, micros));
        int left = 50;
        for (Map.Entry<String, Map<String, List<Map<String, Object>>>> panel : panels.entrySet()) {
            svg.append(text(left, 44, "", panel.getKey()));
            for (int power = -1; power <= 5; power++) {
                double y = y(Math.pow(10, power));
                svg.append(String.format(Locale.ROOT, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n", left, left + side, y, y));
                svg.append(text(left - 38, y + 4, "soft", power < 0 ? "0.1" : Integer.toString((int) Math.pow(10, power))));
            }
            for (int i = 0; i < WORKERS.length; i++) {
                svg.append(text(left + i * side / 5.0 - 4, 296, "soft", Integer.toString(WORKERS[i])));
            }
            int colour = 0;
            int origin = left;
            for (Map.Entry<String, List<Map<String, Object>>> line : panel.getValue().entrySet()) {
                String points = line.getValue().stream()
                        .filter(row -> !(boolean) row.get("overloaded"))
                        .map(row -> String.format(Locale.ROOT, "%.1f,%.1f", origin + Math.log((int) row.get("workers")) / Math.log(32) * side, y((double) row.get("hot_p99_ms"))))
                        .collect(Collectors.joining(" "));
                svg.append(String.format("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n", colours[colour], points));
                svg.append(String.format("<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>%n", left + colour % 2 * 120, 308 + colour / 2 * 18, colours[colour]));
                svg.append(text(left + colour % 2 * 120 + 14, 317 + colour / 2 * 18, "soft", line.getKey()));
                colour++;
            }
            left += side + 60;
        }
        return svg.append("</svg>\n").toString();
    }

    private static double y(double millis) {
        return 280 - (Math.log10(millis) + 1) / 6 * 220;
    }

    private static String text(double x, double y, String style, String text) {
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>%n", x, y, style, text);
    }
}
