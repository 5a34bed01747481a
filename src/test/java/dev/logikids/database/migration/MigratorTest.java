package dev.logikids.database.migration;

import static dev.logikids.database.testsupport.Patience.LONGEST;
import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.testsupport.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class MigratorTest {

    private final MigrationFixture database = new MigrationFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        database.close();
    }

    @Test
    void secondRunFindsNothingToDo() {
        database.migrate();
        database.progress.clear();

        database.migrate();

        assertThat(database.progress).singleElement().asString().startsWith("the schema is up to date");
    }

    @Test
    void knowsHowLongTheFilesRanThatItApplied() {
        Migrator first = database.migrator();
        first.migrate(message -> {});

        assertThat(first.duration("001_init.sql"))
                .hasValueSatisfying(took -> assertThat(took).isPositive());
        assertThat(first.duration("none.sql")).isEmpty();
        assertThat(database.migrator().duration("001_init.sql")).isEmpty();
    }

    @Test
    void failingFileIsRolledBackWholeAndSaysWhere() throws SQLException {
        database.write("900_broken.sql", "-- Migration: x\n\nCREATE TABLE half (id int);\nSELECT 1,\n  nonsense;\n");

        assertThatThrownBy(database::migrate)
                .isInstanceOf(MigrationFailure.class)
                .hasMessageContaining(
                        "900_broken.sql, line 5: ERROR: column \"nonsense\" does not exist (SQLSTATE 42703)")
                .hasMessageContaining("Nothing of 900_broken.sql was applied; fix the file and run again");

        assertThat(database.query("SELECT to_regclass('half')::text")).containsExactly((String) null);
        assertThat(database.schemaMigrations())
                .doesNotContain("900_broken.sql")
                .contains("005_add_revoked_to_accounts.sql");
        assertThat(database.changeLog()).isEqualTo(database.schemaMigrations());

        database.write("900_broken.sql", "-- Migration: x\n\nCREATE TABLE half (id int);\n");
        database.migrate();

        assertThat(database.schemaMigrations()).contains("900_broken.sql");
        assertThat(database.changeLog()).isEqualTo(database.schemaMigrations());
    }

    @Test
    void failureWithoutAPositionNamesTheStatementAndQuotesNoRow() {
        database.write(
                "900_duplicate.sql",
                "CREATE TABLE codes (code text PRIMARY KEY);\nINSERT INTO codes VALUES ('SECRET-1');\n\n"
                        + "INSERT INTO codes VALUES ('SECRET-1');\n");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("900_duplicate.sql, line 4: ")
                .hasMessageContaining("SQLSTATE 23505")
                .hasMessageNotContaining("SECRET-1");
    }

    @Test
    void dollarQuotedBodiesAndSemicolonsInStringsStayWhole() throws SQLException {
        database.write("900_function.sql", """
                CREATE FUNCTION answer() RETURNS text LANGUAGE plpgsql AS $body$
                BEGIN
                  RETURN 'a;b';
                END
                $body$;
                DO $$ BEGIN PERFORM answer(); END $$;
                COMMENT ON FUNCTION answer() IS 'one; two {fn now()} ${not.a.parameter} ?';
                """);

        database.migrate();

        assertThat(database.query("SELECT answer()")).containsExactly("a;b");
        assertThat(database.query("SELECT obj_description('answer'::regproc)"))
                .containsExactly("one; two {fn now()} ${not.a.parameter} ?");
    }

    @Test
    void fileOutsideOfATransactionRunsConcurrently() throws SQLException {
        database.write(
                "900_index.sql",
                "-- Migration: i\n-- Transaction: none\n\nSET search_path = public;\n"
                        + "CREATE INDEX CONCURRENTLY IF NOT EXISTS late ON invite_codes (note);\n");

        database.migrate();

        assertThat(database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'late'::regclass"))
                .containsExactly("t");
        assertThat(database.changeLog()).isEqualTo(database.schemaMigrations()).contains("900_index.sql");
    }

    @Test
    void statusShowsAnIndexLeftInvalid() throws SQLException {
        database.migrate();
        database.execute("INSERT INTO invite_codes VALUES ('A', 1, 2, 'same'), ('B', 1, 2, 'same')");
        database.write(
                "900_index.sql",
                "-- Transaction: none\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS late ON invite_codes (note);\n");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("900_index.sql, line 2")
                .hasMessageContaining("SQLSTATE 23505")
                .hasMessageContaining("outside of a transaction");

        assertThat(database.migrator().status().invalidIndexes()).containsExactly("late");
    }

    @Test
    void changedFileStopsTheStartUntilItIsAccepted() throws SQLException {
        database.write("900_note.sql", "CREATE TABLE IF NOT EXISTS note (id int);\n");
        database.migrate();
        database.write("900_note.sql", "CREATE TABLE IF NOT EXISTS note (id int);  \r\n\r\n");
        database.migrate();

        database.write("900_note.sql", "CREATE TABLE IF NOT EXISTS note (id bigint);\n");

        assertThat(database.migrator().status().names(State.CHANGED)).containsExactly("900_note.sql");
        assertThatThrownBy(database::migrate)
                .hasMessageContaining("900_note.sql changed after it was applied")
                .hasMessageContaining("migrate --accept 900_note.sql");

        database.migrator().accept("900_note.sql");
        database.migrate();

        assertThat(database.migrator().status().upToDate()).isTrue();
        assertThat(database.query("SELECT format_type(atttypid, 0) FROM pg_attribute"
                        + " WHERE attrelid = 'note'::regclass AND attname = 'id'"))
                .containsExactly("integer");
    }

    @Test
    void fileThatHoldsOnlyCommentsIsRecorded() throws SQLException {
        database.write("900_retired.sql", "-- Migration: retired\n");

        database.migrate();

        assertThat(database.schemaMigrations()).contains("900_retired.sql");
        assertThat(database.changeLog()).isEqualTo(database.schemaMigrations());
        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @Test
    void everyRefusalOfEveryFileIsToldBeforeAnythingRuns() throws SQLException {
        database.write("900_first.sql", "CREATE TABLE first (id int);\nCOMMIT;\n");
        database.write("901_second.sql", "VACUUM;\n");
        database.write("sub/902_third.sql", "SELECT 1;\n");
        database.write("notes.txt", "SELECT 1;\n");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("900_first.sql:2: transaction-nesting: ")
                .hasMessageContaining("901_second.sql:1: not-in-transaction: ")
                .hasMessageContaining("notes.txt:1: file-name: ")
                .hasMessageContaining("sub/902_third.sql:1: file-name: ");

        assertThat(database.query("SELECT to_regclass('schema_migrations')::text"))
                .containsExactly((String) null);
    }

    @DisabledIfSystemProperty(named = "test.citus.url", matches = ".+", disabledReason = "psql, not JDBC, runs its SQL")
    @Test
    void dryRunChangesNothingAndItsSqlGivesTheSameSchema() throws SQLException {
        String sql = database.migrator().dryRun();

        assertThat(database.schema()).isEmpty();
        assertThat(sql).contains("schema_migrations", "databasechangelog", "CREATE TABLE IF NOT EXISTS user_sync_data");

        database.execute(sql);

        try (MigrationFixture migrated = new MigrationFixture()) {
            migrated.migrate();
            assertThat(database.schema()).isEqualTo(migrated.schema());
        }
        assertThat(database.changeLog()).isEqualTo(MigrationFixture.namesOfThisBuild());
        assertThat(database.schemaMigrations()).isEqualTo(MigrationFixture.namesOfThisBuild());
    }

    @Test
    void dryRunOfADatabaseUpToDatePrintsNothing() {
        database.migrate();

        assertThat(database.migrator().dryRun()).isEmpty();
    }

    @Test
    void manyAtOnceApplyEachFileOnce() throws Exception {
        List<Future<?>> migrations = new ArrayList<>();
        CountDownLatch together = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            migrations.add(threads.submit(() -> {
                together.await();
                database.migrator().migrate(line -> {});
                return null;
            }));
        }
        together.countDown();
        for (Future<?> migration : migrations) {
            migration.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(database.changeLog()).isEqualTo(MigrationFixture.namesOfThisBuild());
        assertThat(database.schemaMigrations()).isEqualTo(MigrationFixture.namesOfThisBuild());
    }

    @Test
    void lockedTableIsTriedAgainUntilItIsFree() throws Exception {
        database.migrate();
        database.with("lock-timeout", "100ms").with("lock-attempts", "50");
        database.write("900_column.sql", "ALTER TABLE invite_codes ADD COLUMN IF NOT EXISTS extra text;\n");
        CountDownLatch gaveWay = new CountDownLatch(2);

        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE invite_codes IN ACCESS SHARE MODE");
            Migrator migrator = database.migrator();
            ClassLoader classes = Thread.currentThread().getContextClassLoader();
            Future<?> migration = threads.submit(() -> {
                Thread.currentThread().setContextClassLoader(classes);
                migrator.migrate(line -> {
                    if (line.contains("a table is locked by somebody else")) {
                        gaveWay.countDown();
                    }
                });
                return null;
            });
            assertThat(gaveWay.await(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(migration.isDone()).isFalse();
            other.commit();
            migration.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(database.schemaMigrations()).contains("900_column.sql");
    }

    @Test
    void tableThatStaysLockedEndsWithAClearFailure() throws SQLException {
        database.migrate();
        database.with("lock-timeout", "50ms").with("lock-attempts", "2");
        database.write("900_column.sql", "ALTER TABLE invite_codes ADD COLUMN IF NOT EXISTS extra text;\n");

        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE invite_codes IN ACCESS SHARE MODE");

            assertThatThrownBy(database::migrate)
                    .hasMessageContaining("900_column.sql, line 1")
                    .hasMessageContaining("SQLSTATE 55P03");
        }
        assertThat(database.schemaMigrations()).doesNotContain("900_column.sql");
    }

    @Test
    void anotherMigrationIsWaitedForAndNamed() throws Exception {
        database.with("wait-for-lock", "0s");
        try (Connection other = database.connect()) {
            MigrationLock.acquire(MigrationLock.Scope.RUN, other, Duration.ZERO, line -> {});

            assertThatThrownBy(database::migrate).hasMessageContaining("another migration holds the lock (pid ");
            assertThat(database.migrator().status().lockHolder()).isNotNull();
        }

        database.with("wait-for-lock", "30s").migrate();

        assertThat(database.migrator().status().lockHolder()).isNull();
    }

    @Test
    void sessionKilledInTheMiddleLeavesNothingHalfAndNoLock() throws Exception {
        database.migrate();
        database.write("900_slow.sql", "CREATE TABLE slow (id int);\nSELECT pg_sleep(60);\n");
        Migrator migrator = database.migrator();
        ClassLoader classes = Thread.currentThread().getContextClassLoader();
        Future<?> migration = threads.submit(() -> {
            Thread.currentThread().setContextClassLoader(classes);
            migrator.migrate(line -> {});
            return null;
        });
        await().until(() -> !database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'")
                .isEmpty());

        assertThatThrownBy(() -> migration.get(LONGEST.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        MigrationFailure.class,
                        failure -> assertThat(failure.isTransient()).isTrue());
        assertThat(database.query("SELECT to_regclass('slow')::text")).containsExactly((String) null);

        database.write("900_slow.sql", "CREATE TABLE slow (id int);\n");
        database.with("wait-for-lock", "0s").migrate();

        assertThat(database.changeLog()).isEqualTo(database.schemaMigrations()).contains("900_slow.sql");
    }

    @Test
    void staleLockRowOfPlainLiquibaseDoesNotBlock() throws SQLException {
        database.execute("CREATE TABLE databasechangeloglock (id int PRIMARY KEY, locked boolean NOT NULL,"
                + " lockgranted timestamp, lockedby varchar(255));"
                + " INSERT INTO databasechangeloglock VALUES (1, true, now(), 'a dead process')");

        database.migrate();

        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @Test
    @Tag("exhaustive")
    void aHostThatHangsIsLeftForTheNext() {
        leavesAHostThatHangsAfter(0);
    }

    /** 24: the request for a password. 300: authenticated, but not ready. */
    @Tag("exhaustive")
    @ParameterizedTest
    @ValueSource(ints = {24, 300})
    void aHostThatHangsLaterIsLeftForTheNext(int answered) {
        leavesAHostThatHangsAfter(answered);
    }

    private void leavesAHostThatHangsAfter(int answered) {
        try (TcpProxy first = TcpProxy.to(database.databaseUrl);
                TcpProxy second = TcpProxy.to(database.databaseUrl)) {
            database.through(first, second);
            first.stallAfter(answered);

            database.migrate();

            assertThat(database.migrator().status().upToDate()).isTrue();
            assertThat(first.accepted())
                    .as("not each file waits for it")
                    .isLessThan(MigrationFixture.namesOfThisBuild().size());
        }
    }

    @Test
    void aHostThatVanishedIsWaitedForAndThenGivenUp() {
        try (TcpProxy only = TcpProxy.to(database.databaseUrl)) {
            database.through(only);
            only.vanish();

            assertThatThrownBy(() -> database.migrator().migrateWhenReachable(Duration.ZERO, database.progress::add))
                    .hasMessageMatching("cannot reach the database: .*; gave up after 0 s");
        }
    }

    @Tag("exhaustive")
    @Test
    void sessionThatTheServerHasLostIsNotWaitedFor() throws Exception {
        database.reportEvery(Duration.ofMillis(200));
        database.write("900_slow.sql", """
                CREATE TABLE slow (id int);
                SELECT pg_sleep(coalesce(nullif(current_setting('test.seconds', true), ''), '0')::float);
                """);
        try (TcpProxy first = TcpProxy.to(database.databaseUrl);
                TcpProxy second = TcpProxy.to(database.databaseUrl)) {
            database.through(first, second);
            database.execute("ALTER DATABASE "
                    + database.query("SELECT current_database()").get(0) + " SET test.seconds = '60'");
            Migrator migrator = database.migrator();
            ClassLoader classes = Thread.currentThread().getContextClassLoader();
            Future<?> migration = threads.submit(() -> {
                Thread.currentThread().setContextClassLoader(classes);
                migrator.migrateWhenReachable(LONGEST, database.told());
                return null;
            });
            String session =
                    "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'";
            await().until(() -> !database.query("SELECT pid " + session).isEmpty());
            // longer than an answer may take elsewhere: the watch sees the session and lets it run
            await().during(Duration.ofSeconds(2))
                    .until(() -> !database.query("SELECT pid " + session).isEmpty());

            first.stall();
            database.execute("ALTER DATABASE "
                    + database.query("SELECT current_database()").get(0) + " RESET test.seconds");
            // as a restart of the server would: the session of the file, and that of the lock
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND application_name = 'logikids-database migrate'");

            migration.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(database.schemaMigrations()).contains("900_slow.sql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"57P03", "53300", "08001", "08006", "25006"})
    void databaseThatIsNotThereYetIsWaitedFor(String sqlState) {
        assertThat(MigrationFailure.of(new SQLException("not yet", sqlState)).isTransient())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "3D000"})
    void wrongSettingsAreToldAndNotWaitedFor(String sqlState) {
        MigrationFailure failure = MigrationFailure.of(new SQLException("FATAL: no", sqlState));

        assertThat(failure.isTransient()).isFalse();
        assertThat(failure).hasMessageContaining("SQLSTATE " + sqlState).hasMessageContaining("DATABASE_URL");
    }

    @Test
    void longMigrationReportsThatItIsStillRunning() {
        database.reportEvery(Duration.ofMillis(100));
        database.write("900_slow.sql", "SELECT pg_sleep(1);\n");

        database.migrate();

        assertThat(database.progress).anyMatch(line -> line.startsWith("900_slow.sql is still running after "));
    }
}
