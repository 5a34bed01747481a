package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.migration.script.MigrationFile;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever state a database is in, it ends with the same schema, both ledgers filled and nothing lost. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class StartStatesTest {

    private static final int LEGACY_FILES = 6;
    private static List<String> expectedSchema;

    @BeforeAll
    static void migrateAnEmptyDatabase() throws SQLException {
        try (MigrationFixture empty = new MigrationFixture()) {
            empty.migrate();
            expectedSchema = empty.schema();
        }
    }

    static Stream<Arguments> startStates() {
        List<Arguments> states = new ArrayList<>();
        for (int files = 0; files <= LEGACY_FILES; files++) {
            for (int rows = Math.max(0, files - 1); rows <= files; rows++) {
                states.add(Arguments.of(files, rows));
            }
        }
        // docker-entrypoint-initdb.d: every file, no row
        states.add(Arguments.of(LEGACY_FILES, 0));
        return states.stream();
    }

    @ParameterizedTest(name = "{0} files applied, {1} rows written")
    @MethodSource("startStates")
    void endsWithTheSameSchemaAndBothLedgers(int files, int rows) throws SQLException {
        try (MigrationFixture database = new MigrationFixture()) {
            List<MigrationFile> legacy = MigrationFiles.ofThisBuild().subList(0, LEGACY_FILES);
            for (MigrationFile file : legacy.subList(0, files)) {
                database.execute(file.sql());
            }
            for (MigrationFile file : legacy.subList(0, rows)) {
                database.execute("INSERT INTO schema_migrations (migration_name, applied_at) VALUES ('" + file.name()
                        + "', '2025-01-02T03:04:05Z')");
            }
            if (files >= 3) {
                database.execute("INSERT INTO invite_codes VALUES ('ABCD-EFGH', 1, 2, 'kept')");
            }

            database.migrate();

            assertThat(database.schema()).isEqualTo(expectedSchema);
            assertThat(database.schemaMigrations()).isEqualTo(MigrationFixture.namesOfThisBuild());
            assertThat(database.changeLog()).isEqualTo(MigrationFixture.namesOfThisBuild());
            assertThat(database.query(
                            "SELECT count(*) FROM schema_migrations WHERE applied_at = '2025-01-02T03:04:05Z'"))
                    .containsExactly(String.valueOf(rows));
            if (files >= 3) {
                assertThat(database.query("SELECT note FROM invite_codes")).containsExactly("kept");
            }
            assertThat(database.migrator().status().upToDate()).isTrue();
        }
    }

    @Test
    void tablesWithoutSchemaMigrationsAreCompleted() throws SQLException {
        try (MigrationFixture database = new MigrationFixture()) {
            for (MigrationFile file : MigrationFiles.ofThisBuild().subList(1, LEGACY_FILES)) {
                database.execute(file.sql());
            }

            database.migrate();

            assertThat(database.schema()).isEqualTo(expectedSchema);
            assertThat(database.schemaMigrations()).isEqualTo(MigrationFixture.namesOfThisBuild());
        }
    }

    @Test
    void rowsOfLaterLegacyFilesAreKeptAndReported() throws SQLException {
        try (MigrationFixture database = new MigrationFixture()) {
            database.execute(MigrationFiles.ofThisBuild().get(0).sql());
            database.execute("INSERT INTO schema_migrations (migration_name) VALUES ('006_task_costs.sql')");

            database.migrate();

            assertThat(database.schemaMigrations()).contains("006_task_costs.sql");
            SchemaStatus status = database.migrator().status();
            assertThat(status.names(SchemaStatus.State.UNKNOWN)).containsExactly("006_task_costs.sql");
            assertThat(status.upToDate()).isTrue();
        }
    }

    @Test
    void schemaMigrationsOfAnotherSchemaIsIgnored() throws SQLException {
        try (MigrationFixture database = new MigrationFixture()) {
            database.execute("CREATE SCHEMA other; CREATE TABLE other.schema_migrations (version bigint)");

            database.migrate();

            assertThat(database.schema()).isEqualTo(expectedSchema);
            assertThat(database.schemaMigrations()).isEqualTo(MigrationFixture.namesOfThisBuild());
        }
    }

    @Test
    void theSchemaIsTheOneThatTheLegacyServiceKnows() {
        assertThat(expectedSchema)
                .contains(
                        "user_sync_data.01 user_id uuid null=f default= comment=",
                        "user_sync_data.08 blob_size integer null=f default= comment=",
                        "user_accounts.05 revoked boolean null=t default=false comment=",
                        "refresh_tokens.06 revoked boolean null=t default=false comment=",
                        "user_accounts constraint fk_invite_code FOREIGN KEY (invite_code) REFERENCES invite_codes(code)",
                        "refresh_tokens constraint fk_user FOREIGN KEY (user_id) REFERENCES user_accounts(user_id)"
                                + " ON DELETE CASCADE",
                        "user_sync_data constraint blob_size_limit CHECK ((blob_size <= 1000000))",
                        "CREATE INDEX idx_migration_name ON public.schema_migrations USING btree (migration_name)",
                        "sequence refresh_tokens_id_seq integer 1 1 1");
    }
}
