import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A service and the database that it uses: seeds the data, makes the requests, and takes turns. */
final class Target {

    /** Of each kind of item that a request uses up. */
    private static final int PER_SECOND = 8_000;

    /** Invites and tokens that pgbench uses again and again. */
    private static final int YARDSTICKS = 20_000;

    /** Blobs that go round in uploads; together below the 2 MB that Linux allows for arguments. */
    private static final int PGBENCH_BLOBS = 32;

    /** One argument holds at most 128 KB. */
    private static final int PGBENCH_PIECE = 125_000;

    /** Stands for the blob in a statement. */
    static final String BLOB = "{blob}";

    private static final long TIMESTAMP = 1_767_225_600_000L;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Service service;
    private final String database;
    private final PostgreSql postgreSql;
    private final Load load;
    private final Path folder;
    private final Map<String, Path> kept = new LinkedHashMap<>();
    private Optional<Path> prepared = Optional.empty();
    private final SplittableRandom starts = new SplittableRandom(5);
    // count through all targets of one database
    private static int serial;
    private static long uploads;

    Target(Service service, String database, PostgreSql postgreSql, Load load, Path folder) {
        this.service = service;
        this.database = database;
        this.postgreSql = postgreSql;
        this.load = load;
        this.folder = folder;
    }

    String name() {
        return service.name();
    }

    Service service() {
        return service;
    }

    String database() {
        return database;
    }

    /** Fills the database for a group; the schema is there. */
    void seed(Group group) {
        int pool = Math.min(group.users(), 1_024);
        Path blobs = folder.resolve("blobs");
        SplittableRandom random = new SplittableRandom(1);
        try (BufferedWriter out = Files.newBufferedWriter(blobs)) {
            for (int n = 0; n < pool; n++) {
                out.write(n + "\t" + group.blob(random) + "\n");
            }
        } catch (IOException e) {
            throw new Failure("cannot write " + blobs + ": " + e.getMessage());
        }
        postgreSql.sql(database, """
                -- keys are right as they are made, and a million of them are looked up for minutes
                SET session_replication_role = replica;
                CREATE TEMP TABLE pool (n int PRIMARY KEY, blob text);
                \\copy pool FROM '%s'
                INSERT INTO invite_codes (code, created_at, expires_at)
                SELECT '%2$s-' || n, 0, 4102444800000 FROM generate_series(1, %3$d) n;
                INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen)
                SELECT md5('%2$s-' || n)::uuid::text, '%2$s-' || n, 0, 0 FROM generate_series(1, %3$d) n;
                INSERT INTO user_sync_data (user_id, encrypted_blob, iv, "timestamp", checksum, blob_size)
                SELECT md5('%2$s-' || u)::uuid, substr(blob, 1 + u / %4$d) || left(blob, u / %4$d), 'ABCDEFGHIJKLMNOP', 1, repeat('0', 64), %5$d
                FROM generate_series(1, %3$d) u JOIN pool ON pool.n = u %% %4$d;
                """.formatted(blobs, group.prefix(), group.users(), pool, group.characters() / 4 * 3));
    }

    /** What pgbench uses for the calls that spend something. */
    void seedYardsticks(Group group) {
        postgreSql.sql(database, """
                INSERT INTO invite_codes (code, created_at, expires_at)
                SELECT 'YARDSTICK-' || n, 0, 4102444800000 FROM generate_series(1, %d) n;
                """.formatted(YARDSTICKS) + tokens("YARDSTICK", 1, YARDSTICKS, group));
    }

    /** Refresh tokens as they are stored: token i is the SHA-512 of {@code PREFIX-i} in hex, its row the SHA-256 of that. */
    static String tokens(String prefix, int from, int to, Group group) {
        return """
                SET session_replication_role = replica;
                INSERT INTO refresh_tokens (token, user_id, expires_at, created_at)
                SELECT 'sha256:' || encode(sha256(encode(sha512(('%s-' || i)::bytea), 'hex')::bytea), 'hex'),
                  md5('%s-' || 1 + i %% %d)::uuid::text, 4102444800000, (extract(epoch FROM now()) * 1000)::bigint
                FROM generate_series(%d, %d) i;
                """.formatted(prefix, group.prefix(), group.users(), from, to);
    }

    /** Makes the requests of the next turn before it. */
    void prepare(Call call, Group group, int seconds) {
        prepared = Optional.of(requests(call, group, seconds));
    }

    /** Sends one request of each kind. */
    void exercise(Group group) {
        SplittableRandom random = new SplittableRandom(5);
        for (Call call : Call.values()) {
            if (call.isSpent()) {
                serial++;
                provide(call, group, serial, serial);
            }
            probe(call, request(call, group, call.isSpent() ? serial : 0, random));
        }
    }

    /** One turn of wrk. */
    Turn turn(Call call, Group group, int seconds) {
        Path requests = prepared.orElseGet(() -> requests(call, group, seconds));
        prepared = Optional.empty();
        double start = call.isSpent() ? 0 : starts.nextDouble();
        return load.wrk(service, database, requests, start, call.isSpent(), seconds);
    }

    /** One turn of pgbench with the lean statement of the call. */
    Turn lean(Call call, Group group, int seconds) {
        return pgbench(call, group, call.lean(group), seconds);
    }

    /** One turn of pgbench with a statement that has the variables n, t and blob. */
    Turn pgbench(Call call, Group group, String statement, int seconds) {
        int range = call.isSpent() ? YARDSTICKS : group.users();
        String script = "\\set n random(1, " + range + ")\n\\set t random(1, 1000000000)\n" + statement;
        if (!call.isUpload()) {
            return load.pgbench(database, List.of(script), Map.of(), seconds);
        }
        Map<String, String> variables = new LinkedHashMap<>();
        List<String> scripts = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(2);
        if (group.characters() <= PGBENCH_PIECE) {
            for (int i = 0; i < Math.min(PGBENCH_BLOBS, 1_500_000 / group.characters()); i++) {
                variables.put("b" + i, group.blob(random));
                scripts.add(script.replace(BLOB, ":b" + i));
            }
        } else {
            // pieces in another order are another blob
            String blob = group.blob(random);
            List<String> pieces = new ArrayList<>();
            for (int at = 0; at < blob.length(); at += PGBENCH_PIECE) {
                pieces.add(":b" + pieces.size() + "::text");
                variables.put("b" + (pieces.size() - 1), blob.substring(at, Math.min(blob.length(), at + PGBENCH_PIECE)));
            }
            for (int i = 0; i < pieces.size(); i++) {
                Collections.rotate(pieces, 1);
                scripts.add(script.replace(BLOB, "concat(" + String.join(", ", pieces) + ")"));
            }
        }
        return load.pgbench(database, scripts, variables, seconds);
    }

    /** The service's own statement for a call, ready for {@link #pgbench}, if the call is one. */
    Optional<String> own(Call call, Group group) {
        if (call == Call.NOT_MODIFIED || call.isSpent()) {
            // the statement of the first may hold the entity tag of one user; the others are transactions
            return Optional.empty();
        }
        int n = 1;
        String blob = group.blob(new SplittableRandom(4));
        String id = "md5('" + group.prefix() + "-' || (:n)::text)::uuid";
        Map<String, String> values = Map.of(
                group.id(n), id, group.code(n), "'" + group.prefix() + "-' || (:n)::text", blob, BLOB, Long.toString(TIMESTAMP + uploads), ":t");
        return OwnStatement.of(postgreSql, database, () -> probe(call, request(call, group, 0, new SplittableRandom(4))), values);
    }

    /** The file of requests for a turn; those that only read are made once. */
    private Path requests(Call call, Group group, int seconds) {
        boolean fresh = call.isSpent() || call.isUpload() || call == Call.NOT_MODIFIED;
        String key = call.label + "-" + group.prefix();
        if (!fresh && kept.containsKey(key)) {
            return kept.get(key);
        }
        Path file = folder.resolve("requests-" + service.name().replaceAll("\\W", "-") + "-" + key);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            int count = count(call, group, seconds);
            // each turn begins with other users than the one before, which are in the caches
            int first = call.isUpload() ? starts.nextInt(group.users()) : 0;
            if (call.isSpent()) {
                first = serial + 1;
                serial += count + 1;
                provide(call, group, first, serial);
            }
            SplittableRandom random = new SplittableRandom(uploads);
            probe(call, request(call, group, first + count, random));
            for (int i = first; i < first + count; i++) {
                byte[] request = request(call, group, i, random).getBytes(StandardCharsets.ISO_8859_1);
                out.write((request.length + "\n").getBytes(StandardCharsets.US_ASCII));
                out.write(request);
            }
        } catch (IOException e) {
            throw new Failure("cannot write " + file + ": " + e.getMessage());
        }
        kept.put(key, file);
        return file;
    }

    /** Sends one request, because wrk takes every status below 400 for a success. */
    private void probe(Call call, String request) {
        String status = status(call, request);
        // a service that is still busy with the turn before says so
        for (int attempt = 0; attempt < 5 && status.startsWith("HTTP/1.1 503"); attempt++) {
            Pause.millis(2_000);
            status = status(call, request);
        }
        if (!status.startsWith("HTTP/1.1 " + call.status)) {
            throw new Failure(service.name() + " answers " + call.title + " with \"" + status + "\" and not with " + call.status);
        }
    }

    /** Sends requests one after the other, each of another user where there are that many. */
    void send(Call call, Group group, int times) {
        int first = serial + 1;
        serial += times;
        if (call.isSpent()) {
            provide(call, group, first, serial);
        }
        SplittableRandom random = new SplittableRandom(6);
        for (int i = first; i < first + times; i++) {
            probe(call, request(call, group, i, random));
        }
    }

    private String status(Call call, String request) {
        try (Socket socket = new Socket(service.base().getHost(), service.base().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String status = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)).readLine();
            return status == null ? "nothing" : status;
        } catch (IOException e) {
            throw new Failure(service.name() + " does not answer " + call.title + ": " + e.getMessage());
        }
    }

    private static int count(Call call, Group group, int seconds) {
        if (call.isSpent()) {
            return PER_SECOND * (seconds + 1);
        }
        // in at most 64 MB
        return call.isUpload()
                ? Math.min(Math.max(3 * group.users(), 48), 64_000_000 / group.characters())
                : Math.min(group.users(), 200_000);
    }

    private void provide(Call call, Group group, int from, int to) {
        if (call == Call.REFRESH) {
            postgreSql.sql(database, tokens("TOKEN", from, to, group));
        } else {
            postgreSql.sql(database, """
                    INSERT INTO invite_codes (code, created_at, expires_at)
                    SELECT 'NEW-' || i, 0, 4102444800000 FROM generate_series(%d, %d) i;
                    """.formatted(from, to));
        }
    }

    private String request(Call call, Group group, int i, SplittableRandom random) {
        // of an upload at least two of each user go round, so that none repeats what is stored
        int distinct = call.isUpload() ? Math.min(group.users(), count(call, group, 0) / 2) : group.users();
        // another user each time, in an order that is not that of the table
        int n = (int) (1 + (i % distinct * 7919L) % group.users());
        return switch (call) {
            case INVITE -> post("/api/invite/check", "{\"code\":\"%s\"}".formatted(group.code(n)));
            case ACCOUNT -> get("/api/auth/account", group, n, "");
            case VERIFY -> get("/api/auth/verify", group, n, "");
            case GET, GET_LARGE -> get("/api/sync/" + group.id(n), group, n, "");
            case NOT_MODIFIED -> get("/api/sync/" + group.id(n), group, n, "If-None-Match: " + etag(group, n) + "\r\n");
            case PUT, PUT_LARGE -> body("PUT", "/api/sync/" + group.id(n), authorization(group, n), """
                    {"encryptedBlob":"%s","iv":"ABCDEFGH%08d","timestamp":%d,"checksum":"%s"}"""
                    .formatted(group.blob(random), uploads % 100_000_000, TIMESTAMP + uploads++, "0".repeat(64)));
            case REGISTER -> post("/api/auth/register", "{\"userId\":\"%s\",\"inviteCode\":\"NEW-%d\"}".formatted(Group.uuid("NEW-" + i), i));
            case LOGIN -> post("/api/auth/login", "{\"userId\":\"%s\"}".formatted(group.id(n)));
            case REFRESH -> post("/api/auth/refresh", "{\"refreshToken\":\"%s\"}".formatted(Group.sha512("TOKEN-" + i)));
        };
    }

    private static String authorization(Group group, int n) {
        return "Authorization: Bearer " + group.accessToken(n) + "\r\n";
    }

    private static String get(String path, Group group, int n, String header) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + authorization(group, n) + header + "\r\n";
    }

    private static String post(String path, String body) {
        return body("POST", path, "", body);
    }

    private static String body(String method, String path, String header, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + header
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private String etag(Group group, int n) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.base() + "/api/sync/" + group.id(n)))
                .header("Authorization", "Bearer " + group.accessToken(n))
                .build();
        try {
            HttpResponse<Void> response = CLIENT.send(request, HttpResponse.BodyHandlers.discarding());
            return response.headers().firstValue("ETag").orElseThrow(() -> new Failure(service.name() + " answers GET sync with "
                    + response.statusCode() + " and no ETag"));
        } catch (IOException e) {
            throw new Failure(service.name() + " does not answer GET sync: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new Failure("interrupted");
        }
    }
}
