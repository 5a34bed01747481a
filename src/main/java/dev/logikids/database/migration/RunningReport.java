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
import org.postgresql.PGConnection;

/** Reports at intervals that a file is still running and which sessions block it, until it is closed. */
final class RunningReport implements AutoCloseable {

    /** Often for a person who waits, seldom for a log. */
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ScheduledExecutorService timer;

    private RunningReport(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /**
     * Starts to report.
     *
     * @param migration the connection that the file runs on
     * @param dataSource gives a second connection, to look at the first
     */
    static RunningReport start(
            String file, Duration interval, Connection migration, DataSource dataSource, Consumer<String> progress) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "migration-report");
            thread.setDaemon(true);
            return thread;
        });
        long start = System.nanoTime();
        timer.scheduleAtFixedRate(
                () -> progress.accept(file + " is still running after "
                        + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s"
                        + blockers(migration, dataSource)),
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
        return new RunningReport(timer);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Returns for example {@code ", blocked by pid 42 (psql)"}; empty when nobody blocks or that cannot be told. */
    private static String blockers(Connection migration, DataSource dataSource) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement("""
                        SELECT pid, application_name FROM pg_stat_activity
                        WHERE pid = ANY (pg_blocking_pids(?)) ORDER BY pid
                        """)) {
            query.setInt(1, migration.unwrap(PGConnection.class).getBackendPID());
            List<String> sessions = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sessions.add("pid " + row.getInt(1) + " (" + row.getString(2) + ")");
                }
            }
            return sessions.isEmpty() ? "" : ", blocked by " + String.join(", ", sessions);
        } catch (SQLException e) {
            // the migration itself will report what is wrong
            return "";
        }
    }
}
