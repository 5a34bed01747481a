package dev.logikids.database.migration;

import dev.logikids.database.migration.SchemaStatus.LockHolder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One migrator at a time per database: a PostgreSQL session-level advisory lock (manual 13.3.5), which ends with the
 * session however the process ends. It is polled and never waited for inside PostgreSQL: a waiting statement holds a
 * snapshot, and CREATE INDEX CONCURRENTLY would wait for that in turn (a deadlock).
 */
final class MigrationLock implements AutoCloseable {

    // "logi" and "migr" as the two keys, which pg_locks shows as classid and objid
    private static final int CLASS = 0x6c6f6769;
    private static final int OBJECT = 0x6d696772;
    private static final Duration POLL = Duration.ofMillis(500);

    private final Connection connection;

    private MigrationLock(Connection connection) {
        this.connection = connection;
    }

    /**
     * Takes the lock for the session of this connection, which commits each statement.
     *
     * @throws MigrationFailure when another session holds it for longer than {@code patience}
     */
    static MigrationLock acquire(Connection connection, Duration patience, Consumer<String> progress)
            throws SQLException {
        long end = System.nanoTime() + patience.toNanos();
        long nextReport = System.nanoTime();
        Backoff poll = new Backoff(POLL, POLL);
        while (!call("pg_try_advisory_lock", connection)) {
            long now = System.nanoTime();
            if (now >= nextReport) {
                progress.accept("waiting for another migration" + describeHolder(connection));
                nextReport = now + RunningWatch.INTERVAL.toNanos();
            }
            if (now >= end) {
                throw MigrationFailure.permanent("another migration holds the lock" + describeHolder(connection)
                        + " for longer than " + patience.toSeconds()
                        + " s. Let it finish, or end it with: SELECT pg_terminate_backend(pid);");
            }
            poll.pause();
        }
        return new MigrationLock(connection);
    }

    /** Rolls back what is open and releases the lock; the end of the session would do so too. */
    @Override
    public void close() {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            call("pg_advisory_unlock", connection);
        } catch (SQLException e) {
            // the session has ended, and the lock with it
        }
    }

    private static boolean call(String function, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + function + "(" + CLASS + ", " + OBJECT + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static String describeHolder(Connection connection) throws SQLException {
        return holder(connection)
                .map(holder ->
                        " (pid " + holder.pid() + ", " + holder.application() + ", since " + holder.since() + ")")
                .orElse("");
    }

    /** Returns the session that holds the lock in this database, if any. */
    static Optional<LockHolder> holder(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT a.pid, a.application_name, a.backend_start FROM pg_locks l
                        JOIN pg_stat_activity a ON a.pid = l.pid
                        WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %d AND l.objid = %d
                          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        """.formatted(CLASS, OBJECT))) {
            if (!row.next()) {
                return Optional.empty();
            }
            Instant since =
                    row.getTimestamp(3) == null ? null : row.getTimestamp(3).toInstant();
            return Optional.of(new LockHolder(row.getInt(1), row.getString(2), since));
        }
    }
}
