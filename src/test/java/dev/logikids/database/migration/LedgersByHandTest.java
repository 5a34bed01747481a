package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.migration.SchemaStatus.FileStatus;
import dev.logikids.database.migration.SchemaStatus.State;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledgers that persons, other releases and other tools made. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class LedgersByHandTest {

    private static final String LAST = "008_admin_audit.sql";

    private final MigrationFixture database = new MigrationFixture();

    @AfterEach
    void close() {
        database.close();
    }

    // ---- schema_migrations -----------------------------------------------------------------------------------------

    @Test
    void aTableThatDoesNotSayWhenIsServed() throws SQLException {
        anUnusualTableIsServedAndSaidSo(
                "ALTER applied_at DROP NOT NULL; UPDATE schema_migrations SET applied_at = NULL", "does not say when");
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER applied_at DROP NOT NULL; UPDATE schema_migrations SET applied_at = NULL | does not say when",
                "ALTER applied_at TYPE timestamp | type timestamp without time zone",
                "ALTER applied_at TYPE text USING 'yesterday' | does not say when",
                "ALTER applied_at DROP DEFAULT, ALTER applied_at DROP NOT NULL, ALTER applied_at TYPE bigint USING 1 | type bigint",
                "DROP applied_at | has no column applied_at",
                "DROP CONSTRAINT schema_migrations_migration_name_key | has no unique constraint on migration_name",
                "ADD remark text | ",
                "ALTER migration_name TYPE text | "
            })
    void anUnusualTableIsServedAndSaidSo(String change, String note) throws SQLException {
        database.migrate();
        database.execute("ALTER TABLE schema_migrations " + change);

        SchemaStatus status = database.migrator().status();

        assertThat(status.upToDate()).isTrue();
        if (note == null) {
            assertThat(status.oddities()).isEmpty();
        } else {
            assertThat(status.oddities())
                    .anySatisfy(oddity -> assertThat(oddity).contains(note));
        }
        database.migrate();
        database.write("900_next.sql", "CREATE TABLE IF NOT EXISTS next (id int);\n");
        database.migrate();
        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @Test
    void aTimeWithoutAZoneIsReadAsUtc() throws SQLException {
        aTimeOfAnyTypeIsReadWhereItIsOne("timestamp", Instant.parse("2025-01-02T03:04:05Z"));
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timestamp | 2025-01-02T03:04:05Z",
                "text USING '2025-01-02 03:04:05+02' | 2025-01-02T01:04:05Z",
                "text USING '2025-01-02T03:04:05.5+05:30' | 2025-01-01T21:34:05.500Z",
                "date | ",
                "timestamptz USING 'infinity' | "
            })
    void aTimeOfAnyTypeIsReadWhereItIsOne(String type, Instant at) throws SQLException {
        database.execute(MigrationFiles.ofThisBuild().get(0).sql());
        database.execute("SET TimeZone = 'UTC'; INSERT INTO schema_migrations (migration_name, applied_at)"
                + " VALUES ('000_schema_migrations.sql', '2025-01-02T03:04:05Z');"
                + " ALTER TABLE schema_migrations ALTER applied_at DROP DEFAULT, ALTER applied_at TYPE " + type);

        FileStatus file = database.migrator().status().files().get(0);

        assertThat(file).isEqualTo(new FileStatus("000_schema_migrations.sql", State.ADOPTABLE, at));
    }

    @Test
    void aTableWithoutADefaultIsRefused() throws SQLException {
        aTableThatTakesNoRowIsRefusedBeforeAnythingRuns("ALTER id DROP DEFAULT");
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ADD who text NOT NULL DEFAULT 'me'; ALTER TABLE schema_migrations ALTER who DROP DEFAULT",
                "ALTER id DROP DEFAULT",
                "ALTER applied_at DROP DEFAULT"
            })
    void aTableThatTakesNoRowIsRefusedBeforeAnythingRuns(String change) throws SQLException {
        database.migrate();
        database.execute("ALTER TABLE schema_migrations " + change);
        database.migrate();
        database.write("900_next.sql", "CREATE TABLE next (id int);\n");

        assertThat(database.migrator().status().ledgerObstacle()).contains("NOT NULL without a default");
        assertThatThrownBy(database::migrate)
                .hasMessageContaining("public.schema_migrations takes no row")
                .hasMessageContaining("SET DEFAULT");
        assertThat(database.query("SELECT to_regclass('next')::text")).containsExactly((String) null);
    }

    @Test
    void rowsWithOtherNamesDoNotCountAndAreShown() throws SQLException {
        database.migrate();
        database.execute("ALTER TABLE schema_migrations DROP CONSTRAINT schema_migrations_migration_name_key;"
                + " UPDATE schema_migrations SET migration_name = 'migrations/001_INIT' WHERE migration_name = '001_init.sql';"
                + " INSERT INTO schema_migrations (migration_name) VALUES ('" + LAST + "')");

        SchemaStatus status = database.migrator().status();

        assertThat(status.names(State.ADOPTABLE)).containsExactly("001_init.sql");
        assertThat(status.names(State.UNKNOWN)).containsExactly("migrations/001_INIT");
        assertThat(status.oddities())
                .anyMatch(oddity ->
                        oddity.contains("'migrations/001_INIT' of schema_migrations does not count for 001_init.sql"))
                .anyMatch(oddity -> oddity.contains("several rows of " + LAST));
        database.migrate();
        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version bigint PRIMARY KEY, dirty boolean NOT NULL | golang-migrate",
                "version varchar PRIMARY KEY | Rails (ActiveRecord) or dbmate",
                "version bigint PRIMARY KEY, inserted_at timestamp | Ecto",
                "filename text PRIMARY KEY | Sequel",
                "a int, b int | the columns a, b and no migration_name",
                "\"Migration_Name\" text | the columns Migration_Name and no migration_name"
            })
    void anotherToolsTableIsRefusedByName(String columns, String tool) throws SQLException {
        database.execute("CREATE TABLE schema_migrations (" + columns + ")");

        assertThatThrownBy(database::migrate)
                .isInstanceOfSatisfying(
                        MigrationFailure.class,
                        failure -> assertThat(failure.isTransient()).isFalse())
                .hasMessageContaining("public.schema_migrations is another tool's table")
                .hasMessageContaining(tool)
                .hasMessageContaining("?options=-csearch_path%3Dlogikids");
        assertThatThrownBy(() -> database.migrator().status()).hasMessageContaining(tool);
        assertThatThrownBy(() -> database.migrator().dryRun()).hasMessageContaining(tool);

        assertThat(database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
                .containsExactly("schema_migrations");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE old (migration_name text); CREATE VIEW schema_migrations AS SELECT * FROM old",
                "CREATE MATERIALIZED VIEW databasechangelog AS SELECT 'a' AS id, 'b' AS author, 'c' AS filename",
                "CREATE TABLE databasechangelog (what text)",
                "CREATE TABLE user_accounts (id bigint, name text)"
            })
    void whatStandsInTheWayIsRefused(String object) throws SQLException {
        database.execute(object);

        assertThatThrownBy(database::migrate)
                .isInstanceOf(MigrationFailure.class)
                .hasMessageContaining("public.")
                .hasMessageContaining("options=-csearch_path%3Dlogikids");

        assertThat(database.query("SELECT to_regclass('user_sync_data')::text")).containsExactly((String) null);
    }

    @Test
    void tablesOfToolsThatUseOtherNamesAreNoConcern() throws SQLException {
        database.execute(
                "CREATE TABLE flyway_schema_history (installed_rank int); CREATE TABLE \"SequelizeMeta\" (name text);"
                        + " CREATE TABLE knex_migrations (id int); CREATE TABLE pgmigrations (id int);"
                        + " CREATE TABLE __diesel_schema_migrations (version text); CREATE TABLE goose_db_version (id int);"
                        + " CREATE TABLE \"Schema_Migrations\" (version text)");

        database.migrate();

        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    // ---- DATABASECHANGELOG -----------------------------------------------------------------------------------------

    @Test
    void aFileOfTheSameNameInAnotherFolderIsNotOurs() throws SQLException {
        aRowOfAnotherApplicationIsNotOurs("orders/008_admin_audit.sql", "raw", "includeAll");
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource({
        "orders/008_admin_audit.sql, raw, includeAll",
        "db/changelog/migrations/008_admin_audit.sql, 1, includeAll",
        "db/changelog/migrations/008_admin_audit.sql, raw, ada",
        "other/db/changelog/migrations/008_admin_audit.sql, raw, includeAll",
        "db/changelog/migrations/008_admin_audit.sql.bak, raw, includeAll"
    })
    void aRowOfAnotherApplicationIsNotOurs(String path, String id, String author) throws SQLException {
        database.migrate();
        database.execute("UPDATE databasechangelog SET filename = '" + path + "', id = '" + id + "', author = '"
                + author
                + "' WHERE filename LIKE '%" + LAST + "'; DELETE FROM schema_migrations WHERE migration_name = '" + LAST
                + "'; DROP TABLE admin_audit");

        assertThat(database.migrator().status().names(State.PENDING)).containsExactly(LAST);
        assertThatThrownBy(() -> database.migrator().accept(LAST)).hasMessageContaining("has not been applied");
        database.migrate();

        assertThat(database.migrator().status().upToDate()).isTrue();
        assertThat(database.query("SELECT to_regclass('admin_audit')::text")).containsExactly("admin_audit");
        assertThat(database.query("SELECT comments FROM databasechangelog WHERE filename = '" + path + "' AND id = '"
                        + id + "' AND author = '" + author + "'"))
                .hasSize(1);
    }

    @Test
    void aClassPathPrefixMakesNoDifference() throws SQLException {
        anIdentityThatLiquibaseTakesForTheSameIsOurs("filename = 'classpath:' || filename");
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "filename = 'classpath:' || filename",
                "filename = upper(filename)",
                "filename = './' || filename",
                "filename = replace(filename, '/', E'\\\\')",
                "author = 'INCLUDEALL', id = 'RAW'"
            })
    void anIdentityThatLiquibaseTakesForTheSameIsOurs(String change) throws SQLException {
        database.migrate();
        database.execute("UPDATE databasechangelog SET " + change);

        assertThat(database.migrator().status().upToDate()).isTrue();
        database.execute("UPDATE databasechangelog SET comments = 'sha256:0'");
        assertThat(database.migrator().status().names(State.CHANGED)).contains(LAST);
        database.migrator().accept(LAST);
        assertThat(database.migrator().status().names(State.CHANGED)).doesNotContain(LAST);
    }

    @Test
    void rowsThatFailedOrAreDoubleAreShown() throws SQLException {
        database.migrate();
        database.execute(
                "INSERT INTO databasechangelog SELECT * FROM databasechangelog WHERE filename LIKE '%001_init.sql';"
                        + " UPDATE databasechangelog SET exectype = 'FAILED' WHERE filename LIKE '%" + LAST + "'");

        SchemaStatus status = database.migrator().status();

        assertThat(status.names(State.ADOPTABLE)).containsExactly(LAST);
        assertThat(status.oddities())
                .anyMatch(oddity -> oddity.contains("several rows of 001_init.sql"))
                .anyMatch(oddity -> oddity.contains(LAST + " (FAILED)"));
    }

    @Test
    void aTableOfAnOlderLiquibaseIsRead() throws SQLException {
        database.migrate();
        database.execute("ALTER TABLE databasechangelog DROP deployment_id, DROP labels, DROP contexts, DROP exectype,"
                + " DROP orderexecuted, DROP comments");

        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @Test
    void aLedgerInCapitalsIsRefused() throws SQLException {
        database.migrate();
        database.execute("ALTER TABLE databasechangelog RENAME TO \"DATABASECHANGELOG\";"
                + " ALTER TABLE \"DATABASECHANGELOG\" RENAME filename TO \"FILENAME\"");

        assertThatThrownBy(database::migrate).hasMessageContaining("RENAME TO databasechangelog");
    }

    // ---- drift after adoption --------------------------------------------------------------------------------------

    @Test
    void aFileThatLiquibaseItselfAppliedIsComparedByItsChecksum() throws Exception {
        database.write("900_note.sql", "CREATE TABLE IF NOT EXISTS note (\n  id int\n);\n");
        database.liquibaseUpdate();
        assertThat(
                        database.query(
                                "SELECT count(*) FROM databasechangelog WHERE md5sum LIKE '9:%' AND comments IS DISTINCT FROM ''"))
                .isNotEmpty();
        assertThat(database.migrator().status().names(State.CHANGED)).isEmpty();
        database.migrate();
        assertThat(database.migrator().status().upToDate()).isTrue();
        assertThat(database.migrator().status().oddities()).isEmpty();

        database.write("900_note.sql", "CREATE TABLE IF NOT EXISTS note (\n  id bigint\n);\n");

        assertThat(database.migrator().status().names(State.CHANGED)).containsExactly("900_note.sql");
        assertThatThrownBy(database::migrate).hasMessageContaining("900_note.sql changed after it was applied");
        database.migrator().accept("900_note.sql");
        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @Test
    void aRowWithoutAnyChecksumIsShown() throws SQLException {
        database.migrate();
        database.execute(
                "UPDATE databasechangelog SET md5sum = NULL, comments = NULL WHERE filename LIKE '%" + LAST + "'");

        SchemaStatus status = database.migrator().status();

        assertThat(status.upToDate()).isTrue();
        assertThat(status.oddities())
                .isEqualTo(List.of("databasechangelog holds no checksum to compare these with: " + LAST));
    }
}
