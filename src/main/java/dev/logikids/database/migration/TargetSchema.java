package dev.logikids.database.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The schema in which the service's tables and both ledgers are, or will be. */
record TargetSchema(String name) {

    /** Finds the schema of the ledgers along the search path of this session, else the one that the path creates in. */
    static TargetSchema find(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT coalesce(
                          (SELECT nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                           WHERE c.oid = coalesce(to_regclass('schema_migrations'), to_regclass('databasechangelog'))),
                          current_schema()::text)
                        """)) {
            row.next();
            return new TargetSchema(row.getString(1));
        }
    }

    /** Puts this schema first on the search path of the session, in front of what is there. */
    void pin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(pinSql());
        }
    }

    /** The statement that {@link #pin} sends. */
    String pinSql() {
        return "SELECT set_config('search_path', concat_ws(', ', '"
                + quoted(name).replace("'", "''") + "', nullif(current_setting('search_path'), '')), false)";
    }

    /** A table of this schema, for any search path. */
    String qualify(String table) {
        return quoted(name) + "." + quoted(table);
    }

    /** An identifier in double quotes. */
    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
