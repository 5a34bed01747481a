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
import java.util.regex.Pattern;

/**
 * Finds out what migration files make: runs them in a schema that exists only inside of one transaction, which is rolled
 * back (ADR 24). A file that might reach anything outside of that schema is not run.
 */
final class TrialSchema {

    /** For all files together: nobody waits for a comparison. */
    private static final Duration LONGEST = Duration.ofSeconds(3);

    /** Many times our own files; a file of data says little about a schema. */
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

    /** What reaches beyond the schema or outlives the transaction, in a statement or in the text of a body. */
    private static final Pattern FAR_REACHING = Pattern.compile(
            "\\b(search_path|set_config|setval|dblink\\w*|pg_temp\\w*|copy|pg_read\\w*|pg_write\\w*|pg_ls\\w*|lo_\\w+"
                    + "|pg_(try_)?advisory\\w*|pg_terminate\\w*|pg_cancel\\w*|pg_reload\\w*|pg_logical\\w*|pg_replication\\w*"
                    + "|pg_sleep\\w*|notify|pg_notify|listen|lock|set\\s+schema|tablespace|system|database|role|user\\s+mapping"
                    + "|grant|revoke|owner|execute|query_to_xml\\w*|schema_to_xml\\w*|(update|into|from)\\s+(only\\s+)?pg_\\w+"
                    + "|commit|rollback|savepoint|discard|prepare|session)\\b",
            Pattern.CASE_INSENSITIVE);

    /** Files of this build that say these words and are known to stay in their schema. */
    private TrialSchema() {}

    /** The files' catalogue, or why there is none. */
    record Outcome(Optional<SchemaCatalogue> catalogue, String reason) {

        static Outcome none(String reason) {
            return new Outcome(Optional.empty(), reason);
        }
    }

    /**
     * Runs the files in a schema of their own and reads what they made. Nothing stays, and no object that exists is touched
     * or locked. Never fails: what goes wrong is the reason of the outcome.
     */
    static Outcome run(Connection connection, List<MigrationFile> files) {
        try {
            Optional<String> obstacle = obstacle(connection);
            if (obstacle.isPresent()) {
                return Outcome.none(obstacle.get());
            }
            List<String> schemas = schemas(connection);
            for (MigrationFile file : files) {
                Optional<String> reach = reach(file, schemas);
                if (reach.isPresent()) {
                    return Outcome.none(file.name() + " " + reach.get());
                }
            }
            return inTransaction(connection, files);
        } catch (SQLException e) {
            return Outcome.none(message(e));
        }
    }

    private static Outcome inTransaction(Connection connection, List<MigrationFile> files) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            begin(statement);
            long end = System.nanoTime() + LONGEST.toNanos();
            for (MigrationFile file : files) {
                for (SqlStatement sql : file.statements()) {
                    if (System.nanoTime() > end) {
                        return Outcome.none("the files take longer than " + LONGEST.toSeconds() + " s");
                    }
                    try {
                        statement.execute(withoutConcurrently(sql.text()));
                    } catch (SQLException e) {
                        return Outcome.none(file.name() + ", line " + sql.line() + ": " + message(e));
                    }
                }
            }
            return new Outcome(Optional.of(SchemaCatalogue.read(connection)), "");
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static void begin(Statement statement) throws SQLException {
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
        }
    }

    /** Why nothing can be tried in this session. */
    private static Optional<String> obstacle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT current_setting('transaction_read_only'),
                          has_database_privilege(current_database(), 'CREATE'), current_user, current_database()
                        """)) {
            row.next();
            if (row.getString(1).equals("on")) {
                return Optional.of("the server takes no writes");
            }
            return row.getBoolean(2)
                    ? Optional.empty()
                    : Optional.of("the role " + row.getString(3) + " may not create a schema: GRANT CREATE ON DATABASE "
                            + TargetSchema.quoted(row.getString(4)) + " TO " + TargetSchema.quoted(row.getString(3)));
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

    /** Why the file might reach something outside of the schema; a guess from its text that errs on the safe side. */
    private static Optional<String> reach(MigrationFile file, List<String> schemas) {
        if (file.sql().length() > LARGEST) {
            return Optional.of("is too large to be tried");
        }
        StringBuilder text = new StringBuilder();
        try {
            for (SqlStatement statement : file.statements()) {
                List<SqlToken> tokens = SqlLexer.tokens(statement.text()).stream()
                        .filter(token -> !token.isComment())
                        .toList();
                if (!isOfSchema(tokens)) {
                    return Optional.of("has a statement in line " + statement.line() + " that is not tried");
                }
                // what a comment on an object says is never executed
                if (!tokens.get(0).is("COMMENT")) {
                    tokens.forEach(token -> text.append(token.text()).append(' '));
                }
            }
        } catch (SqlSyntaxException e) {
            return Optional.of("cannot be read");
        }
        String sql = text.toString();
        for (String schema : schemas) {
            if (Pattern.compile("(?<![\\w$])" + Pattern.quote(schema) + "\"?\\s*\\.", Pattern.CASE_INSENSITIVE)
                    .matcher(sql)
                    .find()) {
                return Optional.of("names the schema " + schema);
            }
        }
        return FAR_REACHING
                .matcher(sql)
                .results()
                .findFirst()
                .map(found -> "says " + found.group().toLowerCase(Locale.ROOT));
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
