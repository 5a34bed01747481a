package dev.logikids.database.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Watches a file while it runs, until it is closed. Its statements may take hours, so they wait for the server's answer
 * without a limit. Instead, a second connection looks at intervals whether the server still has the session of the file. If
 * it has not, the server has restarted or another has taken over, and the watch ends the connection: the file fails as on
 * any lost connection. Each look is reported, with the sessions that block the file.
 */
final class RunningWatch implements AutoCloseable {

    /** Often for a person who waits, seldom for a log. */
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final String file;
    private final MigrationSession session;
    private final int limit;
    private final DataSource dataSource;
    private final Consumer<String> progress;
    private final ScheduledExecutorService timer;
    private final long start = System.nanoTime();
    private boolean closed;

    private RunningWatch(
            String file, MigrationSession session, int limit, DataSource dataSource, Consumer<String> progress) {
        this.file = file;
        this.session = session;
        this.limit = limit;
        this.dataSource = dataSource;
        this.progress = progress;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "migration-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts to watch.
     *
     * @param session the session that the file runs in
     * @param dataSource gives a second connection, to look at it
     * @throws MigrationFailure transient when the connection is lost already
     */
    static RunningWatch start(
            String file,
            Duration interval,
            MigrationSession session,
            DataSource dataSource,
            Consumer<String> progress) {
        try {
            int limit = session.connection().getNetworkTimeout();
            session.connection().setNetworkTimeout(Runnable::run, 0);
            RunningWatch watch = new RunningWatch(file, session, limit, dataSource, progress);
            watch.timer.scheduleAtFixedRate(
                    watch::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
            return watch;
        } catch (SQLException e) {
            throw MigrationFailure.of(e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        timer.shutdownNow();
        try {
            session.connection().setNetworkTimeout(Runnable::run, limit);
        } catch (SQLException e) {
            // the connection has ended: the file fails with the reason
        }
    }

    private void look() {
        String seen;
        try (Connection connection = dataSource.getConnection()) {
            if (!hasSession(connection)) {
                end();
                return;
            }
            seen = blockers(connection);
        } catch (SQLException e) {
            // nobody to ask: the server may be silent for a while and go on
            seen = "; the server does not answer others now";
        }
        progress.accept(file + " is still running after "
                + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s" + seen);
    }

    private synchronized void end() throws SQLException {
        if (!closed) {
            progress.accept(file + ": the server has lost the session of the migration");
            session.abort();
        }
    }

    private boolean hasSession(Connection connection) throws SQLException {
        // a restarted server may have given the pid to somebody else
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM pg_stat_activity WHERE pid = ? AND extract(epoch FROM backend_start)::text = ?")) {
            query.setInt(1, session.identity().pid());
            query.setString(2, session.identity().start());
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Returns for example {@code ", blocked by pid 42 (psql)"}; empty when nobody blocks. */
    private String blockers(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT pid, application_name FROM pg_stat_activity
                WHERE pid = ANY (pg_blocking_pids(?)) ORDER BY pid
                """)) {
            query.setInt(1, session.identity().pid());
            List<String> sessions = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sessions.add("pid " + row.getInt(1) + " (" + row.getString(2) + ")");
                }
            }
            return sessions.isEmpty() ? "" : ", blocked by " + String.join(", ", sessions);
        }
    }
}
