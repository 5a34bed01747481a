package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Clients that upload for users with random ids and read each upload at once, as fast as they are answered. A call that gets 503
 * is repeated; any other unexpected answer, a read that does not have the last upload among them, is a violation.
 */
final class SyncLoad implements AutoCloseable {

    private static final int CLIENTS = 6;
    private static final int USERS_PER_CLIENT = 40;

    private final ApiClient api;
    private final List<User> users = new ArrayList<>();
    private final List<CompletableFuture<Void>> clients = new ArrayList<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final AtomicInteger uploads = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile boolean stopping;

    private SyncLoad(ApiClient api) {
        this.api = api;
    }

    /** Registers the users at the service, which is of that database, and starts the clients. */
    static SyncLoad start(ApiClient api, String databaseUrl) throws SQLException {
        SyncLoad load = new SyncLoad(api);
        String invites = "S" + UUID.randomUUID() + "-";
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO invite_codes (code, created_at, expires_at) SELECT upper('" + invites
                    + "') || i, 1, 9000000000000 FROM generate_series(1, " + CLIENTS * USERS_PER_CLIENT + ") i");
        }
        for (int i = 1; i <= CLIENTS * USERS_PER_CLIENT; i++) {
            String id = Rows.newUserId();
            Answer session =
                    api.post("/api/auth/register", ApiTest.registration(id, (invites + i).toUpperCase(Locale.ROOT)));
            assertThat(session.status()).isEqualTo(201);
            load.users.add(load.new User(id, api.as(session.text("accessToken"))));
        }
        for (int i = 0; i < CLIENTS; i++) {
            List<User> own = load.users.subList(i * USERS_PER_CLIENT, (i + 1) * USERS_PER_CLIENT);
            load.clients.add(
                    CompletableFuture.runAsync(() -> load.work(own), task -> new Thread(task, "load").start()));
        }
        return load;
    }

    private void work(List<User> own) {
        while (!stopping && violations.size() < 20) {
            own.get(ThreadLocalRandom.current().nextInt(own.size())).turn();
        }
    }

    /** Returns once that many more uploads are acknowledged, or {@link #verify} will fail. */
    void awaitUploads(int more) {
        int enough = uploads.get() + more;
        Patience.await().until(() -> uploads.get() >= enough || !violations.isEmpty());
    }

    int uploads() {
        return uploads.get();
    }

    int reads() {
        return reads.get();
    }

    /** How many calls got 503. */
    int unavailable() {
        return unavailable.get();
    }

    /** Lets each client end its call. */
    @Override
    public void close() {
        stopping = true;
        clients.forEach(CompletableFuture::join);
    }

    /** Fails when there was a violation, or when the service or the database does not have an acknowledged upload. */
    void verify(String databaseUrl) throws SQLException {
        assertThat(violations).isEmpty();
        Rows rows = new Rows(databaseUrl);
        for (User user : users) {
            if (user.stored > 0) {
                assertThat(rows.texts("SELECT encrypted_blob FROM user_sync_data WHERE user_id = ?::uuid", user.id))
                        .hasSize(1)
                        .first()
                        .isIn(user.blob(user.stored), user.blob(user.sent));
            }
        }
    }

    private final class User {

        private final String id;
        private final ApiClient client;
        private int sent;
        private int stored;

        User(String id, ApiClient client) {
            this.id = id;
            this.client = client;
        }

        String blob(int number) {
            return ("%08d".formatted(number)).repeat(250);
        }

        void turn() {
            sent = stored + 1;
            JsonObject upload = new JsonObject()
                    .put("encryptedBlob", blob(sent))
                    .put("iv", "AAAAAAAAAAAAAAAA")
                    .put("timestamp", sent)
                    .put("checksum", "a".repeat(64));
            ApiClient writer = sent % 3 == 0 ? client.with("If-None-Match", "\"another\"") : client;
            Optional<Answer> written = answered(() -> writer.put("/api/sync/" + id, upload));
            if (written.isEmpty()) {
                return;
            }
            if (written.get().status() != 200) {
                violations.add("upload " + sent + ": " + written.get().whole());
                return;
            }
            stored = sent;
            uploads.incrementAndGet();
            answered(() -> client.get("/api/sync/" + id)).ifPresent(this::check);
        }

        private void check(Answer read) {
            reads.incrementAndGet();
            if (!read.body().contains(blob(stored))) {
                violations.add("read after upload " + stored + ": " + read.whole());
            }
        }
    }

    /** Returns the first answer other than 503, or nothing if there was none until the end. */
    private Optional<Answer> answered(Supplier<Answer> call) {
        while (true) {
            Answer answer = call.get();
            if (answer.status() != 503) {
                return Optional.of(answer);
            }
            unavailable.incrementAndGet();
            if (stopping) {
                return Optional.empty();
            }
        }
    }
}
