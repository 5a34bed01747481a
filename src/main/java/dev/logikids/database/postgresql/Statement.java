package dev.logikids.database.postgresql;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The statements that run on the pool's connections, each under a name that stays the same when its SQL changes: the label
 * {@code statement} of the metric {@code logikids_sql_seconds} (ADR 26). {@code INVITE_FIND} is {@code invite.find} there.
 * Nothing outside of this package can run a statement without a name.
 */
public enum Statement {
    ACCOUNT_BLOB,
    ACCOUNT_BLOB_SIZES,
    ACCOUNT_CREATE,
    ACCOUNT_ERASE,
    ACCOUNT_ERASE_DATA,
    ACCOUNT_EXISTS,
    ACCOUNT_EXPORT,
    ACCOUNT_FIND,
    ACCOUNT_LAST_SEEN,
    ACCOUNT_LOCK,
    ACCOUNT_LOCK_REGISTRATION,
    ACCOUNT_MARK_SEEN,
    ACCOUNT_OF_ID,
    ACCOUNT_OF_INVITE,
    ACCOUNT_PAGE,
    ACCOUNT_SET_REVOKED,
    ACCOUNT_TWINS,

    AUDIT_APPEND,
    AUDIT_PAGE,

    CLEANUP_COUNT,
    CLEANUP_DELETE,
    CLEANUP_LOCK,
    CLEANUP_NOW,

    DATABASE_ACTIVITY,

    INVITE_DELETE,
    INVITE_FIND,
    INVITE_INSERT,
    INVITE_LOCK,
    INVITE_OF_CODES,
    INVITE_PAGE,

    LIMIT_REMOVE_ENDED,
    LIMIT_TAKE,

    POOL_LIMITS,
    POOL_PING,

    REPLICA_LAG,

    SCHEMA_APPLIED,
    SCHEMA_CATALOGUE,
    SCHEMA_LOOK_AT,
    SCHEMA_TABLES,

    STORAGE_BLOB_SIZES,
    STORAGE_DATABASE,
    STORAGE_DISTRIBUTED,
    STORAGE_GROWTH,
    STORAGE_INDEXES,
    STORAGE_TABLES,

    SYNC_DELETE,
    SYNC_EXISTS,
    SYNC_FIND,
    SYNC_LAST_ACCESSED,
    SYNC_REPLACE,
    SYNC_STORE,
    SYNC_TAG,

    TOKEN_END_SESSION,
    TOKEN_END_SESSIONS,
    TOKEN_FIND,
    TOKEN_INSERT_CHILD,
    TOKEN_INSERT_FIRST,
    TOKEN_IS_LIVE,
    TOKEN_LOCK_ACCOUNT,
    TOKEN_SESSIONS,
    TOKEN_STORED,
    TOKEN_USE,

    TRANSACTION_BEGIN,
    TRANSACTION_COMMIT,
    TRANSACTION_ROLLBACK;

    // the registry of the service is part of this one; a test without a service has none
    private final Timer ok = timer("ok");
    private final Timer failed = timer("failed");

    /** Whether it reads rows of user_sync_data, which may be on the workers of Citus (ADR 35). */
    boolean readsSyncData() {
        return this == SYNC_FIND || this == SYNC_EXISTS;
    }

    private Timer timer(String outcome) {
        return Timer.builder("logikids.sql")
                .description("Statements by name, from sending them to the last row")
                .tag("statement", name().toLowerCase(Locale.ROOT).replaceFirst("_", "."))
                .tag("outcome", outcome)
                .register(Metrics.globalRegistry);
    }

    /** Lets all series begin at 0. */
    static void begin() {
        // the timers are there once the class is
    }

    /** Runs that SQL as a prepared statement without parameters. */
    public Uni<RowSet<Row>> execute(SqlConnection connection, String sql) {
        return execute(connection, sql, Tuple.tuple());
    }

    /**
     * Runs that SQL as a prepared statement.
     *
     * @param sql a constant: each connection keeps what it has prepared
     */
    public Uni<RowSet<Row>> execute(SqlConnection connection, String sql, Tuple parameters) {
        return Uni.createFrom().deferred(() -> {
            long start = System.nanoTime();
            return connection
                    .preparedQuery(sql)
                    .execute(parameters)
                    .onItemOrFailure()
                    .invoke((rows, failure) -> ended(start, failure == null));
        });
    }

    /** @param start the {@link System#nanoTime()} at which it was sent */
    void ended(long start, boolean succeeded) {
        (succeeded ? ok : failed).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
}
