package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.logikids.database.testsupport.TestPostgreSql;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pool of 10 and 2 connections for migrations against the limits of a real server. */
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
        limitDatabaseTo(12);
        assertThat(shortage()).isEmpty();
    }

    @Test
    void aLimitOfTheDatabaseBelowThePoolIsAWarning() {
        limitDatabaseTo(11);

        assertThat(shortage().orElseThrow())
                .contains("1 instances", "may open 12 each", "11 are allowed", "CONNECTION LIMIT of the database");
    }

    @Test
    void whatOtherProgramsHoldCounts() throws Exception {
        limitDatabaseTo(12);

        try (Connection other = TestPostgreSql.connectTo(url)) {
            assertThat(other.isValid(5)).isTrue();

            assertThat(shortage().orElseThrow()).contains("other programs hold 1, and 12 are allowed");
        }
    }

    @Test
    void anotherInstanceCountsWithItsWholePool() throws Exception {
        limitDatabaseTo(23);

        try (Connection instance = instanceAt("127.0.0.2")) {
            assumeThat(addressOf(instance)).as("no container in between").isEqualTo("127.0.0.2");

            assertThat(shortage().orElseThrow()).contains("2 instances", "other programs hold 0, and 23 are allowed");
        }
    }

    @Test
    void theServersOwnLimitCounts() {
        try (OpenDatabase large = OpenDatabase.at(url, "max-size", "5000")) {
            ConnectionLimits limits = new ConnectionLimits(large.database, large.config);

            assertThat(await(limits.shortage()).orElseThrow())
                    .contains("may open 5002 each", "max_connections of the server");
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
        return await(new ConnectionLimits(opened.database, opened.config).shortage());
    }

    private void limitDatabaseTo(int connections) {
        // of superusers too, only that PostgreSQL does not hold them to it
        String database = URI.create(url).getPath().substring(1);
        opened.run("ALTER DATABASE " + database + " CONNECTION LIMIT " + connections);
    }

    private Connection instanceAt(String address) throws Exception {
        URI uri = URI.create(url);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + uri.getPort() + uri.getPath()
                + "?user=logikids&password=development&ApplicationName=logikids-database&localSocketAddress="
                + address);
    }

    private static String addressOf(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT host(inet_client_addr())")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
