package dev.logikids.database.migration;

import static dev.logikids.database.testsupport.Patience.LONGEST;
import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What is told while a file runs: the messages of PostgreSQL, and how far the file is. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class NoticesTest {

    private final MigrationFixture database = new MigrationFixture().with("citus", "false");
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        database.close();
    }

    @Test
    void noticesAndWarningsNameTheirFileAndLine() {
        database.write("900_notices.sql", """
                -- Description: says something
                CREATE TABLE notices (id int);
                CREATE TABLE IF NOT EXISTS notices (id int);
                DO $$ BEGIN
                  RAISE NOTICE E'one\\ntwo \\x1b[31mred' USING DETAIL = 'a row of somebody', HINT = 'a hint';
                  RAISE WARNING 'beware';
                  RAISE WARNING USING MESSAGE = 'coded', ERRCODE = '22000';
                  RAISE INFO 'for information';
                  RAISE LOG 'for the log of the server';
                END $$;
                """);

        database.migrate();

        int filesOfThisRun = MigrationFixture.namesOfThisBuild().size();
        assertThat(database.progress)
                .containsSubsequence(
                        "applying 900_notices.sql (%1$d of %1$d)".formatted(filesOfThisRun),
                        "900_notices.sql, line 3: NOTICE: relation \"notices\" already exists, skipping",
                        "900_notices.sql, line 4: NOTICE: one two  [31mred",
                        "warned: 900_notices.sql, line 4: WARNING: beware",
                        "warned: 900_notices.sql, line 4: WARNING: coded",
                        "900_notices.sql, line 4: INFO: for information")
                .noneMatch(line -> line.contains("somebody") || line.contains("a hint") || line.contains("for the log"))
                .last()
                .asString()
                .startsWith("applied 900_notices.sql in ");
    }

    @Test
    void aNoticeIsToldWhileItsStatementRuns() throws Exception {
        database.write("900_long.sql", """
                DO $$ BEGIN
                  RAISE NOTICE 'begun';
                  PERFORM pg_advisory_lock(900);
                  RAISE NOTICE 'went on';
                END $$;
                """);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(900)");
            Future<?> migration = migrateInBackground();

            await().until(() -> database.progress.contains("900_long.sql, line 1: NOTICE: begun"));
            assertThat(migration.isDone()).isFalse();
            assertThat(database.progress).noneMatch(line -> line.contains("went on"));

            statement.execute("SELECT pg_advisory_unlock(900)");
            migration.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(database.progress).contains("900_long.sql, line 1: NOTICE: went on");
    }

    @Test
    void aLoopOfNoticesIsCutAndCountedAndHidesNoWarning() {
        database.write("900_loop.sql", """
                DO $$ BEGIN
                  FOR i IN 1..20000 LOOP RAISE NOTICE 'row %', i; END LOOP;
                  RAISE WARNING 'beware of %', repeat('x', 10000);
                END $$;
                """);

        database.migrate();

        assertThat(database.progress.stream().filter(line -> line.contains(": NOTICE: row ")))
                .hasSize(Notices.MOST)
                .last()
                .asString()
                .endsWith(" row " + Notices.MOST);
        assertThat(database.progress)
                .contains("900_loop.sql: " + (20_000 - Notices.MOST)
                        + " further notices are not shown; a file has room for 100 notices and 100 warnings");
        assertThat(database.progress)
                .filteredOn(line -> line.startsWith("warned: "))
                .singleElement()
                .asString()
                .contains("WARNING: beware of xxx")
                .endsWith("x… (10010 characters)")
                .hasSizeLessThan(Notices.LONGEST + 100);
    }

    @Test
    void whatIsToldFollowsTheSetting() {
        String file = "DO $$ BEGIN RAISE NOTICE 'noted'; RAISE INFO 'informed'; RAISE WARNING 'warned of'; END $$;\n";
        database.write("900_a.sql", file);
        database.with("notices", "warning").migrate();
        assertThat(database.progress)
                .anyMatch(line -> line.contains("warned of"))
                .noneMatch(line -> line.contains("noted"));
        database.progress.clear();

        database.write("901_b.sql", file);
        database.with("notices", "off").migrate();
        assertThat(database.progress)
                .anyMatch(line -> line.startsWith("applied 901_b.sql in "))
                .noneMatch(line -> line.contains("901_b.sql, line 1"));
    }

    @Test
    void whatAFileSetsForItselfIsHonoured() {
        database.write("900_quiet.sql", """
                SET client_min_messages = error;
                DO $$ BEGIN RAISE WARNING 'not told'; END $$;
                """);

        database.migrate();

        assertThat(database.progress).noneMatch(line -> line.contains("not told"));
    }

    @Test
    void aNoticeOfAFailingFileIsToldToo() {
        database.write("900_broken.sql", "DO $$ BEGIN RAISE NOTICE 'before'; RAISE EXCEPTION 'no'; END $$;\n");

        assertThat(catchThrowable(database::migrate)).hasMessageContaining("900_broken.sql, line 1: ERROR: no");

        assertThat(database.progress).contains("900_broken.sql, line 1: NOTICE: before");
    }

    @Test
    void aWaitingIndexSaysWhatItWaitsFor() throws Exception {
        database.reportEvery(Duration.ofMillis(100));
        database.migrate();
        database.write("900_index.sql", """
                -- Description: an index
                -- Transaction: none
                SELECT 1;
                CREATE INDEX CONCURRENTLY IF NOT EXISTS invites_by_note ON invite_codes (note);
                """);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SET application_name = 'somebody'");
            other.setAutoCommit(false);
            statement.execute("DELETE FROM invite_codes");
            Future<?> migration = migrateInBackground();

            await().until(() -> database.progress.stream()
                    .anyMatch(line ->
                            line.matches("900_index.sql is still running after \\d+ s, statement 2 of 2 \\(line 4\\),"
                                    + " index on invite_codes: waiting for writers before build, waiting for 1 transactions,"
                                    + " blocked by pid \\d+ \\(somebody\\)")));

            other.commit();
            migration.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Future<?> migrateInBackground() {
        Migrator migrator = database.migrator();
        ClassLoader classes = Thread.currentThread().getContextClassLoader();
        return threads.submit(() -> {
            Thread.currentThread().setContextClassLoader(classes);
            migrator.migrate(database.told());
        });
    }
}
