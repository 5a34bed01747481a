import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load tools: wrk for a service, pgbench for PostgreSQL alone. */
final class Load {

    static final int CONNECTIONS = 64;
    static final int PGBENCH_CLIENTS = 16;
    private static final int THREADS = 2;

    private final Processes processes;
    private final PostgreSql postgreSql;
    private final Path script;
    private final Path folder;

    Load(Processes processes, PostgreSql postgreSql, Path script, Path folder) {
        this.processes = processes;
        this.postgreSql = postgreSql;
        this.script = script;
        this.folder = folder;
    }

    /**
     * Sends prepared requests to a service for that time.
     *
     * @param start with which of the requests to begin, as a part of them
     * @param spent whether a request counts as an error when it is sent again
     */
    Turn wrk(Service service, String database, Path requests, double start, boolean spent, int seconds) {
        List<Long> postmasters = postgreSql.pids(database);
        Cpu before = Cpu.now(service.pid(), postmasters);
        String output = processes.run(
                "wrk",
                "-t" + THREADS,
                "-c" + CONNECTIONS,
                "-d" + seconds + "s",
                "--timeout",
                "20s",
                "-s",
                script.toString(),
                service.base().toString(),
                "--",
                requests.toString(),
                Integer.toString(THREADS),
                Double.toString(start));
        Cpu after = Cpu.now(service.pid(), postmasters);
        service.requireAlive();
        long[] numbers = output.lines()
                .filter(line -> line.startsWith("RESULT "))
                .flatMap(line -> List.of(line.substring(7).split(" ")).stream())
                .mapToLong(Long::parseLong)
                .toArray();
        if (numbers.length != 7) {
            throw new Failure("wrk printed no result:\n" + output);
        }
        if (spent && numbers[6] > 0) {
            throw new Failure("the turn had fewer prepared requests than it could send: use fewer --seconds");
        }
        return new Turn(
                numbers[0] * 1e6 / numbers[1],
                numbers[2] / 1e3,
                numbers[3] / 1e3,
                numbers[4] / 1e3,
                // a turn without an answer has failed too
                numbers[0] == 0 ? Math.max(1, numbers[5]) : numbers[5],
                after.since(before, numbers[0]),
                Cpu.residentMegabytes(service.pid()));
    }

    /**
     * Runs a script of pgbench for that time.
     *
     * @param statements one script each; pgbench takes one by chance for each transaction
     * @param variables of these scripts
     */
    Turn pgbench(String database, List<String> statements, Map<String, String> variables, int seconds) {
        List<String> command = postgreSql.client(
                "pgbench", "-n", "-M", "prepared", "-c", Integer.toString(PGBENCH_CLIENTS), "-j", Integer.toString(THREADS),
                "-T", Integer.toString(seconds));
        variables.forEach((name, value) -> command.addAll(List.of("-D", name + "=" + value)));
        List<Path> files = new ArrayList<>();
        try {
            for (String statement : statements) {
                files.add(Files.writeString(Files.createTempFile(folder, "pgbench", ".sql"), statement));
                command.addAll(List.of("-f", files.get(files.size() - 1).toString()));
            }
            command.add(database);
            List<Long> postmasters = postgreSql.pids(database);
            long usual = Cpu.processes(postmasters.get(0));
            Cpu before = Cpu.now(0, postmasters);
            // the plan that a long-lived connection of the service has after five executions
            String output = processes.run(Map.of("PGOPTIONS", "-c plan_cache_mode=force_generic_plan"), "", command);
            awaitBackends(postmasters.get(0), usual);
            Cpu after = Cpu.now(0, postmasters);
            for (Path file : files) {
                Files.delete(file);
            }
            double transactions = number(output, "transactions actually processed: (\\d+)");
            return new Turn(
                    number(output, "tps = ([\\d.]+)"),
                    number(output, "latency average = ([\\d.]+)"),
                    0,
                    0,
                    (long) number(output, "failed transactions: (\\d+)"),
                    after.since(before, (long) transactions),
                    0);
        } catch (IOException e) {
            throw new Failure("cannot write a script of pgbench: " + e.getMessage());
        }
    }

    /** The clock of a backend is complete once it has ended, which is a moment after pgbench. */
    private static void awaitBackends(long postmaster, long usual) {
        for (int attempt = 0; attempt < 200 && Cpu.processes(postmaster) > usual; attempt++) {
            Pause.millis(10);
        }
    }

    private static double number(String output, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(output);
        if (!matcher.find()) {
            throw new Failure("pgbench printed no \"" + pattern + "\":\n" + output);
        }
        return Double.parseDouble(matcher.group(1));
    }
}
