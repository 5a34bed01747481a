package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.TestPostgreSql;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A pool of 10 and 2 connections for migrations against the limits of a real server. */
@DisabledIfSystemProperty(
        named = "test.citus.url",
        matches = ".+",
        disabledReason = "Citus has connections of its own in each database, which come and go")
class ConnectionLimitsTest {

    private String url;
    private OpenDatabase opened;

    @BeforeEach
    void open() {
        url = TestPostgreSql.server().createDatabase();
        opened = OpenDatabase.at(url);
    }

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void nothingIsSaidWhenAllFit() {
        assertThat(shortage()).isEmpty();
        limitDatabaseTo(13);
        assertThat(shortage()).isEmpty();
    }

    @Test
    void aLimitOfTheDatabaseBelowThePoolIsAWarning() {
        limitDatabaseTo(12);

        assertThat(shortage().orElseThrow())
                .contains("may open 13 ", "connected now: 1,", "allowed: 12 ", "CONNECTION LIMIT of the database");
    }

    @Test
    void whatOtherProgramsHoldCounts() throws Exception {
        limitDatabaseTo(13);

        try (Connection other = TestPostgreSql.connectTo(url)) {
            assertThat(other.isValid(5)).isTrue();

            assertThat(shortage().orElseThrow()).contains("other programs: 1, together: 14, allowed: 13 ");
        }
    }

    @Test
    void anotherInstanceCountsWithItsWholePool() {
        limitDatabaseTo(25);
        // a machine may have one address only: the session of the other instance is added to those that the server
        // shows
        showAlso("""
                SELECT current_database(), current_user, 10, 'logikids-database migrate', '192.0.2.7'::inet
                """);

        try (OpenDatabase later = OpenDatabase.at(url)) {
            assertThat(shortage(later).orElseThrow())
                    .contains("connected now: 2, connections of other programs: 0, together: 26, allowed: 25 ");
        }
    }

    @Test
    void instancesOfOneMachineCountByTheirConnections() {
        limitDatabaseTo(25);
        showAlso("""
                SELECT datname, usename, usesysid, application_name, client_addr
                FROM pg_catalog.pg_stat_activity, generate_series(1, 13) WHERE pid = pg_backend_pid()
                """);

        try (OpenDatabase later = OpenDatabase.at(url)) {
            assertThat(shortage(later).orElseThrow()).contains("connected now: 2, ", "together: 26, allowed: 25 ");
        }
    }

    @Test
    void processesOfOneMachineAreToldApartByTheirName() {
        limitDatabaseTo(25);
        showAlso("""
                SELECT datname, usename, usesysid, 'logikids-database 1', client_addr
                FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()
                UNION ALL
                SELECT datname, usename, usesysid, 'logikids-database migrate', client_addr
                FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()
                """);

        try (OpenDatabase later = OpenDatabase.at(url)) {
            assertThat(shortage(later).orElseThrow()).contains("connected now: 2, ", "together: 26, allowed: 25 ");
        }
    }

    /** Later connections see these sessions beside those that there are. */
    private void showAlso(String sessions) {
        opened.run(
                "CREATE SCHEMA shown",
                """
                CREATE VIEW shown.pg_stat_activity AS
                SELECT datname, usename, usesysid, application_name, client_addr FROM pg_catalog.pg_stat_activity
                UNION ALL
                """ + sessions,
                "ALTER DATABASE " + database() + " SET search_path = shown, pg_catalog");
    }

    @Test
    void theServersOwnLimitCounts() {
        try (OpenDatabase large = OpenDatabase.at(url, "max-size", "5000")) {
            assertThat(shortage(large).orElseThrow()).contains("may open 5003 ", "max_connections of the server");
        }
    }

    @Test
    void migrationsHaveAsManyConnectionsAsAssumed() throws Exception {
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("src/main/resources/application.properties"))));

        assertThat(settings.getProperty("quarkus.datasource.migration.jdbc.max-size"))
                .isEqualTo(String.valueOf(ConnectionLimits.FOR_MIGRATIONS));
    }

    private Optional<String> shortage() {
        return shortage(opened);
    }

    private static Optional<String> shortage(OpenDatabase opened) {
        return await(new ConnectionLimits(opened.database, opened.config).shortage());
    }

    /** PostgreSQL does not hold superusers to it, and the role of the tests is one. */
    private void limitDatabaseTo(int connections) {
        opened.run("ALTER DATABASE " + database() + " CONNECTION LIMIT " + connections);
    }

    private String database() {
        return URI.create(url).getPath().substring(1);
    }
}
