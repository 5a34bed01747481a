package dev.logikids.database.testsupport;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The one PostgreSQL 16 server of a test run, or with {@code -Dtest.citus.url=} the coordinator of a Citus of two workers or
 * more, at which each database is made with the extension and its nodes (docs/scaling.md). Else a container when a Docker daemon already has the images for it, else the
 * embedded binaries. {@code -Dtest.postgresql=container} or {@code embedded} decides by hand. Says once which one it is.
 * With {@code -Dtest.pgbouncer=true} the service reaches its databases through PgBouncer, and the tests themselves directly.
 */
public final class TestPostgreSql {

    private static final String IMAGE = "postgres:16-alpine";
    // what this Testcontainers release removes containers with
    private static final String REAPER = "testcontainers/ryuk:0.13.0";
    // pools of several applications at once
    private static final String MAX_CONNECTIONS = "300";
    private static final String STATEMENT_COUNTS = "pg_stat_statements";
    // for tests that ask how late a row was written
    private static final String COMMIT_TIMES = "track_commit_timestamp";
    // -Dtest.statements=FOLDER: the embedded server logs every statement into that folder
    private static final String STATEMENT_LOG = "test.statements";
    // the coordinator, with its workers in pg_dist_node of that database; the superuser logikids reaches all of them
    private static final String CITUS = System.getProperty("test.citus.url", "");
    private static final Logger LOG = Logger.getLogger(TestPostgreSql.class);
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final boolean BEHIND_PGBOUNCER = Boolean.getBoolean("test.pgbouncer");
    private static TestPostgreSql running;
    private static PgBouncer bouncer;

    private final String host;
    private final int port;
    private final ClientTools clientTools;

    private TestPostgreSql(String host, int port, ClientTools clientTools) {
        this.host = host;
        this.port = port;
        this.clientTools = clientTools;
    }

    /** Returns the server, started at the first call of this JVM. */
    public static synchronized TestPostgreSql server() {
        if (running == null) {
            running = onCitus()
                    ? onCoordinator()
                    : whyEmbedded().map(TestPostgreSql::startEmbedded).orElseGet(TestPostgreSql::startContainer);
        }
        return running;
    }

    /** Whether this run is given a Citus. */
    public static boolean onCitus() {
        return !CITUS.isEmpty();
    }

    /** Whether services of this run are to reach their databases through PgBouncer. */
    public static boolean behindPgBouncer() {
        return BEHIND_PGBOUNCER;
    }

    /** Returns the PgBouncer of this run, started at the first call of this JVM. */
    public static synchronized PgBouncer pgBouncer() {
        if (bouncer == null) {
            if (!PgBouncer.isInstalled()) {
                throw new IllegalStateException(
                        "-Dtest.pgbouncer needs the program pgbouncer on the PATH (Debian and Ubuntu: package"
                                + " pgbouncer)");
            }
            TestPostgreSql server = server();
            try {
                bouncer = PgBouncer.before(
                        InetSocketAddress.createUnresolved(server.host, server.port),
                        Files.createTempDirectory("pgbouncer"),
                        "*",
                        Map.of("max_client_conn", MAX_CONNECTIONS));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(bouncer::close));
            LOG.info("the service reaches PostgreSQL through PgBouncer");
        }
        return bouncer;
    }

    /** Returns the settings with which a service reaches that database of this server in this run. */
    public Map<String, String> settings(String databaseUrl) {
        return BEHIND_PGBOUNCER ? pgBouncer().settings(databaseUrl) : Map.of("DATABASE_URL", databaseUrl);
    }

    /** Whether that DATABASE_URL names this server, and not another one or what stands between. */
    boolean isAt(String databaseUrl) {
        return databaseUrl.contains("@" + host + ":" + port + "/");
    }

    /** Returns the DATABASE_URL of a new, empty database that no other test uses. */
    public String createDatabase() {
        // each class loader counts its own
        String name = "test_" + DATABASES.incrementAndGet() + "_"
                + ProcessHandle.current().pid() + "_" + Integer.toHexString(System.identityHashCode(DATABASES));
        try {
            if (onCitus()) {
                CitusCluster.createDatabase(CITUS, name);
                return url(name);
            }
            execute("postgres", "CREATE DATABASE " + name + " OWNER logikids");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the test database " + name, e);
        }
        return url(name);
    }

    /** Returns the DATABASE_URL of the named database on this server. */
    public String url(String database) {
        return "postgresql://logikids:development@" + host + ":" + port + "/" + database;
    }

    /** Returns psql and pg_dump for this server. */
    public ClientTools clientTools() {
        return clientTools;
    }

    /** Opens a JDBC connection as the superuser logikids to the database of that DATABASE_URL. */
    public static Connection connectTo(String databaseUrl) throws SQLException {
        URI uri = URI.create(databaseUrl);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(), "logikids", "development");
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = connectTo(url(database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static TestPostgreSql onCoordinator() {
        URI coordinator = URI.create(CITUS);
        LOG.info("tests run on Citus, with user_sync_data distributed");
        return new TestPostgreSql(
                coordinator.getHost(),
                coordinator.getPort(),
                ClientTools.onPath(coordinator.getHost(), coordinator.getPort()));
    }

    /** Why the embedded binaries, or nothing when a container can be used. */
    private static Optional<String> whyEmbedded() {
        String choice = System.getProperty("test.postgresql", "");
        if (!choice.isEmpty()) {
            return choice.equals("container") ? Optional.empty() : Optional.of("-Dtest.postgresql=" + choice);
        }
        if (!docker("image", "inspect", IMAGE)) {
            return Optional.of("no Docker daemon that has " + IMAGE);
        }
        boolean withoutReaper = "true".equals(System.getenv("TESTCONTAINERS_RYUK_DISABLED"));
        if (!withoutReaper && !docker("image", "inspect", REAPER)) {
            return Optional.of("Docker has no " + REAPER + ", and TESTCONTAINERS_RYUK_DISABLED is not true");
        }
        return Optional.empty();
    }

    /** Asks Docker with a limit: a daemon that hangs must not hang the tests, and nothing is ever pulled. */
    private static boolean docker(String... words) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        try {
            Process docker = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!docker.waitFor(5, TimeUnit.SECONDS)) {
                docker.destroyForcibly();
                return false;
            }
            return docker.exitValue() == 0;
        } catch (IOException noDocker) {
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
                .withTmpFs(Map.of("/var/lib/postgresql/data", "rw"))
                .withCommand(
                        "postgres",
                        "-c",
                        "fsync=off",
                        "-c",
                        "max_connections=" + MAX_CONNECTIONS,
                        "-c",
                        "shared_preload_libraries=" + STATEMENT_COUNTS,
                        "-c",
                        COMMIT_TIMES + "=on");
        container.start();
        LOG.infof("tests run on PostgreSQL in a container (%s)", IMAGE);
        return new TestPostgreSql(
                container.getHost(),
                container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                ClientTools.inside(container));
    }

    private static TestPostgreSql startEmbedded(String why) {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", MAX_CONNECTIONS)
                    .setServerConfig("shared_preload_libraries", STATEMENT_COUNTS)
                    .setServerConfig(COMMIT_TIMES, "on");
            String statementLog = System.getProperty(STATEMENT_LOG, "");
            if (!statementLog.isEmpty()) {
                builder.setServerConfig("logging_collector", "on")
                        .setServerConfig("log_destination", "jsonlog")
                        .setServerConfig(
                                "log_directory",
                                Path.of(statementLog).toAbsolutePath().toString())
                        .setServerConfig("log_file_mode", "0644")
                        .setServerConfig("log_statement", "all");
            }
            EmbeddedPostgres server = builder.start();
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE ROLE logikids LOGIN SUPERUSER PASSWORD 'development'");
            }
            LOG.infof("tests run on the embedded PostgreSQL binaries (%s)", why);
            return new TestPostgreSql("localhost", server.getPort(), ClientTools.onPath("localhost", server.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot set up the embedded PostgreSQL", e);
        }
    }
}
