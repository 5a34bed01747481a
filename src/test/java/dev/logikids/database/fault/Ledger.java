package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Clients that write as fast as they are answered and remember what was acknowledged: registrations that spend an invite,
 * uploads with If-Match that count up and are read again, refreshes. A call that gets 503, or 502 from a proxy, is
 * repeated until it is answered.
 */
final class Ledger {

    static final int CLIENTS = 6;

    private static final int INVITES = 10_000;
    /** Below what the service allows a user per hour, repeated calls included. */
    private static final int UPLOADS_PER_USER = 30;

    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);
    /** The grace of {@code logikids.tokens.grace}, with room for a slow machine. */
    private static final Duration GRACE = Duration.ofSeconds(28);

    private final ApiClient api;
    private final String invites =
            "L" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT) + "-";
    private final AtomicInteger nextInvite = new AtomicInteger();
    private final Queue<User> users = new ConcurrentLinkedQueue<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Void>> clients = new ArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final LongAccumulator longestCall = new LongAccumulator(Math::max, 0);
    private final Queue<Long> durations = new ConcurrentLinkedQueue<>();
    private final LongAccumulator lastBegin = new LongAccumulator(Math::max, System.nanoTime());
    private volatile boolean stopping;
    private volatile boolean answersMayBeLost;

    private Ledger(ApiClient api) {
        this.api = api;
    }

    /** Makes the invites in that database, of which the service is, and starts the clients. */
    static Ledger start(ApiClient api, String databaseUrl) throws SQLException {
        Ledger ledger = new Ledger(api);
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO invite_codes (code, created_at, expires_at) SELECT '" + ledger.invites
                    + "' || i, 1, 9000000000000 FROM generate_series(1, " + INVITES + ") i");
        }
        for (int i = 0; i < CLIENTS; i++) {
            ledger.clients.add(CompletableFuture.runAsync(ledger::write, task -> new Thread(task, "ledger").start()));
        }
        return ledger;
    }

    /** From now on a call without an answer is repeated like one that got 503: the process that had it may have been killed. */
    void expectLostAnswers() {
        answersMayBeLost = true;
    }

    int acknowledged() {
        return acknowledged.get();
    }

    /** How many calls got 503 or 502, or no answer. */
    int unavailable() {
        return unavailable.get();
    }

    Duration longestCall() {
        return Duration.ofNanos(longestCall.get());
    }

    /** How many calls were answered. */
    int answers() {
        return durations.size();
    }

    /** All but one of a hundred calls took no longer. */
    Duration p99() {
        List<Long> sorted = durations.stream().sorted().toList();
        return Duration.ofNanos(sorted.get(sorted.size() * 99 / 100));
    }

    /** Returns once that many more writes are acknowledged, or {@link #verify} will fail. */
    void awaitAcknowledged(int more) {
        int enough = acknowledged.get() + more;
        Patience.await().until(() -> acknowledged.get() >= enough || !violations.isEmpty());
    }

    /** Whether a write that began after that {@link System#nanoTime()} is acknowledged, or {@link #verify} will fail. */
    boolean acknowledgedAfter(long moment) {
        return lastBegin.get() - moment > 0 || !violations.isEmpty();
    }

    /** Lets each client end its call. */
    void stop() {
        stopping = true;
        clients.forEach(CompletableFuture::join);
    }

    private void write() {
        while (!stopping && violations.size() < 10) {
            User user = new User();
            users.add(user);
            user.live();
        }
    }

    /** Calls until there is an answer other than 503 and 502, or until the end of the test if there was none. */
    private Reply answered(Supplier<Answer> call) {
        long first = System.nanoTime();
        boolean repeated = false;
        while (true) {
            LockSupport.parkNanos((repeated ? PAUSE_AFTER_FAILURE : PAUSE).toNanos());
            if (repeated && stopping) {
                throw new WithoutAnswer();
            }
            long begin = System.nanoTime();
            try {
                Answer answer = call.get();
                long duration = System.nanoTime() - begin;
                longestCall.accumulate(duration);
                durations.add(duration);
                if (answer.status() != 503 && answer.status() != 502) {
                    Duration waited = Duration.ofNanos(System.nanoTime() - first);
                    return new Reply(answer, repeated, waited, begin);
                }
            } catch (CompletionException noAnswer) {
                // where the service does not end, this is as bad as a wrong answer
                if (!answersMayBeLost) {
                    throw violation("no answer: " + noAnswer.getCause());
                }
            }
            unavailable.incrementAndGet();
            repeated = true;
        }
    }

    /** An answer, whether the call had been made before, since when, and when the call began that was answered. */
    private record Reply(Answer answer, boolean repeated, Duration waited, long begin) {}

    private WithoutAnswer violation(String text) {
        violations.add(text);
        return new WithoutAnswer();
    }

    private static final class WithoutAnswer extends RuntimeException {}

    /** One client and what it was told. */
    private final class User {

        private final String id = Rows.newUserId();
        private final String invite = invites + nextInvite.incrementAndGet();
        private boolean registered;
        /** The number of the upload that was acknowledged last, and of the one that was sent last. */
        private int stored;

        private int sent;
        private String etag;
        private ApiClient client;
        private String refreshToken;
        private boolean refreshing;

        void live() {
            try {
                register();
                while (!stopping && stored < UPLOADS_PER_USER && upload()) {
                    if (stored % 5 == 0) {
                        refresh();
                    } else if (stored % 5 == 2) {
                        read();
                    }
                }
            } catch (WithoutAnswer end) {
                // what was sent last may have been done or not
            }
        }

        private void register() {
            Reply reply = answered(() -> api.post("/api/auth/register", ApiTest.registration(id, invite)));
            if (reply.answer.status() == 409 && reply.repeated) {
                registered = true;
                logIn();
            } else {
                accept(reply, 201);
                registered = true;
            }
        }

        private void logIn() {
            accept(answered(() -> api.post("/api/auth/login", new JsonObject().put("userId", id))), 200);
        }

        /** Returns false when the user has made all the calls of an hour. */
        private boolean upload() {
            sent = stored + 1;
            Reply reply = answered(() -> stored == 0
                    ? client.with("If-None-Match", "*").put("/api/sync/" + id, blob(sent))
                    : client.with("If-Match", etag).put("/api/sync/" + id, blob(sent)));
            switch (reply.answer.status()) {
                case 200 -> {
                    etag = reply.answer.header("ETag");
                    stored = sent;
                    acknowledge(reply);
                }
                case 429 -> {
                    return false;
                }
                case 412 -> {
                    Answer found = answered(() -> client.get("/api/sync/" + id)).answer;
                    if (stored > 0
                            || !reply.repeated
                            || !found.body().contains(blob(sent).getString("checksum"))) {
                        throw violation("upload " + sent + " after " + stored + ": 412, then " + found.whole());
                    }
                    etag = found.header("ETag");
                    stored = sent;
                }
                case 401 -> logInAfterExpiry(reply);
                default -> throw violation("upload: " + reply);
            }
            return true;
        }

        private void read() {
            Reply reply = answered(() -> client.get("/api/sync/" + id));
            int status = reply.answer.status();
            if (status == 401) {
                logInAfterExpiry(reply);
            } else if (status != 429
                    && !reply.answer.body().contains(blob(stored).getString("checksum"))) {
                throw violation("read after upload " + stored + ": " + reply);
            }
        }

        private void refresh() {
            refreshing = true;
            Reply reply = answered(() -> api.post("/api/auth/refresh", ApiTest.token(refreshToken)));
            if (reply.answer.status() == 401 && reply.repeated && reply.waited.compareTo(GRACE) > 0) {
                logIn();
            } else {
                accept(reply, 200);
            }
            refreshing = false;
        }

        private void logInAfterExpiry(Reply reply) {
            if (!reply.answer.body().contains("Token expired")) {
                throw violation("upload: " + reply);
            }
            logIn();
        }

        private void accept(Reply reply, int status) {
            if (reply.answer.status() != status) {
                throw violation("instead of " + status + ": " + reply);
            }
            client = api.as(reply.answer.text("accessToken"));
            refreshToken = reply.answer.text("refreshToken");
            acknowledge(reply);
        }

        private void acknowledge(Reply reply) {
            acknowledged.incrementAndGet();
            lastBegin.accumulate(reply.begin);
        }

        /** Compares what the database has with what this user was told. */
        void verify(Row row, Map<String, Boolean> tokens) {
            boolean all = id.equals(row.usedBy) && id.equals(row.userId) && row.tokens > 0;
            boolean nothing = row.usedBy == null && row.userId == null && row.tokens == 0;
            assertThat(all || (nothing && !registered))
                    .as("registered %s: %s", registered, row)
                    .isTrue();
            assertThat(row.number).as("upload").isBetween(stored, sent);
            if (row.number > 0) {
                JsonObject blob = blob(row.number);
                assertThat(row.version).as("how often it was written").isEqualTo(row.number);
                assertThat(row.blob).isEqualTo(blob.getString("encryptedBlob"));
                assertThat(row.checksum).isEqualTo(blob.getString("checksum"));
            }
            if (refreshToken != null) {
                Boolean live = tokens.get(hash(refreshToken));
                assertThat(live).as("the token is stored").isNotNull();
                assertThat(live || refreshing).as("the token is good").isTrue();
            }
        }
    }

    /** What the database has of one invite. */
    private record Row(
            String usedBy, String userId, int tokens, int number, int version, String blob, String checksum) {}

    /**
     * Fails when an acknowledged write is not in the database, a write is there in part, an upload was written twice, or
     * the service gave an answer that it must not give.
     */
    void verify(String databaseUrl) throws SQLException {
        assertThat(violations).isEmpty();
        Map<String, Row> rows = new HashMap<>();
        Map<String, Boolean> tokens = new HashMap<>();
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            ResultSet found = statement.executeQuery("""
                    SELECT code, used_by, a.user_id, (SELECT count(*) FROM refresh_tokens WHERE user_id = a.user_id),
                      coalesce("timestamp", 0), coalesce(version, 0), encrypted_blob, checksum
                    FROM invite_codes LEFT JOIN user_accounts a ON invite_code = code
                    LEFT JOIN user_sync_data s ON s.user_id::text = a.user_id
                    WHERE code LIKE '%s%%'""".formatted(invites));
            while (found.next()) {
                Row row = new Row(
                        found.getString(2),
                        found.getString(3),
                        found.getInt(4),
                        found.getInt(5),
                        found.getInt(6),
                        found.getString(7),
                        found.getString(8));
                assertThat(rows.put(found.getString(1), row))
                        .as("a second account")
                        .isNull();
            }
            found = statement.executeQuery("""
                    SELECT token, NOT t.revoked, count(*) FILTER (WHERE NOT t.revoked) OVER (PARTITION BY coalesce(family_id, t.id))
                    FROM refresh_tokens t JOIN user_accounts USING (user_id) WHERE invite_code LIKE '%s%%'""".formatted(invites));
            while (found.next()) {
                tokens.put(found.getString(1), found.getBoolean(2));
                assertThat(found.getInt(3)).as("live tokens of a session").isEqualTo(1);
            }
        }
        users.forEach(user -> user.verify(rows.get(user.invite), tokens));
    }

    /** Some 2 KB that belong to that number alone. */
    private static JsonObject blob(int number) {
        return new JsonObject()
                .put("encryptedBlob", String.format("%04d", number).repeat(500))
                .put("iv", String.format("%016d", number))
                .put("timestamp", number)
                .put("checksum", String.format("%064d", number));
    }

    private static String hash(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
