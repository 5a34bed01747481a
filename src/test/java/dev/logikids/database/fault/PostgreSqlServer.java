package dev.logikids.database.fault;

import dev.logikids.database.testsupport.Program;
import dev.logikids.database.testsupport.SecuredPostgreSql;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL 16 of a test's own, from the embedded binaries, with TLS and passwords: to be stopped, killed and replaced. */
final class PostgreSqlServer implements AutoCloseable {

    private static final String LOGIN = "logikids:development";
    private static final String DATABASE = "logikids";

    /** The ways in which a server ends: two of pg_ctl, and SIGKILL for each of its processes. */
    enum Stop {
        FAST,
        IMMEDIATE,
        KILL
    }

    private final Path binaries;
    private final Path data;
    private final int port;

    private PostgreSqlServer(Path binaries, Path data, int port) {
        this.binaries = binaries;
        this.data = data;
        this.port = port;
    }

    /** Makes a server in that folder, which must not exist, and starts it. */
    static PostgreSqlServer create(Path folder) throws Exception {
        Path data = Files.createDirectories(folder).resolve("data");
        Path binaries;
        try (EmbeddedPostgres first = EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setCleanDataDirectory(false)
                        .start();
                Connection connection = first.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE logikids LOGIN SUPERUSER PASSWORD 'development'");
            statement.execute("CREATE DATABASE " + DATABASE + " OWNER logikids");
            // only the running process tells where the library has unpacked them
            binaries = Path.of(postmaster(data).orElseThrow().info().command().orElseThrow())
                    .getParent();
        }
        SecuredPostgreSql.writeCertificate(data, folder);
        Files.writeString(data.resolve("pg_hba.conf"), """
                host replication all 127.0.0.1/32 scram-sha-256
                host all         all 127.0.0.1/32 scram-sha-256
                """);
        append(data.resolve("postgresql.conf"), """
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                ssl = on
                max_connections = 60
                wal_receiver_status_interval = 1s
                wal_retrieve_retry_interval = 200ms
                """);
        PostgreSqlServer server = new PostgreSqlServer(binaries, data, Program.freePort());
        server.start();
        return server;
    }

    /** Makes a standby in that folder, which must not exist. From then on, this server confirms no commit without it. */
    PostgreSqlServer standby(Path folder) throws Exception {
        stop(Stop.FAST);
        copy(data, folder.resolve("data"));
        start();
        PostgreSqlServer standby = new PostgreSqlServer(binaries, folder.resolve("data"), Program.freePort());
        standby.follow(this);
        standby.start();
        execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
        execute("SELECT pg_reload_conf()");
        return standby;
    }

    /** Makes this stopped server a standby of the other one from its next start on. */
    void follow(PostgreSqlServer primary) throws IOException {
        Files.createFile(data.resolve("standby.signal"));
        append(data.resolve("postgresql.conf"), """
                primary_conninfo = 'host=127.0.0.1 port=%d user=logikids password=development'
                """.formatted(primary.port));
    }

    /** Makes each transaction read-only, as an operator does before another server takes over. */
    void fence() throws SQLException {
        execute("ALTER SYSTEM SET default_transaction_read_only = on");
        execute("SELECT pg_reload_conf()");
    }

    /** Makes this standby the primary. */
    void promote() throws Exception {
        run("promote");
    }

    void start() throws Exception {
        run("start", "-l", data.resolveSibling("log").toString(), "-o", "-p " + port);
    }

    void stop(Stop how) throws Exception {
        if (how != Stop.KILL) {
            run("stop", "-m", how.name().toLowerCase(Locale.ROOT));
            return;
        }
        ProcessHandle postmaster = postmaster(data).orElseThrow();
        List<ProcessHandle> processes =
                Stream.concat(Stream.of(postmaster), postmaster.children()).toList();
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : processes) {
            process.onExit().get(1, TimeUnit.MINUTES);
        }
    }

    boolean isRunning() throws IOException {
        return Files.exists(data.resolve("postmaster.pid"))
                && postmaster(data).map(ProcessHandle::isAlive).orElse(false);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    String databaseUrl() {
        return databaseUrl("127.0.0.1:" + port);
    }

    /** Returns the DATABASE_URL of this server and the other one. */
    String databaseUrl(PostgreSqlServer other) {
        return databaseUrl("127.0.0.1:" + port + ",127.0.0.1:" + other.port);
    }

    static String databaseUrl(String hosts) {
        return "postgresql://" + LOGIN + "@" + hosts + "/" + DATABASE;
    }

    /** Returns the one number that the query gives. */
    long number(String sql) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws Exception {
        if (isRunning()) {
            stop(Stop.IMMEDIATE);
        }
    }

    private void run(String command, String... words) throws Exception {
        List<String> line = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // PostgreSQL refuses to run as root
            line.addAll(List.of("unshare", "-U"));
        }
        line.addAll(List.of(binaries.resolve("pg_ctl").toString(), command, "-D", data.toString(), "-w"));
        line.addAll(List.of(words));
        Path output = data.resolveSibling(command + ".log");
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + Files.readString(output));
        }
    }

    private static Optional<ProcessHandle> postmaster(Path data) throws IOException {
        try (Stream<String> lines = Files.lines(data.resolve("postmaster.pid"))) {
            long pid = Long.parseLong(lines.findFirst().orElseThrow());
            return ProcessHandle.of(pid);
        }
    }

    private static void append(Path file, String lines) throws IOException {
        Files.writeString(file, lines, StandardOpenOption.APPEND);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                    Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file));
                } else {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
