package dev.logikids.database.testsupport;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The one PostgreSQL 16 server of a test run: a container when a Docker daemon has the image, else the embedded
 * binaries. {@code -Dtest.postgresql=container} or {@code embedded} decides by hand. Says once which one it is.
 */
public final class TestPostgreSql {

    private static final String IMAGE = "postgres:16-alpine";
    private static final Logger LOG = Logger.getLogger(TestPostgreSql.class);
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static TestPostgreSql running;

    private final String host;
    private final int port;

    private TestPostgreSql(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** Returns the server, started at the first call of this JVM. */
    public static synchronized TestPostgreSql server() {
        if (running == null) {
            running = useContainer() ? startContainer() : startEmbedded();
        }
        return running;
    }

    /** Returns the DATABASE_URL of a new, empty database that no other test uses. */
    public String createDatabase() {
        String name = "test_" + DATABASES.incrementAndGet() + "_"
                + ProcessHandle.current().pid();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " OWNER logikids");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the test database " + name, e);
        }
        return url(name);
    }

    /** Returns the DATABASE_URL of the named database on this server. */
    public String url(String database) {
        return "postgresql://logikids:development@" + host + ":" + port + "/" + database;
    }

    /** Opens a JDBC connection as the superuser logikids to the database of that DATABASE_URL. */
    public static Connection connectTo(String databaseUrl) throws SQLException {
        java.net.URI uri = java.net.URI.create(databaseUrl);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(), "logikids", "development");
    }

    private Connection connect(String database) throws SQLException {
        return connectTo(url(database));
    }

    private static boolean useContainer() {
        String choice = System.getProperty("test.postgresql", "");
        return choice.isEmpty() ? imageIsThere() : choice.equals("container");
    }

    private static boolean imageIsThere() {
        try {
            Process inspect = new ProcessBuilder("docker", "image", "inspect", IMAGE)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!inspect.waitFor(5, TimeUnit.SECONDS)) {
                inspect.destroyForcibly();
                return false;
            }
            return inspect.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static TestPostgreSql startContainer() {
        PostgreSQLContainer container = new PostgreSQLContainer(IMAGE)
                .withUsername("logikids")
                .withPassword("development")
                .withDatabaseName("postgres")
                .withCommand("postgres", "-c", "shared_preload_libraries=pg_stat_statements");
        container.start();
        LOG.infof("tests run on PostgreSQL in a container (%s)", IMAGE);
        return new TestPostgreSql(container.getHost(), container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT));
    }

    private static TestPostgreSql startEmbedded() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "300")
                    .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                    .start();
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE ROLE logikids LOGIN SUPERUSER PASSWORD 'development'");
            }
            LOG.info("tests run on the embedded PostgreSQL binaries");
            return new TestPostgreSql("localhost", server.getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot set up the embedded PostgreSQL", e);
        }
    }
}
