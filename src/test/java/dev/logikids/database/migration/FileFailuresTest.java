package dev.logikids.database.migration;

import static dev.logikids.database.testsupport.Patience.LONGEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.migration.script.MigrationFile;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure says what failed, what stays and what to do, and no more than is true. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class FileFailuresTest {

    private static final String NAME = "900_case.sql";
    private static final String NOTHING = "Nothing of 900_case.sql was applied; ";

    private static MigrationFixture database;

    @BeforeAll
    static void migrate() throws SQLException {
        database = new MigrationFixture();
        database.migrate();
        database.execute("CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child"
                + " (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
                + " DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    static List<Arguments> failures() {
        return List.of(
                // hidden from the check of the files, which refuses the plain statement
                failure(
                        "SELECT 1;\nDO $$ BEGIN EXECUTE 'VACUUM'; END $$",
                        "line 2",
                        "SQLSTATE 25001",
                        NOTHING
                                + "this statement cannot run in a transaction: put it into a file of its own that begins with"
                                + " the line\n-- Transaction: none\n"),
                failure(
                        "-- Transaction: none\nSELECT 1;\nLOCK TABLE invite_codes",
                        "line 3",
                        "SQLSTATE 25P01",
                        "what stands before line 3 stays",
                        "remove the line '-- Transaction: none'"),
                failure("DO $$ BEGIN COMMIT; END $$", "line 1", "SQLSTATE 2D000", "-- Transaction: none"),
                failure(
                        "INSERT INTO child VALUES (1)",
                        "900_case.sql, at its commit: ",
                        "SQLSTATE 23503",
                        NOTHING + "fix the file"),
                failure(
                        "SET statement_timeout = 1;\nSELECT pg_sleep(60)",
                        "line 2",
                        "SQLSTATE 57014",
                        NOTHING + "it took longer than statement_timeout"),
                failure(
                        "SELECT 1;\nDO $$ BEGIN PERFORM set_config('DateStyle', 'German', false); END $$",
                        "line 2",
                        "DateStyle",
                        NOTHING + "the JDBC driver works with"),
                failure(
                        "DO $$ BEGIN PERFORM set_config('client_encoding', 'LATIN1', false); END $$",
                        "line 1",
                        "client_encoding",
                        NOTHING + "the JDBC driver works with"),
                failure(
                        "DO $$ BEGIN PERFORM set_config('transaction_read_only', 'on', false); END $$",
                        "the rows of 900_case.sql cannot be written",
                        "SQLSTATE 25006",
                        NOTHING + "the file has made its transaction read-only"),
                failure(
                        "DO $$ BEGIN PERFORM set_config('transaction_read_only', 'on', false); END $$;\n\nCREATE TABLE x ()",
                        "line 3",
                        "SQLSTATE 25006",
                        NOTHING + "the file has made its session read-only"),
                failure(
                        "ALTER TABLE schema_migrations RENAME TO hidden",
                        "the rows of 900_case.sql cannot be written",
                        "SQLSTATE 42P01",
                        NOTHING + "the file, or somebody else, has dropped or renamed that table"),
                failure(
                        "CREATE RULE swallow AS ON INSERT TO schema_migrations DO INSTEAD NOTHING",
                        "the rows of 900_case.sql cannot be written",
                        "a rule or a trigger of the table drops them",
                        NOTHING + "remove it"),
                failure(
                        "SET ROLE stranger;\nCREATE TABLE public.x ()",
                        "line 2",
                        "SQLSTATE 42501",
                        "GRANT USAGE, CREATE ON SCHEMA \"public\" TO"),
                failure(
                        "-- Transaction: none\nINSERT INTO parent VALUES (1);\nSELECT 1/0;\n",
                        "line 3",
                        "SQLSTATE 22012",
                        "what stands before line 3 stays"),
                failure(
                        "-- Transaction: none\nINSERT INTO parent VALUES (7);\nSELECT pg_terminate_backend(pg_backend_pid())",
                        "line 3",
                        "SQLSTATE 57P01",
                        "what stands before line 3 stays",
                        "see how far the file came"),
                failure("-- Transaction: none\nSELECT 1/0;\n", "line 2", "nothing stands before this statement"),
                // a character outside of the 16 bits of a Java char before the place of the error
                failure("SELECT '\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00',\n oops", "line 2", "SQLSTATE 42703", NOTHING),
                failure("COPY parent FROM '/nowhere'", "line 1", "SQLSTATE 58P01", NOTHING));
    }

    private static Arguments failure(String sql, String... message) {
        return Arguments.of(sql, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void says(String sql, String[] message) throws SQLException {
        database.write(NAME, sql);

        assertThatThrownBy(database::migrate)
                .isInstanceOfSatisfying(
                        MigrationFailure.class,
                        failure -> assertThat(failure.isTransient()).isFalse())
                .message()
                .contains(message);
        assertThat(database.schemaMigrations()).doesNotContain(NAME);
    }

    @Test
    void aConnectionLostInCommitLeavesTheOutcomeUnknown() {
        FileFailures failures =
                new FileFailures(new MigrationFile(NAME, "SELECT 1;"), new TargetSchema("public"), "somebody");

        MigrationFailure failure = failures.inCommit(new SQLException("connection lost", "08006", new IOException()));

        assertThat(failure.isTransient()).isTrue();
        assertThat(failure)
                .hasMessageContaining("900_case.sql, at its commit: connection lost (SQLSTATE 08006)")
                .hasMessageContaining(
                        "Whether 900_case.sql was applied is unknown: the next run finds out by the ledgers")
                .hasMessageNotContaining("Nothing");
    }

    @Test
    void aStatementThatEndsItsSessionIsNotRunWithoutEnd() {
        database.write(NAME, "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());");

        assertThatThrownBy(() -> database.migrator().migrateWhenReachable(LONGEST, line -> {}))
                .hasMessageContaining("900_case.sql, line 2: FATAL")
                .hasMessageContaining("Nothing of 900_case.sql was applied")
                .hasMessageContaining("The session ended at this place 3 times");
    }
}
