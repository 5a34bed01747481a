package dev.logikids.database.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.RawHttp;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send slowly, stop sending or vanish, against the packaged service: they take nothing from others for long. */
class SlowClientsIT {

    private static final int ROUNDS = 3;

    /** A place is taken from a sender that is silent for 5 s; without such senders an upload takes a fraction of it. */
    private static final Duration SOON = Duration.ofSeconds(4);

    private static final String LARGE = "Content-Type: application/json\r\nContent-Length: 70000\r\n";

    private static ServiceProcess service;
    private static URI uri;
    private static ApiClient api;
    private static Rows rows;

    @BeforeAll
    static void start() throws Exception {
        String database = TestPostgreSql.server().createDatabase();
        service = ServiceProcess.start(
                ServiceProcess.application(), Map.of("DATABASE_URL", database, "LOGIKIDS_SYNC_LIMIT_ENABLED", "false"));
        service.awaitStatus("/q/health/ready", 200);
        uri = service.uri();
        api = service.api();
        rows = new Rows(database);
        uploadIsStored(user());
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void strangersThatVanishGiveTheirPlacesBack(boolean reset) throws Exception {
        User user = user();
        for (int round = 0; round < ROUNDS; round++) {
            List<Socket> strangers = strangers(64);
            for (Socket stranger : strangers) {
                if (reset) {
                    RawHttp.reset(stranger);
                } else {
                    stranger.close();
                }
            }
            uploadIsStored(user);
            allPlacesOfStrangersAreFree();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64})
    void strangersThatStallTakeNothingFromCallers(int count) throws Exception {
        User user = user();
        for (int round = 0; round < ROUNDS; round++) {
            List<Socket> strangers = strangers(count);

            uploadIsStored(user);

            close(strangers);
            allPlacesOfStrangersAreFree();
        }
    }

    @RepeatedTest(ROUNDS)
    void aCallerThatStallsTakesNothingFromOthers() throws Exception {
        User stalling = user();
        User other = user();
        List<Socket> uploads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            uploads.add(RawHttp.begin(
                    uri,
                    "PUT /api/sync/" + stalling.id() + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                            + stalling.token() + "\r\n" + LARGE + "\r\n{"));
        }

        uploadIsStored(other);

        close(uploads);
        uploadIsStored(stalling);
        uploadIsStored(other);
    }

    @Test
    void aStrangerThatStallsLosesItsConnectionWithinSeconds() throws Exception {
        long start = System.nanoTime();
        List<Socket> strangers = strangers(2);

        for (Socket stranger : strangers) {
            awaitClosed(stranger);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        allPlacesOfStrangersAreFree();
    }

    @Test
    void aRequestHasTenSecondsToArriveAndAnIdleConnectionMore() throws Exception {
        String request = "GET /api/auth/verify HTTP/1.1\r\nHost: a\r\n\r\n";
        try (Socket idle = RawHttp.begin(uri, request);
                Socket second = RawHttp.begin(uri, request)) {
            readResponse(idle);
            readResponse(second);
            long start = System.nanoTime();
            List<Socket> halfOpen = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                halfOpen.add(RawHttp.begin(uri, i == 0 ? "" : "POST /api/invite/check HTTP/1.1\r\nHost: a\r\nX: y"));
            }
            second.getOutputStream().write(RawHttp.bytes("GET /api/auth/verify HTTP/1.1\r\nHos"));
            halfOpen.add(RawHttp.begin(
                    uri,
                    "POST /api/invite/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 4000\r\n\r\n{"));
            Socket dripping = halfOpen.get(1);
            CompletableFuture<Void> drip =
                    CompletableFuture.runAsync(() -> Patience.await().until(() -> {
                        try {
                            dripping.getOutputStream().write('y');
                            return false;
                        } catch (SocketException closed) {
                            return true;
                        }
                    }));

            awaitClosed(halfOpen.get(2));
            Duration soonest = Duration.ofNanos(System.nanoTime() - start);
            for (Socket connection : halfOpen) {
                awaitClosed(connection);
            }
            awaitClosed(second);
            drip.get(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS);
            Duration last = Duration.ofNanos(System.nanoTime() - start);

            assertThat(soonest).isGreaterThan(Duration.ofSeconds(9));
            assertThat(last).isLessThan(Duration.ofSeconds(20));
            idle.getOutputStream().write(RawHttp.bytes(request));
            readResponse(idle);
        }
    }

    /** As much as all connections together may leave unread would take minutes to fill on a large heap: one is enough to see. */
    @Test
    @Tag("exhaustive")
    void aClientThatDoesNotReadItsResponsesIsNotReadEither() throws Exception {
        byte[] requests = RawHttp.bytes("GET /api/auth/verify HTTP/1.1\r\nHost: a\r\n\r\n".repeat(8));
        long start = System.nanoTime();
        long sent = 0;
        try (Socket silent = new Socket()) {
            silent.setReceiveBufferSize(4096);
            silent.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            while (true) {
                silent.getOutputStream().write(requests);
                sent += requests.length;
            }
        } catch (SocketException closed) {
            assertThat(sent).isLessThan(20_000_000);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(29));
        }
    }

    @Test
    void aConnectionHasSixteenUnansweredRequestsAtMost() throws Exception {
        // answered by the database, so that they wait
        String request = "GET /api/status HTTP/1.1\r\nHost: a\r\n\r\n";
        String last = "GET /api/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

        assertThat(RawHttp.exchange(uri, RawHttp.bytes(request.repeat(15) + last))
                        .statuses())
                .hasSize(16)
                .containsOnly("200");
        assertThat(RawHttp.exchange(uri, RawHttp.bytes(request.repeat(2000))).closed())
                .isTrue();
    }

    /** Bodies above 4 KB are counted: a stranger may not send many of them at a time, however many connections it has. */
    @Test
    @Tag("exhaustive")
    void bodiesOfMiddleSizeOfStrangersAreNotReadWithoutBound() throws Exception {
        User user = user();
        String half =
                "POST /api/invite/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
                        + "x".repeat(50_000);
        List<Socket> strangers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            strangers.add(RawHttp.begin(uri, half));
        }

        uploadIsStored(user);

        // 36 of them have memory and lose it after 5 silent seconds; the others had to wait
        for (Socket stranger : strangers) {
            awaitClosed(stranger);
        }
        allPlacesOfStrangersAreFree();
    }

    private record User(String id, String token) {}

    private static User user() {
        String id = Rows.newUserId();
        return new User(
                id,
                api.post("/api/auth/register", ApiTest.registration(id, rows.invite()))
                        .text("accessToken"));
    }

    private static List<Socket> strangers(int count) throws IOException {
        List<Socket> strangers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            strangers.add(RawHttp.begin(uri, "POST /api/invite/check HTTP/1.1\r\nHost: a\r\n" + LARGE + "\r\n{"));
        }
        return strangers;
    }

    /** An upload of 1 MB. */
    private static void uploadIsStored(User user) {
        JsonObject upload = new JsonObject()
                .put("encryptedBlob", "QUJD".repeat(250_000))
                .put("iv", "AAAAAAAAAAAAAAAA")
                .put("timestamp", 1)
                .put("checksum", "a".repeat(64));
        long start = System.nanoTime();
        Answer answer = api.as(user.token()).put("/api/sync/" + user.id(), upload);

        assertThat(answer.whole()).isEqualTo("200 {\"success\":true}");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    private static void allPlacesOfStrangersAreFree() {
        JsonObject large = new JsonObject().put("code", "ABCD-EFGH").put("unknown", "x".repeat(70_000));
        long start = System.nanoTime();

        assertThat(ApiClient.atOnce(2, () -> api.postLater("/api/invite/check", large)))
                .allMatch(answer -> answer.status() == 200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    private static void close(List<Socket> connections) throws IOException {
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private static void readResponse(Socket connection) throws IOException {
        byte[] start = connection.getInputStream().readNBytes("HTTP/1.1 401".length());
        assertThat(new String(start, StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 401");
        while (connection.getInputStream().read() != '}') {
            // to the end of its body
        }
    }

    private static void awaitClosed(Socket connection) throws IOException {
        connection.setSoTimeout((int) Patience.LONGEST.toMillis());
        try {
            connection.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            // closed too
        }
    }
}
