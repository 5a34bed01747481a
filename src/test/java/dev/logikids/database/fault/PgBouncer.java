package dev.logikids.database.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** PgBouncer in transaction mode, before one server at a time. */
final class PgBouncer implements AutoCloseable {

    private final Path settings;
    private final int port = PostgreSqlServer.freePort();
    private final int poolSize;
    private Program program;

    private PgBouncer(Path folder, int poolSize) {
        this.settings = folder.resolve("pgbouncer.ini");
        this.poolSize = poolSize;
    }

    /** Starts it; skips the test when it is not installed. */
    static PgBouncer before(PostgreSqlServer server, Path folder, int poolSize) throws Exception {
        PgBouncer bouncer = new PgBouncer(folder, poolSize);
        Files.writeString(folder.resolve("users.txt"), "\"logikids\" \"development\"\n");
        bouncer.write(server);
        bouncer.start();
        return bouncer;
    }

    private void write(PostgreSqlServer server) throws IOException {
        Files.writeString(settings, """
                [databases]
                logikids = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = transaction
                default_pool_size = %d
                max_client_conn = 200
                server_tls_sslmode = prefer
                # both drivers send it
                ignore_startup_parameters = extra_float_digits
                # in place of the defaults 15 s, 15 s and 120 s, which are longer than a client of the service waits
                server_connect_timeout = 3
                server_login_retry = 1
                query_wait_timeout = 5
                """.formatted(
                        server.address().getPort(), port, settings.resolveSibling("users.txt"), poolSize));
    }

    void start() throws IOException {
        program = Program.start(settings.getParent(), port, "pgbouncer", settings.toString());
    }

    void kill() throws Exception {
        program.close();
    }

    /** From now on, new connections go to that server. */
    void leadTo(PostgreSqlServer server) throws Exception {
        write(server);
        program.signal("HUP");
    }

    /** As PAUSE on its console: each connection to the server is closed once its transaction has ended, and clients wait. */
    void pause() throws Exception {
        program.signal("USR1");
    }

    /** As RESUME on its console. */
    void resume() throws Exception {
        program.signal("USR2");
    }

    String databaseUrl() {
        return PostgreSqlServer.databaseUrl("127.0.0.1:" + port);
    }

    String output() throws IOException {
        return program.output();
    }

    @Override
    public void close() throws Exception {
        kill();
    }
}
