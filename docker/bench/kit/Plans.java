import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The plans with which PostgreSQL ran the service's statements: from its log, by auto_explain, so there is no copy of a statement here. */
final class Plans {

    /** A plan, and how long its last execution took. */
    record Plan(String nodes, double millis) {}

    /** A statement that ran at both sizes. */
    record Comparison(String statement, Plan few, Plan many) {

        boolean isSame() {
            return few.nodes().equals(many.nodes());
        }

        /** Whether each table is reached by the same index: a bitmap of it or a part for each process is only another form. */
        boolean hasSameAccess() {
            return accesses(few.nodes()).equals(accesses(many.nodes()));
        }

        boolean readsWholeTable() {
            return WHOLE_TABLE.matcher(many.nodes()).find();
        }
    }

    /** A connection takes its lasting plan after five executions. */
    private static final int TIMES = 7;

    private static final String TABLES = "(invite_codes|user_accounts|user_sync_data|refresh_tokens)";
    private static final Pattern CONCERNED = Pattern.compile(TABLES);
    private static final Pattern ACCESS = Pattern.compile("(?:Index (?:Only )?Scan (?:Backward )?using|Bitmap Index Scan on) (\\w+)|Seq Scan on (\\w+)");
    private static final Pattern WHOLE_TABLE = Pattern.compile("Seq Scan on " + TABLES);

    private static final Pattern LOGGED = Pattern.compile("^\\d+\\|LOG:  duration: ([\\d.]+) ms  plan:\\n((?:\\t.*\\n)+)", Pattern.MULTILINE);
    private static final Pattern NODE = Pattern.compile("^\\t(.*?)  \\(cost=.*");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private Plans() {}

    /**
     * Returns the last plan of each statement that any new session ran meanwhile.
     *
     * @param work starts the service, so that its sessions are new
     */
    static Map<String, Plan> of(PostgreSql postgreSql, Runnable work) {
        try {
            postgreSql.sql("postgres", """
                    LOAD 'auto_explain';
                    ALTER SYSTEM SET session_preload_libraries = 'auto_explain';
                    ALTER SYSTEM SET auto_explain.log_min_duration = 0;
                    ALTER SYSTEM SET auto_explain.log_parameter_max_length = 0;
                    ALTER SYSTEM SET auto_explain.log_nested_statements = on;
                    SELECT pg_reload_conf();
                    """);
            Pause.millis(300);
            long from = Files.size(postgreSql.log());
            work.run();
            String log = read(postgreSql, from);
            postgreSql.sql("postgres", "LOAD 'auto_explain'; ALTER SYSTEM RESET ALL; SELECT pg_reload_conf();");
            Map<String, Plan> plans = new LinkedHashMap<>();
            for (Matcher logged = LOGGED.matcher(log); logged.find(); ) {
                add(logged.group(2), Double.parseDouble(logged.group(1)), plans);
            }
            return plans;
        } catch (IOException e) {
            throw new Failure("cannot read the log of PostgreSQL: " + e.getMessage());
        }
    }

    private static String read(PostgreSql postgreSql, long from) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(postgreSql.log().toFile(), "r")) {
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Keeps of a plan its nodes with their indexes, without costs and conditions. */
    private static void add(String entry, double millis, Map<String, Plan> plans) {
        StringBuilder statement = new StringBuilder();
        StringBuilder plan = new StringBuilder();
        for (String line : entry.split("\n")) {
            Matcher node = NODE.matcher(line);
            if (node.matches()) {
                plan.append(node.group(1)).append('\n');
            } else if (plan.length() == 0) {
                statement.append(line.replace("Query Text:", "").strip()).append(' ');
            } else if (line.matches("\\t\\s*(CTE |SubPlan |InitPlan |JIT:).*")) {
                plan.append(line.substring(1)).append('\n');
            }
        }
        String sql = statement.toString().strip().replaceAll("\\s+", " ");
        // what ends with a semicolon is the kit's own
        if (CONCERNED.matcher(plan).find() && !sql.endsWith(";")) {
            plans.put(sql, new Plan(plan.toString(), millis));
        }
    }

    private static Set<String> accesses(String nodes) {
        Set<String> accesses = new TreeSet<>();
        for (Matcher access = ACCESS.matcher(nodes); access.find(); ) {
            accesses.add(access.group(1) == null ? "all of " + access.group(2) : access.group(1));
        }
        return accesses;
    }

    static List<Comparison> compare(Map<String, Plan> few, Map<String, Plan> many) {
        return few.keySet().stream()
                .filter(many::containsKey)
                .sorted()
                .map(statement -> new Comparison(statement, few.get(statement), many.get(statement)))
                .toList();
    }

    /** Sends each kind of request that reads or writes more than settings, often enough for the lasting plan; returns what was refused. */
    static Set<String> sendEverything(Target target, Group group) {
        for (Call call : Call.values()) {
            if (!call.isLarge()) {
                target.send(call, group, TIMES);
            }
        }
        Set<String> refused = new TreeSet<>();
        String base = target.service().base().toString();
        for (int n = 1; n <= TIMES; n++) {
            String id = group.id(n);
            String user = group.accessToken(n);
            send(refused, "POST", base + "/api/sync/" + id + "/verify", user, "");
            send(refused, "GET", base + "/api/auth/sessions", user, "");
            send(refused, "GET", base + "/api/auth/account/export", user, "");
            send(refused, "POST", base + "/api/auth/logout", user, "{\"refreshToken\":\"" + Group.sha512("OTHER-" + n) + "\"}");
            String operator = Service.ADMIN_TOKEN;
            send(refused, "GET", base + "/api/admin/accounts", operator, "");
            send(refused, "GET", base + "/api/admin/accounts?search=" + id, operator, "");
            send(refused, "GET", base + "/api/admin/accounts/" + id, operator, "");
            send(refused, "POST", base + "/api/admin/accounts/" + id + "/revoke", operator, "");
            send(refused, "POST", base + "/api/admin/accounts/" + id + "/restore", operator, "");
            send(refused, "GET", base + "/api/admin/invites", operator, "");
            send(refused, "GET", base + "/api/admin/storage", operator, "");
            send(refused, "GET", base + "/api/admin/cleanup", operator, "");
            send(refused, "GET", base + "/api/admin/audit", operator, "");
            send(refused, "DELETE", base + "/api/auth/sessions", user, "");
            send(refused, "DELETE", base + "/api/sync/" + id, user, "");
            send(refused, "DELETE", base + "/api/auth/account", user, "");
        }
        return refused;
    }

    private static void send(Set<String> refused, String method, String uri, String token, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).header("Authorization", "Bearer " + token);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> response = CLIENT.send(
                    request.method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 400) {
                refused.add(method + " " + URI.create(uri).getPath().replaceAll("[0-9a-f-]{36}", "ID") + " was answered with "
                        + response.statusCode() + ": " + response.body());
            }
        } catch (IOException e) {
            throw new Failure("the service does not answer " + method + " " + uri + ": " + e.getMessage());
        } catch (InterruptedException e) {
            throw new Failure("interrupted");
        }
    }
}
