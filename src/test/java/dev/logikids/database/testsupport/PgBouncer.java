package dev.logikids.database.testsupport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** PgBouncer before one server at a time, with the settings that docker/README.md gives. */
public final class PgBouncer implements AutoCloseable {

    private static final Path OPERATION = Path.of("docker", "README.md");

    private final Path settings;
    private final int port = Program.freePort();
    private final String databases;
    private final Map<String, String> changes;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private Program program;

    /** Stays open: SUSPEND takes no new ones, and ends with the one that asked for it. */
    private PgConnection console;

    private PgBouncer(Path folder, String databases, Map<String, String> changes) {
        this.settings = folder.resolve("pgbouncer.ini");
        this.databases = databases;
        this.changes = changes;
    }

    /**
     * Starts it for the database {@code logikids}; skips the test when it is not installed.
     *
     * @param changes to the settings of docker/README.md
     */
    public static PgBouncer before(InetSocketAddress server, Path folder, Map<String, String> changes)
            throws IOException {
        return before(server, folder, "logikids", changes);
    }

    /**
     * As {@link #before(InetSocketAddress, Path, Map)}, for other databases.
     *
     * @param databases the name of one, or * for all
     */
    static PgBouncer before(InetSocketAddress server, Path folder, String databases, Map<String, String> changes)
            throws IOException {
        PgBouncer bouncer = new PgBouncer(folder, databases, changes);
        Files.writeString(folder.resolve("users.txt"), "\"logikids\" \"development\"\n");
        bouncer.write(server);
        bouncer.start();
        return bouncer;
    }

    /** Whether it can be started here. */
    static boolean isInstalled() {
        return Program.find("pgbouncer").isPresent();
    }

    private void write(InetSocketAddress server) throws IOException {
        String operation = Files.readString(OPERATION);
        int start = operation.indexOf("[databases]\n");
        StringBuilder text = new StringBuilder(operation
                .substring(start, operation.indexOf("```", start))
                .replaceFirst(
                        "logikids = host=PRIMARY port=5432",
                        databases + " = host=" + server.getHostString() + " port=" + server.getPort()));
        // the last one of a name counts
        text.append("listen_addr = 127.0.0.1\nunix_socket_dir =\nlisten_port = ")
                .append(port)
                .append("\nauth_file = ")
                .append(settings.resolveSibling("users.txt"))
                .append("\nadmin_users = logikids\n");
        changes.forEach(
                (name, value) -> text.append(name).append(" = ").append(value).append('\n'));
        Files.writeString(settings, text);
    }

    public void start() throws IOException {
        program = Program.start(settings.getParent(), port, "pgbouncer", settings.toString());
    }

    public synchronized void kill() {
        program.close();
        console = null;
    }

    /** From now on, new connections go to that server. */
    public void leadTo(InetSocketAddress server) throws IOException {
        write(server);
        command("RELOAD");
    }

    /** Gives a command on its console; returns once it is carried out. */
    public void command(String command) {
        ask(command);
    }

    /** Returns how many transactions clients have had in that database. */
    public long transactions(String database) {
        for (Row row : ask("SHOW STATS")) {
            if (row.getString("database").equals(database)) {
                return ((Number) row.getValue("total_xact_count")).longValue();
            }
        }
        return 0;
    }

    /** Returns the process ids of PostgreSQL behind its connections. */
    Set<String> serverProcesses() {
        Set<String> ids = new HashSet<>();
        ask("SHOW SERVERS").forEach(row -> ids.add(row.getValue("remote_pid").toString()));
        return ids;
    }

    private synchronized RowSet<Row> ask(String words) {
        if (console == null) {
            PgConnectOptions options = new PgConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setDatabase("pgbouncer")
                    .setUser("logikids")
                    .setPassword("development");
            console = answered(PgConnection.connect(vertx, options));
        }
        return answered(console.query(words).execute());
    }

    private static <T> T answered(Future<T> answer) {
        return answer.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** A connection through it to a database. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, "logikids", "development");
    }

    /** Returns that DATABASE_URL with the address of PgBouncer. */
    public String through(String databaseUrl) {
        return "postgresql://logikids:development@127.0.0.1:" + port
                + URI.create(databaseUrl).getPath();
    }

    /** Returns what docker/README.md tells an operator to set for a service behind PgBouncer: variables or properties. */
    public Map<String, String> settings(String databaseUrl) {
        return Map.of(
                "DATABASE_URL",
                through(databaseUrl),
                "MIGRATION_DATABASE_URL",
                databaseUrl,
                // the name LOGIKIDS_POOL_PGBOUNCER counts in an environment only, this one everywhere
                "logikids.pool.pgbouncer",
                "true");
    }

    public String output() throws IOException {
        return program.output();
    }

    @Override
    public void close() {
        kill();
        answered(vertx.close());
    }
}
