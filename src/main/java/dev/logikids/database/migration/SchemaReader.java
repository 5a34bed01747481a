package dev.logikids.database.migration;

import dev.logikids.database.migration.SchemaStatus.FileStatus;
import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.migration.script.MigrationFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the state of a database. Looks only into the current schema. */
final class SchemaReader {

    private SchemaReader() {}

    /** Compares both ledgers with these files. */
    static SchemaStatus read(Connection connection, List<MigrationFile> files) throws SQLException {
        Map<String, Instant> legacy = schemaMigrations(connection);
        Map<String, String> liquibase = changeLogFingerprints(connection);
        Map<String, FileStatus> status = new TreeMap<>();
        legacy.forEach((name, at) -> status.put(name, new FileStatus(name, State.UNKNOWN, at)));
        for (MigrationFile file : files) {
            State state = state(file, legacy.containsKey(file.name()), liquibase);
            status.put(file.name(), new FileStatus(file.name(), state, legacy.get(file.name())));
        }
        return new SchemaStatus(
                List.copyOf(status.values()),
                invalidIndexes(connection),
                MigrationLock.holder(connection).orElse(null),
                connection.getMetaData().getDatabaseProductVersion());
    }

    private static State state(MigrationFile file, boolean inLegacy, Map<String, String> liquibase) {
        boolean inLiquibase = liquibase.containsKey(file.name());
        if (!inLegacy && !inLiquibase) {
            return State.PENDING;
        }
        if (inLiquibase) {
            String recorded = liquibase.get(file.name());
            // a row that plain Liquibase wrote has no fingerprint to compare with
            if (recorded.startsWith("sha256:") && !recorded.equals(file.fingerprint())) {
                return State.CHANGED;
            }
        }
        return inLegacy && inLiquibase ? State.APPLIED : State.ADOPTABLE;
    }

    private static Map<String, Instant> schemaMigrations(Connection connection) throws SQLException {
        Map<String, Instant> rows = new HashMap<>();
        if (tableExists(connection, "schema_migrations")) {
            try (Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("SELECT migration_name, applied_at FROM schema_migrations")) {
                while (row.next()) {
                    rows.put(row.getString(1), row.getTimestamp(2).toInstant());
                }
            }
        }
        return rows;
    }

    private static Map<String, String> changeLogFingerprints(Connection connection) throws SQLException {
        Map<String, String> rows = new HashMap<>();
        if (tableExists(connection, "databasechangelog")) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("""
                            SELECT filename, coalesce(comments, '') FROM databasechangelog
                            WHERE exectype IN ('EXECUTED', 'RERAN', 'MARK_RAN') ORDER BY orderexecuted
                            """)) {
                while (row.next()) {
                    String path = row.getString(1);
                    rows.put(path.substring(path.lastIndexOf('/') + 1), row.getString(2));
                }
            }
        }
        return rows;
    }

    private static boolean tableExists(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private static List<String> invalidIndexes(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT c.relname FROM pg_index i
                        JOIN pg_class c ON c.oid = i.indexrelid
                        JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE NOT i.indisvalid AND n.nspname = current_schema() ORDER BY c.relname
                        """)) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }
}
