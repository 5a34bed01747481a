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
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Watches a file while it runs, until it is closed. Its statements may take hours, so they wait for the server's answer
 * without a limit. Instead, a second connection looks at intervals whether the server still has the session of the file. If
 * it has not, the server has restarted or another has taken over, and the watch ends the connection: the file fails as on
 * any lost connection. Each look is reported, with the sessions that block the file and how far a new index is.
 */
final class RunningWatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(RunningWatch.class);

    private final FilePosition position;
    private final MigrationSession session;
    private final int limit;
    private final DataSource dataSource;
    private final MigrationProgress progress;
    private final ScheduledExecutorService timer;
    private boolean closed;

    private RunningWatch(
            FilePosition position,
            MigrationSession session,
            int limit,
            DataSource dataSource,
            MigrationProgress progress) {
        this.position = position;
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
     * @param position where in the file it is
     * @param session the session that the file runs in
     * @param dataSource gives a second connection, to look at it
     * @throws MigrationFailure transient when the connection is lost already
     */
    static RunningWatch start(
            FilePosition position, MigrationSession session, DataSource dataSource, MigrationProgress progress) {
        try {
            int limit = session.connection().getNetworkTimeout();
            session.connection().setNetworkTimeout(Runnable::run, 0);
            RunningWatch watch = new RunningWatch(position, session, limit, dataSource, progress);
            Duration interval = progress.interval();
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
        List<String> seen = new ArrayList<>();
        try (Connection connection = dataSource.getConnection()) {
            if (!hasSession(connection)) {
                end();
                return;
            }
            seen.addAll(newIndex(connection));
            seen.addAll(blockers(connection));
        } catch (SQLException e) {
            // nobody to ask: the server may be silent for a while and go on
            seen.add("the server does not answer others now");
        }
        tell(seen);
    }

    /** What was seen of a file that has ended meanwhile is old. */
    private synchronized void tell(List<String> seen) {
        try {
            if (!closed) {
                progress.running(position.seen(seen));
            }
        } catch (RuntimeException e) {
            // without this the timer would look no more, and a lost session would be waited for without end
            LOG.debug("progress of a migration was not told", e);
        }
    }

    private synchronized void end() throws SQLException {
        if (!closed) {
            progress.happened(position.name() + ": the server has lost the session of the migration");
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

    /** Returns for example {@code blocked by pid 42 (psql)}; empty when nobody blocks. */
    private List<String> blockers(Connection connection) throws SQLException {
        List<String> sessions = told(connection, """
                SELECT 'pid ' || pid || ' (' || coalesce(application_name, '') || ')' FROM pg_stat_activity
                WHERE pid = ANY (pg_blocking_pids(?)) ORDER BY pid
                """);
        return sessions.isEmpty() ? List.of() : List.of("blocked by " + String.join(", ", sessions));
    }

    /** Returns for example {@code index on user_accounts: building index: scanning table, 43 %}; empty when none is made. */
    private List<String> newIndex(Connection connection) throws SQLException {
        return told(connection, """
                SELECT 'index on ' || relid::regclass || ': ' || phase || coalesce(', ' || CASE
                    WHEN lockers_total > lockers_done THEN 'waiting for ' || lockers_total - lockers_done || ' transactions'
                    WHEN blocks_total > 0 THEN blocks_done * 100 / blocks_total || ' %'
                    WHEN tuples_total > 0 THEN tuples_done * 100 / tuples_total || ' %'
                  END, '')
                FROM pg_stat_progress_create_index WHERE pid = ?
                """);
    }

    private List<String> told(Connection connection, String sql) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setInt(1, session.identity().pid());
            List<String> texts = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    texts.add(row.getString(1));
                }
            }
            return texts;
        }
    }
}
