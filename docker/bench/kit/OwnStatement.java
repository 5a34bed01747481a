import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The statement that a service itself runs for a call, for pgbench: the second yardstick. It is read from PostgreSQL's log while the
 * service answers one request, so it is never a copy that grows old. It serves calls that are one statement; a transaction of several
 * needs what its first statements return.
 */
final class OwnStatement {

    private static final Pattern EXECUTED =
            Pattern.compile("^(\\d+)\\|LOG:  execute [^:]*: (.*+(?:\\n\\t.*+)*+)(?:\\n\\1\\|DETAIL:  [Pp]arameters: (.*(?:\\n\\t.*)*))?", Pattern.MULTILINE);
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+) = (?:NULL|'((?:[^']++|'')*+)')");

    private OwnStatement() {}

    /**
     * Reads the statement of one request.
     *
     * @param request sends it
     * @param values what becomes a variable: the value in the request, and its expression for pgbench
     * @return with its parameters replaced, or nothing if the request is not one statement with one of the values
     */
    static Optional<String> of(PostgreSql postgreSql, String database, Runnable request, Map<String, String> values) {
        try {
            log(postgreSql, "SET log_statement = 'all'");
            long from = Files.size(postgreSql.log());
            request.run();
            log(postgreSql, "RESET log_statement");
            byte[] log = Files.readAllBytes(postgreSql.log());
            String lines = new String(log, (int) from, log.length - (int) from, StandardCharsets.UTF_8);
            List<String> found = new ArrayList<>();
            for (Matcher executed = EXECUTED.matcher(lines); executed.find(); ) {
                if (executed.group(2).strip().equalsIgnoreCase("BEGIN")) {
                    return Optional.empty();
                }
                Map<Integer, Optional<String>> parameters = parameters(executed.group(3));
                if (parameters.values().stream().flatMap(Optional::stream).anyMatch(values::containsKey)) {
                    found.add(replaced(postgreSql, database, executed.group(2).replace("\n\t", "\n"), parameters, values));
                }
            }
            return found.size() == 1 ? Optional.of(found.get(0) + ";\n") : Optional.empty();
        } catch (IOException e) {
            throw new Failure("cannot read the log of PostgreSQL: " + e.getMessage());
        }
    }

    private static void log(PostgreSql postgreSql, String change) {
        postgreSql.sql("postgres", "ALTER SYSTEM " + change);
        postgreSql.sql("postgres", "SELECT pg_reload_conf()");
        // each session reads its settings again when it is idle
        Pause.millis(300);
    }

    private static Map<Integer, Optional<String>> parameters(String detail) {
        Map<Integer, Optional<String>> parameters = new TreeMap<>();
        for (Matcher parameter = PARAMETER.matcher(detail == null ? "" : detail); parameter.find(); ) {
            parameters.put(Integer.valueOf(parameter.group(1)), Optional.ofNullable(parameter.group(2)));
        }
        return parameters;
    }

    private static String replaced(
            PostgreSql postgreSql, String database, String sql, Map<Integer, Optional<String>> parameters, Map<String, String> values) {
        String[] types = postgreSql
                .sql(database, "PREPARE own AS " + sql + ";\nSELECT array_to_string(parameter_types::text[], '|') FROM pg_prepared_statements")
                .split("\\|");
        return Pattern.compile("\\$(\\d+)").matcher(sql).replaceAll(match -> {
            int number = Integer.parseInt(match.group(1));
            String expression = parameters
                    .getOrDefault(number, Optional.empty())
                    .map(value -> values.getOrDefault(value, literal(value)))
                    .orElse("NULL");
            return Matcher.quoteReplacement("CAST(" + expression + " AS " + types[number - 1] + ")");
        });
    }

    /** Without a colon, which begins a variable of pgbench. The value is as the log has it: quotes are doubled. */
    private static String literal(String value) {
        return "E'" + value.replace("\\", "\\\\").replace(":", "\\x3a") + "'";
    }
}
