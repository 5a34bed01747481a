package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
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

/** Which schema a migration takes, whatever the search path and the schemas beside it are. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class TargetSchemaTest {

    private static final String RAILS = "CREATE TABLE %s.schema_migrations (version varchar PRIMARY KEY);";

    private final MigrationFixture database = new MigrationFixture();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aPathThatChangesLaterStillLeadsToTheTables() throws SQLException {
        database.migrate();
        database.execute("CREATE SCHEMA app");
        database.searchPath("app, public");
        database.progress.clear();

        database.migrate();

        assertThat(database.progress).singleElement().asString().startsWith("the schema is up to date");
        assertThat(tablesOf("app")).isEmpty();
        assertThat(database.migrator().status().schema()).isEqualTo("public");
    }

    @Test
    void aPendingFileGoesWhereTheTablesAre() throws SQLException {
        database.migrate();
        database.execute("CREATE SCHEMA app");
        database.searchPath("app, public");
        database.write("900_more.sql", "CREATE TABLE IF NOT EXISTS more (id int);\n");

        database.migrate();

        assertThat(tablesOf("app")).isEmpty();
        assertThat(tablesOf("public")).contains("more");
        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    @Test
    void aPathToAnotherSchemaIsRefused() throws SQLException {
        aPathPastTheTablesIsRefused("app");
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @ValueSource(strings = {"app", "\"$user\"", "app, other"})
    void aPathPastTheTablesIsRefused(String path) throws SQLException {
        database.migrate();
        database.execute("CREATE SCHEMA app; CREATE SCHEMA other; CREATE SCHEMA logikids");
        database.searchPath(path);

        assertThatThrownBy(database::migrate)
                .isInstanceOf(MigrationFailure.class)
                .hasMessageContaining("which holds nothing of this service, but schema public holds its tables")
                .hasMessageContaining("?options=-csearch_path%3Dpublic");

        assertThat(tablesOf("app")).isEmpty();
        assertThat(tablesOf("logikids")).isEmpty();
    }

    @Test
    void aSchemaThatTheConnectionStringChoosesMayBeTheSecondOne() throws SQLException {
        database.migrate();
        database.execute("CREATE SCHEMA app");
        database.connectingWith("-csearch_path=app").migrate();

        assertThat(tablesOf("app")).contains("schema_migrations", "databasechangelog", "user_sync_data");
        assertThat(database.migrator().status().upToDate()).isTrue();
        assertThat(database.migrator().status().schema()).isEqualTo("app");
        assertThat(database.query("SELECT count(*) FROM public.databasechangelog"))
                .containsExactly(
                        String.valueOf(MigrationFixture.namesOfThisBuild().size()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "''", "pg_catalog", "\"$user\""})
    void aPathThatNamesNoSchemaIsRefused(String path) throws SQLException {
        database.searchPath(path);

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("names no schema in which this role may create tables")
                .hasMessageContaining("CREATE SCHEMA");
    }

    @Test
    void aLedgerAndTablesInTwoSchemasAreRefused() throws SQLException {
        tablesInSeveralSchemasAreRefusedByName("ALTER TABLE schema_migrations SET SCHEMA app");
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE schema_migrations SET SCHEMA app",
                "ALTER TABLE databasechangelog SET SCHEMA app",
                "ALTER TABLE refresh_tokens SET SCHEMA app",
                "CREATE TABLE app.user_sync_data (LIKE user_sync_data)"
            })
    void tablesInSeveralSchemasAreRefusedByName(String move) throws SQLException {
        database.migrate();
        database.execute("CREATE SCHEMA app;" + move);
        database.searchPath("app, public");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("finds the tables of this service in several schemas")
                .hasMessageContaining(" in schema app")
                .hasMessageContaining(" in schema public");
    }

    @Test
    void aTableOfAnotherApplicationInFrontOfOursIsRefused() throws SQLException {
        aTableOfAnotherApplicationThatHidesOursIsRefused("CREATE TABLE app.user_accounts (id bigint, name text)");
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE app.schema_migrations (version bigint, dirty boolean)",
                "CREATE TABLE app.user_accounts (id bigint, name text)",
                "CREATE VIEW app.invite_codes AS SELECT 1 AS id",
                "CREATE SEQUENCE app.databasechangelog"
            })
    void aTableOfAnotherApplicationThatHidesOursIsRefused(String theirs) throws SQLException {
        database.migrate();
        database.execute("CREATE SCHEMA app;" + theirs);
        database.searchPath("app, public");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining(
                        "of another application in schema app before the tables of this service in schema" + " public");
    }

    @Test
    void tablesOfAnotherApplicationBehindOursAreIgnored() throws SQLException {
        database.execute("CREATE SCHEMA app; CREATE TABLE app.user_accounts (id bigint);" + RAILS.formatted("app"));
        database.searchPath("public, app");

        database.migrate();

        assertThat(tablesOf("public")).contains("schema_migrations", "user_accounts");
        assertThat(tablesOf("app")).containsExactly("schema_migrations", "user_accounts");
        assertThat(database.migrator().status().upToDate()).isTrue();
    }

    /** With capitals and a blank, not ASCII, a key word. */
    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"\"My Schema\" | My Schema", "größe | größe", "\"select\" | select", "\"a\"\"b.c\" | a\"b.c"})
    void aSchemaOfAnyNameIsServed(String quoted, String name) throws SQLException {
        database.execute("CREATE SCHEMA " + quoted);
        database.searchPath(quoted + ", public");
        database.migrate();

        assertThat(tablesOf(name)).contains("schema_migrations", "databasechangelog", "user_sync_data");
        assertThat(tablesOf("public")).isEmpty();
        assertThat(database.migrator().status().upToDate()).isTrue();
        assertThat(database.migrator().status().schema()).isEqualTo(name);
    }

    private List<String> tablesOf(String schema) throws SQLException {
        return database.query("SELECT tablename FROM pg_tables WHERE schemaname = '" + schema + "' ORDER BY tablename");
    }
}
