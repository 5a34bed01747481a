package dev.logikids.database.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
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
                          (SELECT relnamespace::regnamespace::text FROM pg_class
                           WHERE oid = coalesce(to_regclass('schema_migrations'), to_regclass('databasechangelog'))),
                          current_schema()::text)
                        """)) {
            row.next();
            return new TargetSchema(row.getString(1));
        }
    }

    /** Puts this schema first on the search path of the session, in front of what is there. */
    void pin(Connection connection) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement(
                "SELECT set_config('search_path', quote_ident(?) || ', ' || current_setting('search_path'), false)")) {
            set.setString(1, name);
            set.execute();
        }
    }
}
