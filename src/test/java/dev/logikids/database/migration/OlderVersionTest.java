package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * During a rollout the last release runs on the newest schema, and after a rollback it does so for long. Its statements are in
 * {@code src/test/resources/compatibility/statements.sql}, as PostgreSQL got them from the tests of that release, each below the
 * types of its parameters and columns.
 */
@DisabledIfSystemProperty(
        named = "test.citus.url",
        matches = ".+",
        disabledReason = "the statements of the last release that read and write sync data are for plain PostgreSQL")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class OlderVersionTest {

    private static final String RECORD = "/compatibility/statements.sql";
    private static final String SEPARATOR = "\n;\n";
    private static final Pattern SERVICE = Pattern.compile("logikids-database( \\d+)?");
    private static final Pattern EXECUTED = Pattern.compile("execute [^:]+: (.*)", Pattern.DOTALL);
    private static final Pattern SERVICE_TABLE = Pattern.compile("user_|invite_codes|refresh_tokens");
    private static final Pattern INSERT = Pattern.compile("INSERT INTO (\\w+)(?: (?:AS )?\\w+)?\\s*\\(([^)]*)\\)");

    @Test
    void theLastReleaseRunsOnTheNewestSchema() throws SQLException {
        assertThat(recorded()).hasSizeGreaterThan(30);
        try (MigrationFixture database = new MigrationFixture()) {
            database.migrate();

            assertThat(broken(database)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE user_accounts DROP COLUMN revoked CASCADE                  | column "revoked"
            ALTER TABLE invite_codes RENAME COLUMN used_by TO used_by_account      | column "used_by"
            ALTER TABLE refresh_tokens RENAME TO tokens                            | relation "refresh_tokens"
            ALTER TABLE refresh_tokens ALTER expires_at TYPE numeric                | takes
            ALTER TABLE refresh_tokens ADD COLUMN device text NOT NULL             | device
            ALTER TABLE refresh_tokens ALTER family_id SET NOT NULL                | family_id
            ALTER TABLE user_sync_data DROP CONSTRAINT user_sync_data_pkey         | ON CONFLICT
            """)
    void aChangeThatWouldBreakItIsFound(String change, String reason) throws SQLException {
        try (MigrationFixture database = new MigrationFixture()) {
            database.migrate();

            database.execute(change);

            assertThat(broken(database))
                    .anySatisfy(failure -> assertThat(failure).contains(reason));
        }
    }

    /** Writes the record from the log of a run with {@code -Dtest.statements=FOLDER}. */
    @Test
    @EnabledIfSystemProperty(named = "compatibility.record", matches = ".+")
    void record() throws IOException, SQLException {
        Set<String> statements = new TreeSet<>();
        try (Stream<Path> logs = Files.list(Path.of(System.getProperty("compatibility.record")))) {
            for (Path log : (Iterable<Path>) logs.filter(path -> path.toString().endsWith(".json"))::iterator) {
                try (Stream<String> lines = Files.lines(log)) {
                    lines.map(JsonObject::new)
                            .filter(line -> SERVICE.matcher(line.getString("application_name", ""))
                                    .matches())
                            .map(line -> EXECUTED.matcher(line.getString("message", "")))
                            .filter(Matcher::matches)
                            .map(executed -> executed.group(1).strip())
                            .filter(statement ->
                                    SERVICE_TABLE.matcher(statement).find())
                            .forEach(statements::add);
                }
            }
        }
        StringBuilder record = new StringBuilder();
        try (MigrationFixture database = new MigrationFixture()) {
            database.migrate();
            try (Connection connection = database.connect();
                    Statement session = connection.createStatement()) {
                for (String statement : statements) {
                    record.append(types(session, statement))
                            .append('\n')
                            .append(statement)
                            .append(SEPARATOR);
                }
            }
        }
        Files.writeString(Path.of("src/test/resources" + RECORD), record);
    }

    /** The types that PostgreSQL finds, as a comment; the service sends none. */
    private static String types(Statement session, String statement) throws SQLException {
        session.execute("PREPARE recorded AS " + statement);
        try {
            String types;
            int parameters;
            try (ResultSet prepared = session.executeQuery("""
                    SELECT '-- takes ' || parameter_types::text || ', returns ' || coalesce(result_types::text, '{}'),
                      cardinality(parameter_types)
                    FROM pg_prepared_statements WHERE name = 'recorded'
                    """)) {
                prepared.next();
                types = prepared.getString(1);
                parameters = prepared.getInt(2);
            }
            // what an ON CONFLICT needs is looked for when the statement is planned
            session.execute("SET plan_cache_mode = force_generic_plan");
            session.execute("EXPLAIN EXECUTE recorded"
                    + (parameters == 0 ? "" : "(" + String.join(", ", Collections.nCopies(parameters, "NULL")) + ")"));
            return types;
        } finally {
            session.execute("DEALLOCATE recorded");
        }
    }

    private static List<String> recorded() {
        try (InputStream in = Objects.requireNonNull(OlderVersionTest.class.getResourceAsStream(RECORD))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return List.of(text.split(SEPARATOR));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why statements of the record can no longer run. */
    private static List<String> broken(MigrationFixture database) throws SQLException {
        List<String> failures = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement session = connection.createStatement()) {
            for (String statement : recorded()) {
                try {
                    String types = types(session, statement);
                    if (!statement.startsWith(types + "\n")) {
                        failures.add(types + ", and not any more: " + statement);
                    }
                } catch (SQLException e) {
                    failures.add(e.getMessage() + " in: " + statement);
                }
                Matcher insert = INSERT.matcher(statement);
                while (insert.find()) {
                    Set<String> missing = required(session, insert.group(1));
                    missing.removeAll(Stream.of(insert.group(2).split(","))
                            .map(column -> column.strip().replace("\"", ""))
                            .collect(Collectors.toSet()));
                    if (!missing.isEmpty()) {
                        failures.add("no value for " + missing + " in: " + statement);
                    }
                }
            }
        }
        return failures;
    }

    /** The columns that every INSERT into the table must give a value. */
    private static Set<String> required(Statement session, String table) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (ResultSet column = session.executeQuery("""
                SELECT column_name FROM information_schema.columns
                WHERE table_schema = current_schema() AND table_name = '%s'
                  AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'
                """.formatted(table))) {
            while (column.next()) {
                names.add(column.getString(1));
            }
        }
        return names;
    }
}
