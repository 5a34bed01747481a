import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Processor time by process, from /proc: steadier than rates, because a process that waits for a core is not charged for it. */
final class Cpu {

    static final String SERVICE = "service";
    static final String BACKENDS = "postgresql";
    static final String WAL_WRITER = "walwriter";
    static final String OTHER = "postgresql other";
    static final String LOAD = "load tool";

    /** /proc counts in ticks of 10 ms on every Linux of today. */
    private static final double MICROS_PER_TICK = 10_000;

    private final Map<String, Double> micros = new LinkedHashMap<>();

    private Cpu() {}

    /**
     * Reads the clocks.
     *
     * @param service the process of the service, or 0
     * @param postmasters the main processes of PostgreSQL
     */
    static Cpu now(long service, List<Long> postmasters) {
        Cpu cpu = new Cpu();
        for (String name : new String[] {SERVICE, BACKENDS, WAL_WRITER, OTHER, LOAD}) {
            cpu.micros.put(name, 0.0);
        }
        if (service != 0) {
            cpu.add(SERVICE, service, false);
        }
        for (long postmaster : postmasters) {
            // with it the backends that have ended
            cpu.add(BACKENDS, postmaster, true);
            ProcessHandle.of(postmaster).stream().flatMap(ProcessHandle::children).forEach(child -> cpu.add(kind(child.pid()), child.pid(), false));
        }
        // of the kit's children only those that have ended count: wrk and pgbench
        double[] own = ticks(ProcessHandle.current().pid());
        cpu.micros.put(LOAD, own[1] * MICROS_PER_TICK);
        return cpu;
    }

    /** How many processes PostgreSQL has, with those that have ended and whose time it has not yet taken over. */
    static long processes(long postmaster) {
        return ProcessHandle.of(postmaster).stream()
                .flatMap(ProcessHandle::children)
                .count();
    }

    /** Microseconds per request since then. */
    Map<String, Double> since(Cpu before, long requests) {
        Map<String, Double> spent = new LinkedHashMap<>();
        micros.forEach((name, now) -> spent.put(name, (now - before.micros.get(name)) / Math.max(1, requests)));
        return spent;
    }

    private void add(String name, long pid, boolean withChildren) {
        double[] ticks = ticks(pid);
        micros.merge(name, (ticks[0] + (withChildren ? ticks[1] : 0)) * MICROS_PER_TICK, Double::sum);
    }

    private static String kind(long pid) {
        String title = read(pid, "cmdline").replace('\0', ' ');
        if (title.startsWith("postgres: logikids")) {
            return BACKENDS;
        }
        return title.startsWith("postgres: walwriter") ? WAL_WRITER : OTHER;
    }

    /** Of the process, and of its children that have ended; 0 if it has ended itself. */
    private static double[] ticks(long pid) {
        String stat = read(pid, "stat");
        if (stat.isEmpty()) {
            return new double[] {0, 0};
        }
        // the name before may hold anything
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return new double[] {
            Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]),
            Double.parseDouble(fields[13]) + Double.parseDouble(fields[14])
        };
    }

    static double residentMegabytes(long pid) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            return "";
        }
    }
}
