package dev.logikids.database.health;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.logikids.database.postgresql.Database;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the sessions of the database are doing, for operators; never the text of a statement, which may hold values. */
@ApplicationScoped
public class ActivityView {

    /** Of a statement no more than its first word leaves the server. */
    private static final String SESSIONS = """
            SELECT pid, coalesce(application_name, '') AS application, coalesce(usename::text, '') AS role,
              coalesce(state, '') AS state,
              coalesce(upper(substring(query FROM '^[[:space:](]*([A-Za-z]{1,20})')), '') AS statement,
              coalesce(wait_event_type || ': ' || wait_event, '') AS waits_for,
              coalesce(extract(epoch FROM clock_timestamp() - xact_start), 0)::bigint AS seconds,
              CASE WHEN wait_event_type = 'Lock' OR state IS NULL THEN pg_blocking_pids(pid) ELSE '{}' END AS blockers
            FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            ORDER BY xact_start NULLS LAST, pid
            """;

    /** Anything else might be a value: a text that is no SQL. */
    private static final Set<String> KINDS = Set.of(
            ("SELECT,INSERT,UPDATE,DELETE,MERGE,WITH,VALUES,BEGIN,START,COMMIT,END,ROLLBACK,SAVEPOINT,RELEASE,ALTER,CREATE,DROP,"
                            + "TRUNCATE,VACUUM,ANALYZE,REINDEX,CLUSTER,REFRESH,COPY,LOCK,SET,RESET,SHOW,CALL,DO,EXECUTE,"
                            + "PREPARE,DEALLOCATE,DISCARD,DECLARE,FETCH,CLOSE,GRANT,REVOKE,COMMENT,LISTEN,NOTIFY,UNLISTEN,"
                            + "EXPLAIN,CHECKPOINT")
                    .split(","));

    private final Database database;

    ActivityView(Database database) {
        this.database = database;
    }

    /**
     * The sessions of this database.
     *
     * @param waiting those that another session blocks, the one with the oldest transaction first
     * @param byState how many there are in each state, such as {@code active} or {@code idle in transaction}
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record Activity(List<Waiting> waiting, List<StateCount> byState) {}

    /** A session that waits, and who blocks it. */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record Waiting(Session session, List<Session> blockedBy) {}

    /** How many sessions are in a state. */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record StateCount(String state, long sessions) {}

    /**
     * A session.
     *
     * @param pid of the server process; 0 for a prepared transaction
     * @param application as it named itself
     * @param state such as {@code active}; empty if the role of the service may not see it
     * @param statement the first word of its statement, such as {@code UPDATE}; empty if unknown
     * @param waitsFor such as {@code Lock: transactionid}; empty if for nothing
     * @param seconds since its transaction began; 0 if unknown
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record Session(
            int pid, String application, String role, String state, String statement, String waitsFor, long seconds) {

        private static Session of(Row row) {
            String statement = row.getString("statement");
            return new Session(
                    row.getInteger("pid"),
                    row.getString("application"),
                    row.getString("role"),
                    row.getString("state"),
                    KINDS.contains(statement) ? statement : "",
                    row.getString("waits_for"),
                    row.getLong("seconds"));
        }

        private static Session unseen(int pid) {
            return new Session(pid, pid == 0 ? "prepared transaction" : "", "", "", "", "", 0);
        }
    }

    /** Looks now; the session that looks is left out. */
    public Uni<Activity> look() {
        return database.withConnection(
                connection -> connection.query(SESSIONS).execute().map(ActivityView::activity));
    }

    private static Activity activity(RowSet<Row> rows) {
        Map<Integer, Session> sessions = new LinkedHashMap<>();
        Map<Integer, Integer[]> blockers = new LinkedHashMap<>();
        Map<String, Long> states = new TreeMap<>();
        for (Row row : rows) {
            Session session = Session.of(row);
            sessions.put(session.pid(), session);
            blockers.put(session.pid(), row.getArrayOfIntegers("blockers"));
            states.merge(session.state(), 1L, Long::sum);
        }
        List<Waiting> waiting = new ArrayList<>();
        blockers.forEach((pid, by) -> {
            if (by.length > 0) {
                waiting.add(new Waiting(
                        sessions.get(pid),
                        Stream.of(by)
                                .distinct()
                                .map(blocker -> sessions.getOrDefault(blocker, Session.unseen(blocker)))
                                .sorted(Comparator.comparing(Session::seconds).reversed())
                                .toList()));
            }
        });
        return new Activity(
                waiting,
                states.entrySet().stream()
                        .map(state -> new StateCount(state.getKey(), state.getValue()))
                        .toList());
    }
}
