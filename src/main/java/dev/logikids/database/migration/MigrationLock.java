package dev.logikids.database.migration;

import dev.logikids.database.migration.SchemaStatus.LockHolder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * PostgreSQL session-level advisory locks (manual 13.3.5), which end with the session however the process ends. They are
 * polled and never waited for inside PostgreSQL: a waiting statement holds a snapshot, and CREATE INDEX CONCURRENTLY would
 * wait for that in turn (a deadlock).
 *
 * <p>{@link Scope#RUN} lets one migrator at a time into a database. Its session runs no file, and may be lost while the
 * session of a file goes on. So each file holds {@link Scope#FILE} in its own session. A run reads the ledgers after
 * both locks were free, and begins a file only while it has both: what another run has begun is never begun again.
 */
final class MigrationLock implements AutoCloseable {

    // "logi" and a word as the two keys, which pg_locks shows as classid and objid
    private static final int CLASS = 0x6c6f6769;
    private static final Duration FIRST_POLL = Duration.ofMillis(20);
    private static final Duration POLL = Duration.ofMillis(500);

    /** What a lock is for. */
    enum Scope {
        /** A whole run: "migr". */
        RUN(0x6d696772),
        /** One file: "file". */
        FILE(0x66696c65);

        private final int object;

        Scope(int object) {
            this.object = object;
        }
    }

    private final Scope scope;
    private final Connection connection;
    private final int pid;

    private MigrationLock(Scope scope, Connection connection) throws SQLException {
        this.scope = scope;
        this.connection = connection;
        this.pid = connection.unwrap(PGConnection.class).getBackendPID();
    }

    /**
     * Takes a lock for the session of this connection, which commits each statement.
     *
     * @throws MigrationFailure when another session holds it for longer than {@code patience}
     */
    static MigrationLock acquire(Scope scope, Connection connection, Duration patience, MigrationProgress progress)
            throws SQLException {
        long end = System.nanoTime() + patience.toNanos();
        long nextReport = System.nanoTime();
        Backoff poll = new Backoff(FIRST_POLL, POLL);
        while (!call("pg_try_advisory_lock", scope, connection)) {
            long now = System.nanoTime();
            if (now >= nextReport) {
                progress.happened("waiting for another migration" + describeHolder(scope, connection));
                nextReport = now + MigrationProgress.INTERVAL.toNanos();
            }
            if (now >= end) {
                throw MigrationFailure.permanent("another migration holds the lock" + describeHolder(scope, connection)
                        + " for longer than " + patience.toSeconds()
                        + " s. Let it finish, or end it with: SELECT pg_terminate_backend(pid);");
            }
            poll.pause();
        }
        return new MigrationLock(scope, connection);
    }

    /**
     * Looks from another session whether this lock is still held, on the same server: after a failover the other session may
     * be on a host that knows nothing of it.
     *
     * @throws MigrationFailure transient when it is not
     */
    void requireHeld(Connection other) throws SQLException {
        Optional<LockHolder> holder = holder(scope, other);
        if (holder.isEmpty() || holder.get().pid() != pid) {
            throw MigrationFailure.lockLost();
        }
    }

    /** Releases the lock; the end of the session would do so too. */
    @Override
    public void close() {
        try {
            call("pg_advisory_unlock", scope, connection);
        } catch (SQLException e) {
            // the session has ended, and the lock with it
        }
    }

    private static boolean call(String function, Scope scope, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT " + function + "(" + CLASS + ", " + scope.object + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static String describeHolder(Scope scope, Connection connection) throws SQLException {
        return holder(scope, connection)
                .map(holder ->
                        " (pid " + holder.pid() + ", " + holder.application() + ", since " + holder.since() + ")")
                .orElse("");
    }

    /** Returns the session that holds the lock of a run in this database, if any. */
    static Optional<LockHolder> holder(Connection connection) throws SQLException {
        return holder(Scope.RUN, connection);
    }

    private static Optional<LockHolder> holder(Scope scope, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT a.pid, a.application_name, a.backend_start FROM pg_locks l
                        JOIN pg_stat_activity a ON a.pid = l.pid
                        WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %d AND l.objid = %d
                          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        """.formatted(CLASS, scope.object))) {
            if (!row.next()) {
                return Optional.empty();
            }
            Instant since =
                    row.getTimestamp(3) == null ? null : row.getTimestamp(3).toInstant();
            return Optional.of(new LockHolder(row.getInt(1), row.getString(2), since));
        }
    }
}
