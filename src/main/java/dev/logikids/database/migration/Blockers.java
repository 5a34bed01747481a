package dev.logikids.database.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** Finds the sessions that a migration waits for. */
final class Blockers {

    private Blockers() {}

    /** Returns for example {@code ", blocked by pid 42 (psql)"}, or an empty text when nobody blocks or nobody knows. */
    static String describe(DataSource dataSource, Connection migration) {
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
            // only words for a report: the migration itself will say what is wrong
            return "";
        }
    }
}
