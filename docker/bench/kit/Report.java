import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What was measured: a table on the terminal, JSON and a chart. */
final class Report {

    static final String LEAN = "pgbench lean";
    static final String OWN = "pgbench ";

    private static final String LINE = "%-16s %-15s %8s %6s %8s %8s %8s %6s %6s %6s %6s %6s %5s %6s %6s%n";

    private final Map<String, Object> environment = new LinkedHashMap<>();
    private final Map<String, Object> commands = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Map<String, Object>> starts = new ArrayList<>();
    /** What, its unit, the column of the table. */
    private final Map<String, Map<String, Map<String, Double>>> facts = new LinkedHashMap<>();
    private final List<Plans.Comparison> plans = new ArrayList<>();

    void say(String line) {
        System.out.println(line);
    }

    void environment(Map<String, Object> facts) {
        environment.putAll(facts);
        facts.forEach((name, value) -> say(name + ": " + value));
        if (facts.get("busy").equals(true)) {
            say("warning: the load is above the number of cores, so other work is part of these figures");
        }
        if (facts.get("file system").equals("tmpfs")) {
            say("warning: the data is in memory, so no write waits for a disk: set TMPDIR to a folder on a disk");
        }
        if (facts.get("quick").equals(true)) {
            say("warning: --quick shows that everything works; it does not measure");
        }
    }

    void settings(Map<String, String> postgreSql, Map<String, String> service) {
        environment.put("postgresql", postgreSql);
        environment.put("settings of the service that do not ship", service);
        say("postgresql: " + postgreSql);
        say("settings of the service that do not ship: " + service);
    }

    /** How a contender is started. */
    void command(String name, String command) {
        if (commands.put(name, command) == null) {
            say(name + ": " + command);
        }
    }

    void ended(double load) {
        environment.put("commands", commands);
        environment.put("load at the end", load);
        long errors = errors();
        say("\nload at the end: " + load + "; failed requests: " + errors);
    }

    void addStart(String name, List<Double> millis) {
        double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        say("start of %s to ready, nothing to migrate: median %.0f ms of %d, %.0f to %.0f ms"
                .formatted(name, median, sorted.length, sorted[0], sorted[sorted.length - 1]));
        Map<String, Object> start = new LinkedHashMap<>();
        start.put("contender", name);
        start.put("median_ms", median);
        start.put("ms", millis);
        starts.add(start);
    }

    /** Adds a figure to the table of the part scale or citus. */
    void addFact(String what, String unit, String column, double value) {
        facts.computeIfAbsent(what, fact -> new LinkedHashMap<>())
                .computeIfAbsent(unit, fact -> new LinkedHashMap<>())
                .put(column, value);
    }

    /** Adds the figures of a call to that table. */
    void addCall(String what, String column, Row row) {
        addFact(what, "per s", column, row.rate());
        addFact(what, "µs of the service", column, row.cpu().get(Cpu.SERVICE));
        addFact(what, "µs of PostgreSQL", column, row.serverCpu() - row.cpu().get(Cpu.SERVICE));
        addFact(what, "p50 ms", column, row.median(Turn::p50));
        addFact(what, "p99 ms", column, row.median(Turn::p99));
    }

    /** A figure of that table, 0 if it was not measured. */
    double fact(String what, String unit, String column) {
        return facts.getOrDefault(what, Map.of()).getOrDefault(unit, Map.of()).getOrDefault(column, 0.0);
    }

    /** The mean of four GETs and a PUT. */
    double mix(String unit, String column) {
        return (4 * fact("GET sync", unit, column) + fact("PUT sync", unit, column)) / 5;
    }

    /** Prints the figures of two columns as a table of Markdown, with the difference of the first figure of each line. */
    void table(String first, String second) {
        say("\n| | | %s | %s | |\n|---|---|---|---|---|".formatted(first, second));
        facts.forEach((what, units) -> {
            if (units.values().stream().noneMatch(values -> values.containsKey(first) || values.containsKey(second))) {
                return;
            }
            String unit = units.keySet().iterator().next();
            say("| %s | %s | %s | %s | %s |".formatted(
                    what, String.join(" · ", units.keySet()), cell(units, first), cell(units, second),
                    percent(fact(what, unit, second) / fact(what, unit, first))));
        });
        say("");
    }

    private static String cell(Map<String, Map<String, Double>> units, String column) {
        return units.values().stream()
                .map(values -> values.containsKey(column) ? figure(values.get(column)) : "")
                .collect(Collectors.joining(" · "));
    }

    static String figure(double number) {
        return String.format(Locale.ROOT, number >= 20 || number == Math.rint(number) ? "%,.0f" : number >= 1 ? "%.1f" : "%.2f", number)
                .replace(',', ' ');
    }

    /** Adds and prints the comparison of plans. */
    void addPlans(List<Plans.Comparison> comparisons, int few, int many) {
        plans.addAll(comparisons);
        say("\nplans at %d and at %d users, of %d statements that the service ran: %d the same, %d another form of the same indexes"
                .formatted(
                        few,
                        many,
                        comparisons.size(),
                        comparisons.stream().filter(Plans.Comparison::isSame).count(),
                        comparisons.stream().filter(plan -> !plan.isSame() && plan.hasSameAccess()).count()));
        for (Plans.Comparison plan : comparisons) {
            String times = "%.1f and %.1f ms: %s".formatted(plan.few().millis(), plan.many().millis(), plan.statement());
            if (!plan.hasSameAccess()) {
                say("  other indexes, %s\n    at %d users\n%s\n    at %d users\n%s"
                        .formatted(times, few, indented(plan.few()), many, indented(plan.many())));
            } else if (plan.readsWholeTable()) {
                say("  a whole table at both, %s\n%s".formatted(times, indented(plan.many())));
            } else {
                say("  by the same indexes, %.140s".formatted(times));
            }
        }
    }

    private static String indented(Plans.Plan plan) {
        return plan.nodes().indent(6).stripTrailing();
    }

    /** Adds and prints the contenders of one call. */
    void add(List<Row> contenders) {
        if (rows.isEmpty() || !rows.get(rows.size() - 1).part().equals(contenders.get(0).part())) {
            System.out.printf("%nspread: of the turns, (most - least) / median; JVM, PG, aux, load: microseconds of CPU per request of the service, of"
                    + " PostgreSQL's%nbackends, of its other processes and of the load tool; /lean, /own: the share of pgbench's rate;"
                    + " (!): did not become steady%n");
            System.out.printf(LINE, "call", "", "per s", "spread", "p50 ms", "p99 ms", "max ms", "errors", "JVM", "PG", "aux", "load", "MB", "/lean", "/own");
        }
        rows.addAll(contenders);
        contenders.forEach(this::line);
        List<Row> services = contenders.stream().filter(row -> !row.isPgbench()).toList();
        services.stream().skip(1).forEach(row -> difference(row, services.get(0)));
    }

    private void difference(Row row, Row first) {
        System.out.printf("%-16s %s against %s: rate %s, CPU of service and PostgreSQL %s%n", "", row.contender(), first.contender(),
                percent(row.rate() / first.rate()), percent(row.serverCpu() / first.serverCpu()));
    }

    private static String percent(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%+.0f %%", 100 * (ratio - 1)) : "";
    }

    private void line(Row row) {
        boolean service = !row.isPgbench();
        Map<String, Double> cpu = row.cpu();
        System.out.printf(
                LINE,
                row.call(),
                row.contender() + (row.steady() ? "" : " (!)"),
                round(row.rate(), 0),
                round(100 * row.spread(), 0) + "%",
                round(row.median(Turn::p50), 2),
                service ? round(row.median(Turn::p99), 2) : "",
                service ? round(row.median(Turn::max), 1) : "",
                row.errors(),
                service ? round(cpu.get(Cpu.SERVICE), 0) : "",
                round(cpu.get(Cpu.BACKENDS), 0),
                round(cpu.get(Cpu.WAL_WRITER) + cpu.get(Cpu.OTHER), 0),
                round(cpu.get(Cpu.LOAD), 0),
                service ? round(row.median(Turn::residentMegabytes), 0) : "",
                service ? share(row, LEAN).map(share -> round(share, 2)).orElse("") : "",
                service ? share(row, OWN + row.contender()).map(share -> round(share, 2)).orElse("") : "");
    }

    /** The rate as a part of that of pgbench in the same turns. */
    private Optional<Double> share(Row row, String pgbench) {
        return rows.stream()
                .filter(other -> other.part().equals(row.part())
                        && other.call().equals(row.call())
                        && other.contender().equals(pgbench))
                .findFirst()
                .filter(other -> other.rate() > 0)
                .map(other -> row.rate() / other.rate());
    }

    private static String round(double number, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }

    long errors() {
        return rows.stream().mapToLong(Row::errors).sum();
    }

    void writeJson(Path file) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("environment", environment);
        all.put("starts", starts);
        all.put("rows", rows.stream().map(this::json).toList());
        all.put("table", facts);
        all.put("plans", plans.stream().map(Report::planJson).toList());
        write(file, Json.of(all) + "\n");
    }

    private static Map<String, Object> planJson(Plans.Comparison plan) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("statement", plan.statement());
        json.put("same", plan.isSame());
        json.put("same_indexes", plan.hasSameAccess());
        json.put("few_ms", plan.few().millis());
        json.put("many_ms", plan.many().millis());
        json.put("few", plan.few().nodes().lines().toList());
        json.put("many", plan.many().nodes().lines().toList());
        return json;
    }

    private Map<String, Object> json(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("part", row.part());
        json.put("call", row.call());
        json.put("contender", row.contender());
        json.put("per_second", row.rate());
        json.put("spread", row.spread());
        json.put("p50_ms", row.median(Turn::p50));
        if (!row.isPgbench()) {
            json.put("steady", row.steady());
            json.put("p99_ms", row.median(Turn::p99));
            json.put("max_ms", row.median(Turn::max));
            json.put("resident_mb", row.median(Turn::residentMegabytes));
        }
        json.put("errors", row.errors());
        json.put("cpu_us", row.cpu());
        json.put("server_cpu_us", row.serverCpu());
        share(row, LEAN).ifPresent(share -> json.put("share_of_lean", share));
        share(row, OWN + row.contender()).ifPresent(share -> json.put("share_of_own", share));
        json.put("turns_per_second", turns(row, Turn::rate));
        return json;
    }

    private static List<Double> turns(Row row, ToDoubleFunction<Turn> figure) {
        return row.turns().stream().mapToDouble(figure).boxed().toList();
    }

    void writeSvg(Path file) {
        write(file, Chart.of(rows.stream().filter(row -> row.part().equals("calls")).toList(), row -> share(row, LEAN), subtitle()));
    }

    private String subtitle() {
        return "%s cores, Java %s, PostgreSQL %s; %s turns of %s s%s"
                .formatted(
                        environment.get("cores"),
                        environment.get("java"),
                        ((Map<?, ?>) environment.get("postgresql")).get("server_version"),
                        environment.get("turns"),
                        environment.get("seconds"),
                        environment.get("busy").equals(true) ? "; busy machine" : "");
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new Failure("cannot write " + file + ": " + e.getMessage());
        }
    }
}
