package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.RawHttp;
import dev.logikids.database.testsupport.Rows;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that do what those of {@link Ledger} do not, and repeat nothing: invite checks, logins, conditional reads, uploads of
 * 1 MB, uploads and downloads that take 8 s, and a connection that is used again after some seconds. Each must be answered.
 */
final class Visitors {

    private static final int LARGE = 1_000_000;
    private static final Duration SLOW = Duration.ofSeconds(8);
    private static final int PARTS = 40;
    /** Below what the service allows a user per hour. */
    private static final int CALLS_PER_USER = 30;

    private static final String CHECKSUM = "0".repeat(64);

    private final ApiClient api;
    private final URI uri;
    private final Rows rows;
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final List<CompletableFuture<Void>> visitors = new ArrayList<>();
    private volatile boolean stopping;

    private Visitors(URI uri, String databaseUrl) {
        this.uri = uri;
        this.api = new ApiClient(uri.toString());
        this.rows = new Rows(databaseUrl);
    }

    /** Starts them at the proxy at that address, before replicas on that database. */
    static Visitors start(URI proxy, String databaseUrl) {
        Visitors started = new Visitors(proxy, databaseUrl);
        started.each("look", started::look);
        started.each("large upload", started::uploadLarge);
        // begun one after the other: at every moment of a restart one is in the middle of its body
        for (int i = 0; i < 4; i++) {
            Duration after = SLOW.dividedBy(4).multipliedBy(i);
            started.each("slow upload", pausedOnce(after, started::uploadSlowly));
        }
        started.each("slow download", started::downloadSlowly);
        started.each("kept connection", started::useAgain);
        return started;
    }

    private static Callable<Void> pausedOnce(Duration pause, Callable<Void> visit) {
        boolean[] paused = {false};
        return () -> {
            if (!paused[0]) {
                paused[0] = true;
                LockSupport.parkNanos(pause.toNanos());
            }
            return visit.call();
        };
    }

    private void each(String kind, Callable<Void> visit) {
        answers.put(kind, new AtomicInteger());
        visitors.add(CompletableFuture.runAsync(
                () -> {
                    while (!stopping && violations.size() < 10) {
                        try {
                            visit.call();
                        } catch (Exception | AssertionError e) {
                            violations.add(kind + ": " + e);
                        }
                    }
                },
                task -> new Thread(task, kind).start()));
    }

    /** Lets each end its visit. */
    void stop() {
        stopping = true;
        visitors.forEach(CompletableFuture::join);
    }

    /** Returns once that many more slow uploads are stored, or {@link #verify} will fail. */
    void awaitSlowUploads(int more) {
        int enough = answers.get("slow upload").get() + more;
        Patience.await().until(() -> answers.get("slow upload").get() >= enough || !violations.isEmpty());
    }

    /** Fails when a call was not answered as it should. */
    void verify() {
        assertThat(violations).isEmpty();
        assertThat(answers.values()).allSatisfy(count -> assertThat(count).hasPositiveValue());
    }

    /** How many calls of each kind were answered. */
    @Override
    public String toString() {
        return new TreeMap<>(answers).toString();
    }

    private record Session(String userId, String accessToken) {

        String path() {
            return "/api/sync/" + userId;
        }
    }

    private Session register() {
        String userId = Rows.newUserId();
        Answer answer = accept(201, api.post("/api/auth/register", ApiTest.registration(userId, rows.invite())));
        return new Session(userId, answer.text("accessToken"));
    }

    private static Answer accept(int status, Answer answer) {
        assertThat(answer.status()).as(answer::whole).isEqualTo(status);
        return answer;
    }

    private void answered(String kind) {
        answers.get(kind).incrementAndGet();
    }

    private Void look() {
        Session session = register();
        ApiClient client = api.as(session.accessToken);
        String invite = rows.invite();
        String tag = accept(200, client.put(session.path(), blob(2_000))).header("ETag");
        for (int i = 0; i < CALLS_PER_USER && !stopping; i++) {
            accept(200, api.post("/api/invite/check", new JsonObject().put("code", invite)));
            accept(200, api.post("/api/auth/login", new JsonObject().put("userId", session.userId)));
            accept(304, client.with("If-None-Match", tag).get(session.path()));
            answered("look");
        }
        return null;
    }

    private Void uploadLarge() {
        Session session = register();
        ApiClient client = api.as(session.accessToken);
        for (int i = 0; i < CALLS_PER_USER && !stopping; i++) {
            accept(200, client.put(session.path(), blob(LARGE)));
            answered("large upload");
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        return null;
    }

    private Void uploadSlowly() throws IOException {
        Session session = register();
        byte[] body = blob(200_000).encode().getBytes(StandardCharsets.ISO_8859_1);
        try (Socket connection = RawHttp.begin(
                uri,
                head("PUT", session) + "Content-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + body.length + "\r\n\r\n")) {
            connection.setSoTimeout((int) Patience.LONGEST.toMillis());
            int part = body.length / PARTS + 1;
            for (int from = 0; from < body.length; from += part) {
                connection.getOutputStream().write(body, from, Math.min(part, body.length - from));
                LockSupport.parkNanos(SLOW.dividedBy(PARTS).toNanos());
            }
            String answer = new String(connection.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
        }
        accept(200, api.as(session.accessToken).get(session.path()));
        answered("slow upload");
        return null;
    }

    private Void downloadSlowly() throws IOException {
        Session session = register();
        accept(200, api.as(session.accessToken).put(session.path(), blob(LARGE)));
        try (Socket connection = new Socket()) {
            // so that the service cannot pass on all of it before the client reads
            connection.setReceiveBufferSize(16_384);
            connection.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            connection.getOutputStream().write(RawHttp.bytes(head("GET", session) + "Connection: close\r\n\r\n"));
            int read = 0;
            InputStream in = connection.getInputStream();
            for (byte[] part = in.readNBytes(LARGE / PARTS); part.length > 0; part = in.readNBytes(LARGE / PARTS)) {
                read += part.length;
                LockSupport.parkNanos(SLOW.dividedBy(PARTS).toNanos());
            }
            assertThat(read).as("bytes of a download").isGreaterThan(LARGE);
        }
        answered("slow download");
        return null;
    }

    private Void useAgain() throws IOException {
        Session session = register();
        accept(200, api.as(session.accessToken).put(session.path(), blob(2)));
        try (Socket connection = new Socket(uri.getHost(), uri.getPort())) {
            connection.setSoTimeout((int) Patience.LONGEST.toMillis());
            for (int i = 0; i < CALLS_PER_USER && !stopping; i++) {
                connection.getOutputStream().write(RawHttp.bytes(head("HEAD", session) + "\r\n"));
                StringBuilder answer = new StringBuilder();
                while (answer.indexOf("\r\n\r\n") < 0) {
                    int next = connection.getInputStream().read();
                    assertThat(next).as("closed after " + answer).isNotNegative();
                    answer.append((char) next);
                }
                assertThat(answer).startsWith("HTTP/1.1 200 ");
                answered("kept connection");
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }
        return null;
    }

    private static String head(String method, Session session) {
        return method + " " + session.path() + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + session.accessToken + "\r\n";
    }

    private static JsonObject blob(int characters) {
        return new JsonObject()
                .put("encryptedBlob", "A".repeat(characters))
                .put("iv", "0".repeat(16))
                .put("timestamp", 1)
                .put("checksum", CHECKSUM);
    }
}
