package dev.logikids.database.admin;

import static dev.logikids.database.postgresql.Statement.AUDIT_APPEND;
import static dev.logikids.database.postgresql.Statement.AUDIT_PAGE;

import dev.logikids.database.digest.Digest;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.Page.Cursor;
import dev.logikids.database.user.UserId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * The append-only table {@code admin_audit}: who did what, when, from where. The metric {@code logikids_admin_actions_total}
 * counts the same by action and outcome; created at the start, so that it begins at 0.
 */
@Startup
@ApplicationScoped
public class Audit {

    private final Database database;
    private final MeterRegistry metrics;
    private final Clock clock;

    Audit(Database database, MeterRegistry metrics, Clock clock) {
        this.database = database;
        this.metrics = metrics;
        this.clock = clock;
        for (Action action : Action.values()) {
            for (Outcome outcome : Outcome.values()) {
                count(action, outcome, 0);
            }
        }
    }

    /** What operators do. */
    public enum Action {
        SIGN_IN,
        SIGN_OUT,
        CREATE_INVITES,
        REMOVE_INVITE,
        REVOKE_ACCOUNT,
        RESTORE_ACCOUNT,
        END_SESSIONS,
        END_SESSION,
        EXPORT_ACCOUNT,
        ERASE_ACCOUNT,
        CLEAN_UP;

        /** As the table and the metric have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How it ended. */
    public enum Outcome {
        /** As asked. */
        DONE,
        /** Nothing was changed: no such account, a code that an account uses, a wrong token. */
        REFUSED,
        /** Nothing was changed, because of an error. */
        FAILED;

        /** As the table and the metric have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One row.
     *
     * @param action the text of an {@link Action}, or one that another version wrote
     * @param subject a pseudonym such as {@code account:} and 32 hex digits; empty if the action has none
     * @param outcome the text of an {@link Outcome}
     * @param before how many rows of each kind there were that it concerns
     * @param after how many of them there were afterwards
     */
    public record Entry(
            long id,
            Instant at,
            String operator,
            String channel,
            String address,
            String action,
            String subject,
            String outcome,
            Map<String, Long> before,
            Map<String, Long> after) {

        private static Entry of(Row row) {
            return new Entry(
                    row.getLong("id"),
                    Instant.ofEpochMilli(row.getLong("occurred_at")),
                    row.getString("operator"),
                    row.getString("channel"),
                    row.getString("address"),
                    row.getString("action"),
                    row.getString("subject"),
                    row.getString("outcome"),
                    counts(row.getJsonObject("before_counts")),
                    counts(row.getJsonObject("after_counts")));
        }

        private static Map<String, Long> counts(JsonObject json) {
            Map<String, Long> counts = new TreeMap<>();
            json.forEach(count -> counts.put(count.getKey(), ((Number) count.getValue()).longValue()));
            return counts;
        }

        @Override
        public String toString() {
            return "Entry[id=" + id + "]";
        }
    }

    /**
     * What is about to be added.
     *
     * @param before how many rows of each kind there are that the action concerns
     */
    record Draft(
            Operator operator,
            Action action,
            String subject,
            Outcome outcome,
            Map<String, Long> before,
            Map<String, Long> after) {

        /** An action without a subject and without counts. */
        static Draft of(Operator operator, Action action, Outcome outcome) {
            return new Draft(operator, action, "", outcome, Map.of(), Map.of());
        }
    }

    /**
     * Which rows a page lists, the newest first; what is empty does not matter.
     *
     * @param operator the exact name
     * @param subject exactly, see {@link #subjectOf(UserId)}
     * @param size 1 to {@link Page#MAX_SIZE}
     */
    public record Query(
            Optional<Action> action,
            Optional<Outcome> outcome,
            Optional<String> operator,
            Optional<String> subject,
            Optional<Cursor> after,
            int size) {

        public Query {
            Page.requireSize(size);
        }

        @Override
        public String toString() {
            return "Query[***]";
        }
    }

    /** Returns how the audit names an account, without its id, which is the credential of its user. */
    public static String subjectOf(UserId userId) {
        return "account:" + pseudonym(userId.text());
    }

    /** Returns how the audit names an invite, without its code. */
    public static String subjectOf(String inviteCode) {
        return "invite:" + pseudonym(inviteCode.strip());
    }

    private static String pseudonym(String text) {
        return HexFormat.of().formatHex(Digest.sha256(text.toLowerCase(Locale.ROOT)), 0, 16);
    }

    /** Returns one page of the rows. */
    public Uni<Page<Entry>> page(Query query) {
        return database.withConnection(connection -> AUDIT_PAGE.execute(connection, """
                        SELECT id, occurred_at, operator, channel, address, action, subject, outcome, before_counts,
                          after_counts
                        FROM admin_audit
                        WHERE ($1::text IS NULL OR action = $1)
                          AND ($2::text IS NULL OR outcome = $2)
                          AND ($3::text IS NULL OR operator = $3)
                          AND ($4::text IS NULL OR subject = $4)
                          AND ($5::bigint IS NULL OR id < $5)
                        ORDER BY id DESC
                        LIMIT $6
                        """, Tuple.from(new Object[] {
                    query.action().map(Action::text).orElse(null),
                    query.outcome().map(Outcome::text).orElse(null),
                    query.operator().orElse(null),
                    query.subject().orElse(null),
                    query.after().map(Cursor::position).orElse(null),
                    query.size() + 1
                })))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Entry::of)
                        .toList())
                .map(rows -> Page.of(rows, query.size(), row -> new Cursor(row.id(), "")));
    }

    /** Adds a row in the caller's transaction. The caller counts it once that is committed. */
    Uni<Void> append(SqlConnection connection, Draft draft) {
        return AUDIT_APPEND
                .execute(connection, """
                        INSERT INTO admin_audit (occurred_at, operator, channel, address, action, subject, outcome,
                          before_counts, after_counts)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                        """, Tuple.from(new Object[] {
                    clock.millis(),
                    draft.operator().name(),
                    draft.operator().channel().text(),
                    draft.operator().address(),
                    draft.action().text(),
                    draft.subject(),
                    draft.outcome().text(),
                    json(draft.before()),
                    json(draft.after())
                }))
                .replaceWithVoid();
    }

    /** Adds a row by itself and counts it. */
    Uni<Void> record(Draft draft) {
        return database.withConnection(connection -> append(connection, draft))
                .invoke(() -> count(draft.action(), draft.outcome()));
    }

    void count(Action action, Outcome outcome) {
        count(action, outcome, 1);
    }

    private void count(Action action, Outcome outcome, int times) {
        Counter.builder("logikids.admin.actions")
                .description("What operators did, also what was refused to them")
                .tag("action", action.text())
                .tag("outcome", outcome.text())
                .register(metrics)
                .increment(times);
    }

    private static JsonObject json(Map<String, Long> counts) {
        JsonObject json = new JsonObject();
        counts.forEach(json::put);
        return json;
    }
}
