package dev.logikids.database.migration;

import static dev.logikids.database.testsupport.Patience.LONGEST;
import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import liquibase.ChecksumVersion;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.changelog.ChangeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Nothing that a file does to its session reaches the next file, or the ledgers. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class FileSessionTest {

    /** Everything of a session that a file could find changed. */
    private static final String STATE = """
            CREATE TABLE public.%s AS
            SELECT name, setting FROM pg_settings WHERE name <> 'transaction_isolation'
            UNION ALL SELECT 'user', session_user || ' as ' || current_user
            UNION ALL SELECT 'prepared', count(*)::text FROM pg_prepared_statements
            UNION ALL SELECT 'cursors', count(*)::text FROM pg_cursors
            UNION ALL SELECT 'channels', count(*)::text FROM pg_listening_channels()
            UNION ALL SELECT 'own', coalesce(current_setting('own.value', true), '(none)')
            UNION ALL SELECT 'locks', count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
            UNION ALL SELECT 'temporary', count(*)::text FROM pg_class WHERE relnamespace = pg_my_temp_schema();
            """;

    private static final List<String> RUDE = List.of(
            "SET ROLE rude;\nCREATE TABLE rude.by_role (id int);",
            "SET SESSION AUTHORIZATION rude;\nCREATE TABLE rude.by_authorization (id int);",
            "SET LOCAL ROLE rude;",
            "SET lock_timeout = 0;\nSET statement_timeout = '1h';\nSET TimeZone = 'Asia/Tokyo';",
            hidden("standard_conforming_strings", "off") + "\nSET escape_string_warning = off;\n"
                    + "CREATE TABLE backslash AS SELECT 'a\\\\b' AS text;",
            // the head of a dump
            "SELECT pg_catalog.set_config('search_path', '', false);\nSET row_security = off;\nSET xmloption = content;\n"
                    + "CREATE TABLE public.dumped (id int);",
            "CREATE TEMPORARY TABLE schema_migrations (migration_name text);\n"
                    + "CREATE TEMPORARY TABLE databasechangelog (id text);\nSET search_path = pg_temp;",
            "RESET ALL;",
            "PREPARE one AS SELECT 1;\nLISTEN rude;\nNOTIFY rude;\nSELECT pg_advisory_lock(42);\nSET own.value = 'x';\n"
                    + "DECLARE held CURSOR WITH HOLD FOR SELECT 1;",
            "SELECT pg_advisory_unlock_all();\nDEALLOCATE ALL;\nDISCARD PLANS;\nDISCARD TEMP;\nDISCARD SEQUENCES;",
            "-- Transaction: none\nDISCARD ALL;",
            "-- Transaction: none\n" + hidden("default_transaction_read_only", "on"),
            hidden("default_transaction_read_only", "on") + "\nSET session_replication_role = replica;",
            hidden("default_transaction_isolation", "serializable"),
            "SET client_min_messages = error;\nSET DateStyle = 'ISO, DMY';\nSET IntervalStyle = iso_8601;\n"
                    + "SET idle_in_transaction_session_timeout = '1h';\nSET application_name = 'rude';",
            "SAVEPOINT one;\nINSERT INTO invite_codes VALUES ('A', 1, 2, 'x');\nROLLBACK TO one;\nRELEASE one;");

    /** A setting that the check of the files does not see. */
    private static String hidden(String name, String value) {
        return "DO $$ BEGIN PERFORM set_config('" + name + "', '" + value + "', false); END $$;";
    }

    private final MigrationFixture database = new MigrationFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        database.close();
    }

    @Test
    void whatAFileSetsEndsWithIt() throws SQLException {
        database.execute("DO $$ BEGIN CREATE ROLE rude; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
                + " CREATE SCHEMA rude AUTHORIZATION rude");
        List<String> names = new ArrayList<>();
        database.write("900_before.sql", STATE.formatted("before"));
        for (int i = 0; i < RUDE.size(); i++) {
            String name = (901 + i) + "_rude.sql";
            names.add(name);
            database.write(name, RUDE.get(i));
        }
        database.write("990_after.sql", STATE.formatted("after"));

        database.migrate();

        assertThat(database.query("(TABLE after EXCEPT TABLE before) UNION ALL (TABLE before EXCEPT TABLE after)"))
                .isEmpty();
        assertThat(database.schemaMigrations()).containsAll(names).isEqualTo(database.changeLog());
        assertThat(database.query("SELECT relname || ' ' || relowner::regrole FROM pg_class"
                        + " WHERE relname IN ('by_role', 'by_authorization', 'after') ORDER BY 1"))
                .containsExactly("after logikids", "by_authorization rude", "by_role rude");
        assertThat(database.query("SELECT text FROM backslash")).containsExactly("a\\b");
        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @Test
    void whatAFileSetsForTheDatabaseHoldsFromTheNextFileOn() throws SQLException {
        String name = database.query("SELECT current_database()").get(0);
        database.write("900_set.sql", "ALTER DATABASE " + name + " SET work_mem = '5MB';");
        database.write("901_see.sql", "CREATE TABLE seen AS SELECT current_setting('work_mem') AS value;");

        database.migrate();

        assertThat(database.query("SELECT value FROM seen")).containsExactly("5MB");
    }

    @Test
    void aSchemaWithAnUnusualNameHoldsEverything() throws SQLException {
        String name = database.query("SELECT current_database()").get(0);
        database.execute(
                "CREATE SCHEMA \"My 'App\"; ALTER DATABASE " + name + " SET search_path = \"My 'App\", public");
        database.write("900_path.sql", "SET search_path = public;\nCREATE TABLE elsewhere (id int);");
        database.write("901_more.sql", "CREATE TABLE here (id int);");

        database.migrate();

        assertThat(database.query(
                        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"))
                .containsExactly("elsewhere");
        assertThat(database.changeLog())
                .isEqualTo(database.schemaMigrations())
                .endsWith("900_path.sql", "901_more.sql");
        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @Test
    void charactersReachTheServerAsTheyAreWritten() throws SQLException {
        database.write("900_characters.sql", """
                CREATE FUNCTION joined(text, text) RETURNS text LANGUAGE sql RETURN $1 || $2;
                CREATE OPERATOR ?? (LEFTARG = text, RIGHTARG = text, FUNCTION = joined);
                CREATE OPERATOR ??? (LEFTARG = text, RIGHTARG = text, FUNCTION = joined);
                CREATE TABLE characters AS
                SELECT '{"a":1}'::jsonb ? 'a' AS one, '{"a":1}'::jsonb ?| array['b'] AS any, '{"a":1}'::jsonb?&array['a'] AS all,
                  '{"a":1}'::jsonb @? '$.a ? (@ > 0)' AS path, 'x'::text ?? 'y'::text AS two, 'x'::text ??? 'y' AS three,
                  '{fn now()} {d ''2020-01-01''} :name ${x} $1 %s ?' AS text, $x$?$x$ AS dollar, E'\\'?' AS "es?caped" /* ? */;
                DO $$ DECLARE x int; BEGIN x := 1; PERFORM x ? 1; EXCEPTION WHEN undefined_function THEN NULL; END $$;
                CREATE RULE two AS ON INSERT TO characters DO ALSO (SELECT 1; SELECT 2);
                CREATE FUNCTION body() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
                """);

        database.migrate();

        assertThat(database.query("SELECT to_json(c)::text FROM characters c"))
                .containsExactly(
                        "{\"one\":true,\"any\":false,\"all\":true,\"path\":true,\"two\":\"xy\",\"three\":\"xy\","
                                + "\"text\":\"{fn now()} {d '2020-01-01'} :name ${x} $1 %s ?\",\"dollar\":\"?\",\"es?caped\":\"'?\"}");
    }

    @Test
    void aFileThatGoesOnAfterItsRunHasLostTheLockIsNotBegunAgain() throws Exception {
        database.migrate();
        database.write("900_slow.sql", "CREATE TABLE slow (id int);\nSELECT pg_sleep(2);");
        database.write("901_after.sql", "CREATE TABLE after (id int);");
        Future<?> first = inBackground();
        await().until(() -> !database.query("SELECT pid FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'")
                .isEmpty());
        int lockHolder = database.migrator().status().lockHolder().pid();
        database.query("SELECT pg_terminate_backend(" + lockHolder + ")");
        Future<?> second = inBackground();

        second.get(LONGEST.toSeconds(), TimeUnit.SECONDS);

        assertThatThrownBy(() -> first.get(LONGEST.toSeconds(), TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        MigrationFailure.class,
                        failure -> assertThat(failure.isTransient()).isTrue());
        assertThat(database.changeLog())
                .endsWith("900_slow.sql", "901_after.sql")
                .doesNotHaveDuplicates();
    }

    @Test
    void liquibaseFindsItsOwnIdentitiesAndChecksums() throws Exception {
        database.write("900_more.sql", "SELECT 'é';\r\n\r\n-- the end\r\n");
        database.migrate();

        try (Liquibase liquibase = database.liquibase().createLiquibase()) {
            assertThat(liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression()))
                    .isEmpty();
            List<String> expected = new ArrayList<>();
            for (ChangeSet changeSet : liquibase.getDatabaseChangeLog().getChangeSets()) {
                expected.add(changeSet.getFilePath() + " " + changeSet.getId() + " " + changeSet.getAuthor() + " "
                        + changeSet.generateCheckSum(ChecksumVersion.latest()) + " " + changeSet.getDescription());
            }
            assertThat(database.query("SELECT concat_ws(' ', filename, id, author, md5sum, description)"
                            + " FROM databasechangelog ORDER BY orderexecuted"))
                    .isEqualTo(expected);
        }
    }

    private Future<?> inBackground() {
        Migrator migrator = database.migrator();
        ClassLoader classes = Thread.currentThread().getContextClassLoader();
        return threads.submit(() -> {
            Thread.currentThread().setContextClassLoader(classes);
            migrator.migrate(line -> {});
            return null;
        });
    }
}
