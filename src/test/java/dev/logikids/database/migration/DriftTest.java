package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.migration.SchemaCatalogue.Drift;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A schema that is not what the applied files make. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class DriftTest {

    private final MigrationFixture database = new MigrationFixture();

    @BeforeEach
    void migrate() {
        database.migrate();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @DisabledIfSystemProperty(
            named = "test.citus.url",
            matches = ".+",
            disabledReason = "Citus does not take all of these changes in one transaction")
    @Test
    void eachKindOfChangeByHandIsNamedAndWhatIsOnlyThereIsNot() throws SQLException {
        database.write("900_kinds.sql", """
                CREATE TYPE colour AS ENUM ('red', 'green');
                CREATE DOMAIN short AS text CHECK (length(value) < 9);
                CREATE SEQUENCE counter INCREMENT 2;
                CREATE TABLE kinds (
                  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                  twice bigint GENERATED ALWAYS AS (2) STORED,
                  colour colour DEFAULT 'red',
                  name short COLLATE "C");
                CREATE VIEW shown AS SELECT id, name FROM kinds;
                CREATE FUNCTION answer(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a';
                CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                CREATE TRIGGER touched BEFORE UPDATE ON kinds FOR EACH ROW EXECUTE FUNCTION touch();
                CREATE INDEX kinds_name ON kinds (name);
                """);
        database.write("901_concurrently.sql", """
                -- Transaction: none
                CREATE INDEX CONCURRENTLY IF NOT EXISTS kinds_colour ON kinds (colour);
                """);
        database.migrate();
        assertThat(drift()).isEmpty();
        assertThat(database.migrator().status().notCompared()).isNull();

        database.execute("""
                ALTER TABLE user_accounts DROP COLUMN revoked;
                ALTER TABLE invite_codes ALTER note SET NOT NULL, ALTER note SET DEFAULT 'x';
                ALTER TABLE user_sync_data DROP CONSTRAINT blob_size_limit, ADD extra int;
                ALTER TABLE refresh_tokens ALTER expires_at TYPE numeric;
                ALTER TABLE refresh_tokens DROP CONSTRAINT refresh_tokens_token_key;
                CREATE TABLE of_another_application (id int);
                ALTER TYPE colour ADD VALUE 'blue';
                ALTER SEQUENCE counter INCREMENT 3;
                CREATE OR REPLACE VIEW shown AS SELECT id, name FROM kinds WHERE id > 0;
                CREATE OR REPLACE FUNCTION answer(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a + 1';
                ALTER TABLE kinds DISABLE TRIGGER touched;
                DROP INDEX kinds_name;
                UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'kinds_colour'::regclass;
                """);

        assertThat(drift())
                .containsExactlyInAnyOrder(
                        "column user_accounts.revoked is missing",
                        "index user_accounts.idx_user_accounts_revoked is missing",
                        "column invite_codes.note is different",
                        "constraint user_sync_data.blob_size_limit is missing",
                        "column refresh_tokens.expires_at is different",
                        "constraint refresh_tokens.refresh_tokens_token_key is missing",
                        "type colour is different",
                        "sequence counter is different",
                        "view shown is different",
                        "function answer(a integer) is different",
                        "trigger kinds.touched is different",
                        "index kinds.kinds_name is missing",
                        "index kinds.kinds_colour is different");
        assertThat(database.migrator().status().drifted())
                .contains(new Drift("column invite_codes.note", "text", "text NOT NULL DEFAULT 'x'::text"));
    }

    @Test
    void aMissingTableIsNamedOnce() throws SQLException {
        database.execute("DROP TABLE user_sync_data");

        assertThat(drift()).containsExactly("table user_sync_data is missing");
    }

    @Test
    void beyondAnUnknownFileOnlyMissingTablesAndColumnsCount() throws SQLException {
        database.execute("INSERT INTO schema_migrations (migration_name) VALUES ('950_later.sql')");
        database.execute("ALTER TABLE refresh_tokens ALTER expires_at TYPE numeric");
        // Citus takes it only as a statement of its own
        database.execute("DROP INDEX idx_last_accessed");
        database.execute("ALTER TABLE user_accounts DROP COLUMN revoked CASCADE");

        assertThat(drift()).containsExactly("column user_accounts.revoked is missing");
    }

    @Test
    void pendingFilesAreNotExpected() {
        database.write("900_next.sql", "CREATE TABLE next (id int);\n");

        assertThat(drift()).isEmpty();
    }

    @Test
    void nothingStaysOfAComparisonAndNoTableIsLocked() throws SQLException {
        String objects =
                "SELECT string_agg(relname || relfilenode, ',' ORDER BY oid) || (SELECT string_agg(nspname, ',' ORDER BY oid)"
                        + " FROM pg_namespace) FROM pg_class WHERE relname !~ '^pg_toast'";
        List<String> before = database.query(objects);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(
                    "LOCK TABLE user_accounts, invite_codes, refresh_tokens, user_sync_data, schema_migrations,"
                            + " databasechangelog IN SHARE UPDATE EXCLUSIVE MODE");

            assertThat(database.migrator().status().notCompared()).isNull();
        }
        assertThat(database.query(objects)).isEqualTo(before);
    }

    /** Each would change something that exists, or might; none is run. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TABLE IF NOT EXISTS public.far (id int) | 900_far.sql names the schema public",
                "ALTER TABLE \"public\" . invite_codes ADD IF NOT EXISTS far int | 900_far.sql names the schema public",
                "DO $$ BEGIN EXECUTE 'SELECT 1'; END $$ | it says EXECUTE",
                "SET search_path = public | line 1: a statement of this kind is not tried",
                "SELECT setval('schema_migrations_id_seq', 99) | it says setval",
                "GRANT SELECT ON invite_codes TO public | line 1: a statement of this kind is not tried",
                "CREATE EXTENSION IF NOT EXISTS pgcrypto | line 1: a statement of this kind is not tried",
                "SELECT pg_advisory_lock(1) | it says pg_advisory_lock",
                "SELECT 1/count(*) FROM databasechangelog | 900_far.sql, line 1, fails there: SQLSTATE 42P01"
            })
    void aFileThatMightReachFurtherIsNotRun(String statement, String reason) throws SQLException {
        String count = "SELECT count(*) FROM pg_class";
        database.write("900_far.sql", statement + ";\n");
        database.execute("INSERT INTO schema_migrations (migration_name) VALUES ('900_far.sql')");
        List<String> before = database.query(count);

        SchemaStatus status = database.migrator().status();

        assertThat(status.notCompared()).contains(reason);
        assertThat(status.drifted()).isEmpty();
        assertThat(database.query(count)).isEqualTo(before);
        assertThat(database.query("SELECT last_value < 50 FROM schema_migrations_id_seq"))
                .containsExactly("t");
    }

    @Test
    void aRoleThatMayNotCreateASchemaIsToldSo() throws SQLException {
        database.execute("DO $$ BEGIN IF to_regrole('weak') IS NULL THEN CREATE ROLE weak; END IF; END $$;"
                + " GRANT SELECT ON ALL TABLES IN SCHEMA public TO weak");
        database.connectingWith("-crole=weak");

        assertThat(database.migrator().status().notCompared())
                .contains("the role weak may not create a schema: GRANT CREATE ON");
    }

    private List<String> drift() {
        return database.migrator().status().drifted().stream()
                .map(Drift::toString)
                .toList();
    }
}
