package dev.logikids.database.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.SecuredPostgreSql;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The whole service with a DATABASE_URL full of escapes: Quarkus reads the derived settings as they are meant. */
@QuarkusTest
@TestProfile(DatabaseUrlQuarkusTest.Escaped.class)
class DatabaseUrlQuarkusTest {

    private static final String WHO = """
            SELECT current_user || ' ' || current_database() || ' ' || ssl
            FROM pg_stat_ssl
            WHERE pid = pg_backend_pid()
            """;
    private static final String EXPECTED = SecuredPostgreSql.USER + " " + SecuredPostgreSql.DATABASE + " true";

    @Inject
    Pool pool;

    @Inject
    @DataSource("migration")
    AgroalDataSource migration;

    @Test
    void thePoolIsWhereTheUrlLeads() {
        Row row = pool.query(WHO)
                .execute()
                .await()
                .atMost(Patience.LONGEST)
                .iterator()
                .next();
        assertThat(row.getString(0)).isEqualTo(EXPECTED);
    }

    @Test
    void theApplicationNameReachesThePool() {
        Row row = pool.query("SHOW application_name")
                .execute()
                .await()
                .atMost(Patience.LONGEST)
                .iterator()
                .next();
        assertThat(row.getString(0)).isEqualTo("of & a + test");
    }

    @Test
    void theMigrationDatasourceIsWhereTheUrlLeads() throws Exception {
        try (Connection connection = migration.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WHO)) {
            row.next();
            assertThat(row.getString(1)).isEqualTo(EXPECTED);
        }
    }

    public static final class Escaped implements QuarkusTestProfile {

        /** The first TLS connection of a JVM takes its time on a busy machine. */
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "logikids.pool.connect-timeout", "100s",
                    "logikids.pool.acquire-timeout", "110s",
                    "logikids.pool.call-timeout", "119s");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Server.class));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    public static final class Server implements QuarkusTestResourceLifecycleManager {

        private SecuredPostgreSql server;

        @Override
        public Map<String, String> start() {
            try {
                Path folder = Files.createTempDirectory("certificate");
                server = SecuredPostgreSql.start(folder);
                String url = "postgres://" + SecuredPostgreSql.LOGIN + "@localhost:" + server.port() + "/"
                        + SecuredPostgreSql.PATH + "?sslmode=verify-full&sslrootcert=" + server.certificate()
                        // this test is about names: the first TLS handshake of a busy machine may take its time
                        + "&application_name=of%20%26%20a%20+%20test&connect_timeout=60";
                return Map.of(
                        "DATABASE_URL_FILE",
                        Files.writeString(folder.resolve("url"), url).toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void stop() {
            try {
                server.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
