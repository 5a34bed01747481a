import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured: a table on the terminal, JSON and a chart. */
final class Report {

    private static final String FORMAT = "%-15s %-13s %8s %6s %8s %8s %8s %6s %6s %6s %6s %6s %6s %7s%n";

    private final Map<String, Object> environment = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> printed = new ArrayList<>();

    void environment(Options options, Map<String, Object> machine) {
        environment.putAll(machine);
        environment.put("turns", options.turns());
        environment.put("seconds", options.seconds());
        environment.put("connections", Load.CONNECTIONS);
        environment.put("pgbench clients", Load.PGBENCH_CLIENTS);
        environment.put("quick", options.quick());
        environment.forEach((name, value) -> say(name + ": " + value));
        if (machine.get("busy").equals(true)) {
            say("warning: the load is above the number of cores, so other work is part of these figures");
        }
        if (options.quick()) {
            say("warning: --quick shows that everything works; it does not measure");
        }
    }

    void settings(Map<String, String> postgreSql, Map<String, String> service) {
        environment.put("postgresql", postgreSql);
        environment.put("service settings that differ from what ships", service);
        say("postgresql: " + postgreSql);
        say("service settings that differ from what ships: " + service);
    }

    void say(String line) {
        System.out.println(line);
    }

    void add(Row row) {
        rows.add(row);
        if (rows.size() == 1) {
            header();
        }
        line(row);
    }

    private static void header() {
        System.out.printf("%nCPU in microseconds per request; spread is (most - least) / median of the turns; of lean is the share of pgbench's rate%n");
        System.out.printf(FORMAT, "call", "", "per s", "spread", "p50 ms", "p99 ms", "max ms", "errors", "JVM", "PG", "PG aux", "load", "MB", "of lean");
    }

    private void line(Row row) {
        Map<String, Double> cpu = row.cpu();
        boolean pgbench = row.contender().startsWith("pgbench");
        System.out.printf(
                Locale.ROOT,
                FORMAT,
                row.call(),
                row.contender() + (row.steady() ? "" : " (!)"),
                round(row.rate(), 0),
                round(100 * row.spread(), 0) + "%",
                round(row.median(Turn::p50), 2),
                pgbench ? "" : round(row.median(Turn::p99), 2),
                pgbench ? "" : round(row.median(Turn::max), 1),
                row.errors(),
                pgbench ? "" : round(cpu.get(Cpu.SERVICE), 0),
                round(cpu.get(Cpu.BACKENDS), 0),
                round(cpu.get(Cpu.WAL_WRITER) + cpu.get(Cpu.OTHER), 0),
                round(cpu.get(Cpu.LOAD), 0),
                pgbench ? "" : round(row.median(Turn::residentMegabytes), 0),
                share(row));
    }

    private String share(Row row) {
        return rows.stream()
                .filter(other -> other.part().equals(row.part()) && other.call().equals(row.call()) && other.contender().equals(Kit.LEAN))
                .findFirst()
                .map(lean -> round(row.rate() / lean.rate(), 2))
                .orElse("");
    }

    private static String round(double number, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }

    void print() {}

    long errors() {
        return rows.stream().mapToLong(Row::errors).sum();
    }

    void writeJson(Path file) {}

    void writeSvg(Path file) {}
}
