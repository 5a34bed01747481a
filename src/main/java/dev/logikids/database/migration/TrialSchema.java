package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlLexer;
import dev.logikids.database.migration.script.SqlStatement;
import dev.logikids.database.migration.script.SqlSyntaxException;
import dev.logikids.database.migration.script.SqlToken;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out what migration files make: runs them in a schema that exists only inside of one transaction, which is rolled
 * back (ADR 24). A file that might reach anything outside of that schema is not run.
 */
final class TrialSchema {

    /** For all files together: nobody waits for a comparison. */
    private static final Duration LONGEST = Duration.ofSeconds(3);

    /** Characters, many times our own files; a file of data says little about a schema. */
    private static final int LARGEST = 1_000_000;

    /** What a file may do there: kinds of statements that change nothing but what they name. */
    private static final Set<String> KINDS = Set.of(
            "CREATE", "ALTER", "DROP", "COMMENT", "DO", "INSERT", "UPDATE", "DELETE", "SELECT", "WITH", "VALUES");

    /** What they may create, alter or drop: objects that live in a schema. */
    private static final Set<String> OBJECTS = Set.of(
            "TABLE",
            "INDEX",
            "VIEW",
            "MATERIALIZED",
            "SEQUENCE",
            "FUNCTION",
            "PROCEDURE",
            "TRIGGER",
            "TYPE",
            "DOMAIN",
            "POLICY",
            "STATISTICS",
            "AGGREGATE");

    /** Words between CREATE and the kind of object. */
    private static final Set<String> ADJECTIVES =
            Set.of("OR", "REPLACE", "UNIQUE", "UNLOGGED", "RECURSIVE", "CONSTRAINT");

    /**
     * What may reach beyond the schema or outlive the transaction, in a statement or in a body: dynamic SQL, other search
     * paths, files, connections, sequences set, functions that act on the server.
     */
    private static final Pattern FAR_REACHING = Pattern.compile(
            "\\b(search_path|set_config|setval|dblink\\w*|pg_temp\\w*|copy|lo_\\w+|execute(?!\\s+(function|procedure)\\b)"
                    + "|set\\s+schema|set\\s+((local|session)\\s+)?(role|session)"
                    + "|(update|insert\\s+into|delete\\s+from)\\s+(only\\s+)?pg_\\w+|(query|schema|database)_to_xml\\w*"
                    + "|pg_(?!get_|typeof|size_pretty)\\w+\\s*\\()",
            Pattern.CASE_INSENSITIVE);

    private TrialSchema() {}

    /** Why the files were not run, or not to their end. */
    private static final class NotTried extends Exception {

        private static final long serialVersionUID = 1L;

        NotTried(String reason) {
            super(reason);
        }
    }

    /**
     * Runs the files in a schema of their own and reads what they made. Nothing stays, and no object that exists is touched
     * or locked. Never fails: what goes wrong is the obstacle of the outcome.
     */
    static ExpectedSchema run(Connection connection, List<MigrationFile> files, String schema) {
        try {
            return new ExpectedSchema(schema, Optional.of(catalogue(connection, files)), "");
        } catch (NotTried e) {
            return new ExpectedSchema(schema, Optional.empty(), e.getMessage());
        } catch (SQLException e) {
            return new ExpectedSchema(schema, Optional.empty(), message(e));
        }
    }

    private static SchemaCatalogue catalogue(Connection connection, List<MigrationFile> files)
            throws SQLException, NotTried {
        requireRights(connection);
        List<String> schemas = schemas(connection);
        for (MigrationFile file : files) {
            requireOwnSchemaOnly(file, schemas);
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            String schema = begin(statement);
            long end = System.nanoTime() + LONGEST.toNanos();
            for (MigrationFile file : files) {
                for (SqlStatement sql : file.statements()) {
                    run(statement, file, sql, end);
                }
            }
            return SchemaCatalogue.of(connection, schema);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static void run(Statement statement, MigrationFile file, SqlStatement sql, long end) throws NotTried {
        if (System.nanoTime() > end) {
            throw new NotTried("the files take longer than " + LONGEST.toSeconds() + " s");
        }
        try {
            statement.execute(withoutConcurrently(sql.text()));
        } catch (SQLException e) {
            throw new NotTried(file.name() + ", line " + sql.line() + ", fails there: " + message(e));
        }
    }

    private static String begin(Statement statement) throws SQLException {
        String never = "(id int PRIMARY KEY, other int REFERENCES %s DEFERRABLE INITIALLY DEFERRED)";
        statement.execute(
                "SELECT set_config('lock_timeout', '200ms', true), set_config('statement_timeout', '1s', true),"
                        + " set_config('client_min_messages', 'error', true)");
        try (ResultSet row = statement.executeQuery("SELECT 'logikids_trial_' || pg_backend_pid()")) {
            row.next();
            String schema = row.getString(1);
            String guard = schema + "_guard";
            // a row that no commit would let pass: should a statement commit after all, nothing of it stays
            statement.execute("CREATE SCHEMA " + guard);
            statement.execute("CREATE TABLE " + guard + ".never " + never.formatted(guard + ".never"));
            statement.execute("INSERT INTO " + guard + ".never VALUES (1, 2)");
            statement.execute("CREATE SCHEMA " + schema);
            statement.execute("SELECT set_config('search_path', '" + schema + ", pg_temp', true)");
            return schema;
        }
    }

    private static void requireRights(Connection connection) throws SQLException, NotTried {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT current_setting('transaction_read_only'),
                          has_database_privilege(current_database(), 'CREATE'), current_user, current_database()
                        """)) {
            row.next();
            if (row.getString(1).equals("on")) {
                throw new NotTried("the server takes no writes");
            }
            if (!row.getBoolean(2)) {
                throw new NotTried("the role " + row.getString(3)
                        + " may not create a schema: GRANT CREATE ON DATABASE " + TargetSchema.quoted(row.getString(4))
                        + " TO " + TargetSchema.quoted(row.getString(3)));
            }
        }
    }

    private static List<String> schemas(Connection connection) throws SQLException {
        List<String> schemas = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT nspname::text FROM pg_namespace")) {
            while (row.next()) {
                schemas.add(row.getString(1));
            }
        }
        return schemas;
    }

    /** Refuses a file that might reach something outside of the schema: a guess from its text that errs on the safe side. */
    private static void requireOwnSchemaOnly(MigrationFile file, List<String> schemas) throws NotTried {
        if (file.sql().length() > LARGEST) {
            throw new NotTried(file.name() + " is too large to be tried");
        }
        StringBuilder text = new StringBuilder();
        try {
            for (SqlStatement statement : file.statements()) {
                List<SqlToken> tokens = SqlLexer.tokens(statement.text()).stream()
                        .filter(token -> !token.isComment())
                        .toList();
                if (!isOfSchema(tokens)) {
                    throw new NotTried(
                            file.name() + ", line " + statement.line() + ": a statement of this kind is not tried");
                }
                // what a comment on an object says is never executed
                if (!tokens.get(0).is("COMMENT")) {
                    tokens.forEach(token -> text.append(token.text()).append(' '));
                }
            }
        } catch (SqlSyntaxException e) {
            throw new NotTried(file.name() + " cannot be read");
        }
        String sql = text.toString();
        for (String schema : schemas) {
            if (Pattern.compile("(?<![\\w$])" + Pattern.quote(schema) + "\"?\\s*\\.", Pattern.CASE_INSENSITIVE)
                    .matcher(sql)
                    .find()) {
                throw new NotTried(file.name() + " names the schema " + schema);
            }
        }
        Matcher far = FAR_REACHING.matcher(sql);
        if (far.find()) {
            throw new NotTried(file.name() + " is not tried, for it says " + far.group());
        }
    }

    private static boolean isOfSchema(List<SqlToken> tokens) {
        String kind = tokens.get(0).name().toUpperCase(Locale.ROOT);
        if (!KINDS.contains(kind)) {
            return false;
        }
        if (!Set.of("CREATE", "ALTER", "DROP").contains(kind)) {
            return true;
        }
        return tokens.stream()
                .skip(1)
                .map(token -> token.name().toUpperCase(Locale.ROOT))
                .dropWhile(ADJECTIVES::contains)
                .findFirst()
                .filter(OBJECTS::contains)
                .isPresent();
    }

    /** Nothing runs concurrently inside of a transaction, and the result is the same. */
    private static String withoutConcurrently(String sql) {
        StringBuilder text = new StringBuilder(sql);
        List<SqlToken> tokens = SqlLexer.tokens(sql);
        for (int i = tokens.size() - 1; i >= 0; i--) {
            if (tokens.get(i).is("CONCURRENTLY")) {
                text.delete(tokens.get(i).start(), tokens.get(i).end());
            }
        }
        return text.toString();
    }

    /** Without PostgreSQL's detail, which may quote values. */
    private static String message(SQLException e) {
        return "SQLSTATE " + e.getSQLState();
    }
}
