package dev.logikids.database.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.MovableClock;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each test has limits, counts and a clock of its own: the bean with other settings. */
@QuarkusTest
class FailedAttemptsTest extends ApiTest {

    private static final int LIMIT = 3;
    private static final int CEILING = 7;
    private static final String TOO_MANY = "429 Too many failed attempts. Please try again later.";

    @Inject
    Database database;

    @Inject
    Vertx vertx;

    private final byte[] secret = Rows.newUserId().getBytes(StandardCharsets.US_ASCII);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final MovableClock clock = new MovableClock(Instant.ofEpochSecond(1_800_000_000));

    @BeforeEach
    void smallLimits() {
        install(new Settings(true, LIMIT, CEILING));
    }

    private void install(Settings settings) {
        QuarkusMock.installMockForType(
                new FailedAttempts(settings, new ClientAddresses(settings), counts(), clock, metrics),
                FailedAttempts.class);
    }

    /** No other test has the key, so none has these windows. */
    private SharedCounts counts() {
        return new SharedCounts(database, new KeyedHash(() -> secret), vertx);
    }

    /** Lets time pass, for the service and for the database. */
    private void pass(Duration time) {
        clock.advance(time);
        rows.run("UPDATE rate_limits SET ends_at = ends_at - " + time.toMillis() + " * interval '1 ms'");
    }

    @Test
    void pastTheLimitARightCodeIsAnsweredAsAWrongOne() {
        String code = rows.invite();
        Answer entry = registered();
        useUp(from("192.0.2.1"));

        for (Answer answer : invites(from("192.0.2.1"), code)) {
            assertThat(answer.error()).isEqualTo(TOO_MANY);
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(3_500, 3_600);
        }
        assertThat(invites(from("192.0.2.1"), "NONE-SUCH"))
                .extracting(Answer::error)
                .containsOnly(TOO_MANY);
        assertThat(rows.number("SELECT count(*) FROM invite_codes WHERE code = ? AND used_by IS NULL", code))
                .isEqualTo(1);
        ApiClient signedIn = from("192.0.2.1").as(entry.text("accessToken"));
        assertThat(signedIn.get("/api/auth/account").status()).isEqualTo(200);
        assertThat(signedIn.put("/api/sync/" + userId(entry), upload()).status())
                .isEqualTo(200);
        assertThat(from("192.0.2.2")
                        .post("/api/invite/check", code(code))
                        .json()
                        .getBoolean("valid"))
                .isTrue();
    }

    @Test
    void pastTheLimitRightIdsAndTokensSucceedAndWrongOnesDoNot() {
        Answer entry = registered();
        ApiClient client = from("192.0.2.1");
        useUp(client);

        Answer refreshed = client.post("/api/auth/refresh", token(entry.text("refreshToken")));
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(client.post("/api/auth/login", user(userId(entry))).status()).isEqualTo(200);
        for (String path : List.of("/api/auth/refresh", "/api/api/auth/refresh")) {
            assertThat(client.post(path, token("x")).error()).isEqualTo(TOO_MANY);
        }
        assertThat(client.post("/api/auth/login", user(Rows.newUserId())).error())
                .isEqualTo(TOO_MANY);
        assertThat(client.post("/api/auth/logout", token("x")).status()).isEqualTo(200);
    }

    @Test
    void everyKindOfFailureCountsInOneWindow() {
        ApiClient client = from("192.0.2.1");
        assertThat(client.post("/api/auth/login", user(Rows.newUserId())).error())
                .isEqualTo("404 Account not found");
        pass(Duration.ofSeconds(1_000));
        assertThat(client.post("/api/auth/refresh", token("x")).error()).isEqualTo("401 Invalid refresh token");
        assertThat(client.post("/api/auth/register", registration(Rows.newUserId(), "NONE-SUCH"))
                        .error())
                .isEqualTo("404 Invite code not found");
        pass(Duration.ofSeconds(2_500));

        Answer limited = client.post("/api/invite/check", code(rows.invite()));
        assertThat(limited.error()).isEqualTo(TOO_MANY);
        assertThat(Integer.parseInt(limited.header("Retry-After"))).isBetween(1, 100);
        assertThat(counter("failed")).isEqualTo(3);
        assertThat(limited("address")).isEqualTo(1);

        pass(Duration.ofSeconds(100));
        useUp(client);
    }

    @Test
    void onlyFailuresCount() {
        ApiClient client = from("192.0.2.1");
        Answer entry = registered();
        for (int i = 0; i < 3 * LIMIT; i++) {
            client.post("/api/invite/check", code(rows.invite()));
            client.post("/api/invite/validate", code(rows.invite()));
            client.post("/api/auth/login", user(userId(entry)));
            // the code is not looked at: the account exists
            client.post("/api/auth/register", registration(userId(entry), "NONE-SUCH"));
            client.post("/api/auth/register", registration("no uuid", "NONE-SUCH"));
            client.post("/api/invite/check", code(""));
            client.post("/api/auth/refresh", new JsonObject());
            client.postText("/api/invite/check", "application/json", "{");
        }
        assertThat(counter("failed")).isZero();
        assertThat(limited("address") + limited("ceiling")).isZero();
        useUp(client);
    }

    @Test
    void guessesAtTheSameTimeGetNoMoreAnswers() {
        ApiClient client = from("192.0.2.1");
        List<Answer> answers = ApiClient.atOnce(
                100, () -> client.postLater("/api/auth/register", registration(Rows.newUserId(), "NONE-SUCH")));

        assertThat(answers).filteredOn(answer -> answer.status() != 429).hasSize(LIMIT);
        assertThat(counter("failed")).isEqualTo(LIMIT);
    }

    @Test
    void wrongLoginsAtTheSameTimeGetNoMoreAnswers() {
        ApiClient client = from("192.0.2.1");
        List<Answer> answers = ApiClient.atOnce(100, () -> client.postLater("/api/auth/login", user(Rows.newUserId())));

        assertThat(answers).filteredOn(answer -> answer.status() != 429).hasSize(LIMIT);
    }

    @Test
    void theDatabaseIsNotAskedPastTheLimitAndItsFailuresDoNotCount() throws Exception {
        ApiClient client = from("192.0.2.1");
        try (Connection connection = rows.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE invite_codes");

            assertThat(ApiClient.atOnce(LIMIT, () -> client.postLater("/api/invite/check", code("NONE-SUCH"))))
                    .extracting(Answer::status)
                    .containsOnly(503);
            for (int i = 0; i < LIMIT; i++) {
                client.post("/api/auth/refresh", token("x"));
            }
            assertThat(client.post("/api/invite/check", code("NONE-SUCH")).error())
                    .isEqualTo(TOO_MANY);
            connection.rollback();
        }
    }

    @Test
    void wrongCodesOfAllAddressesReachTheCeiling() {
        Answer entry = registered();
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Listener(logged);
        Logger logger = Logger.getLogger(FailedAttempts.class.getName());
        logger.addHandler(handler);
        try {
            // neither an id nor a token is a code
            for (int i = 0; i < 2 * CEILING; i++) {
                from("198.51.100." + i).post("/api/auth/login", user(Rows.newUserId()));
            }
            for (int i = 0; i < CEILING; i++) {
                assertThat(from("192.0.2." + i)
                                .post("/api/invite/check", code("NONE-SUCH"))
                                .status())
                        .isEqualTo(200);
            }
            pass(Duration.ofMinutes(30));
            for (Answer answer : invites(from("203.0.113.1"), rows.invite())) {
                assertThat(answer.error()).isEqualTo(TOO_MANY);
                assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1_700, 1_800);
            }
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(limited("ceiling")).isEqualTo(3);
        assertThat(logged)
                .singleElement()
                .asString()
                .containsPattern("for 1[78]\\d\\d s .logikids.attempts.ceiling")
                .doesNotContain("203.0");
        ApiClient other = from("203.0.113.1");
        assertThat(other.post("/api/auth/refresh", token(entry.text("refreshToken")))
                        .status())
                .isEqualTo(200);
        assertThat(other.post("/api/auth/login", user(userId(entry))).status()).isEqualTo(200);
        pass(Duration.ofMinutes(30));
        assertThat(other.post("/api/invite/check", code(rows.invite())).status())
                .isEqualTo(200);
        useUp(other);
    }

    @Test
    void manyAddressesAtTheSameTimeReachTheCeilingExactly() {
        int[] last = {0};
        Supplier<ApiClient> another = () -> from("192.0.2." + last[0]++);
        List<Answer> answers =
                ApiClient.atOnce(100, () -> another.get().postLater("/api/invite/check", code("NONE-SUCH")));

        assertThat(answers).filteredOn(answer -> answer.status() != 429).hasSize(CEILING);
    }

    @Test
    void hostileHeadersFailNoRequest() {
        for (String header : List.of(
                "unknown",
                "_x",
                "\"",
                "for=\"",
                "a".repeat(4_000),
                "1,".repeat(1_000),
                "[".repeat(2_000),
                "127.0.0.1, ".repeat(500),
                "\u00e9\u00ff")) {
            for (String name : List.of("X-Forwarded-For", "Forwarded")) {
                Answer answer = api.with(name, header).post("/api/invite/check", code(rows.invite()));
                assertThat(answer.whole()).isEqualTo("200 {\"valid\":true}");
            }
        }
    }

    /** On Linux the whole network 127.0.0.0/8 is this machine. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aClientThatIsNoProxyGainsNothingByItsHeaders() throws IOException {
        for (int i = 0; i < LIMIT; i++) {
            assertThat(sendFrom("127.0.0.2", "192.0.2." + i)).startsWith("HTTP/1.1 200 ");
        }
        assertThat(sendFrom("127.0.0.2", "192.0.2.99")).startsWith("HTTP/1.1 429 ");
        assertThat(sendFrom("127.0.0.3", "192.0.2.99")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void itCanBeTurnedOff() {
        install(new Settings(false, 1, 1));
        for (int i = 0; i < 5; i++) {
            useUp(from("192.0.2.1"));
        }
        assertThat(counter("failed")).isEqualTo(15);
    }

    @Test
    void theMetricsBeginAtZero() {
        assertThat(api.get("/q/metrics").body())
                .contains(
                        "logikids_attempts_limited_total{by=\"address\"} 0.0",
                        "logikids_attempts_limited_total{by=\"ceiling\"} 0.0",
                        "logikids_attempts_failed_total ");
    }

    private void useUp(ApiClient client) {
        for (int i = 0; i < LIMIT; i++) {
            assertThat(client.post("/api/invite/check", code("NONE-SUCH")).whole())
                    .isEqualTo("200 {\"valid\":false,\"reason\":\"Code not found\"}");
        }
    }

    /** The service trusts the sender of the tests. */
    private ApiClient from(String address) {
        return api.with("X-Forwarded-For", "198.51.100.200, " + address);
    }

    private static List<Answer> invites(ApiClient client, String code) {
        return Stream.of(
                        client.post("/api/invite/check", code(code)),
                        client.post("/api/invite/validate", code(code)),
                        client.post("/api/auth/register", registration(Rows.newUserId(), code)))
                .toList();
    }

    private static JsonObject code(String code) {
        return new JsonObject().put("code", code);
    }

    private String sendFrom(String sender, String forwardedFor) throws IOException {
        InetAddress local = InetAddress.getByName(sender);
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), service.getPort(), local, 0)) {
            socket.setSoTimeout((int) Patience.LONGEST.toMillis());
            String body = code("NONE-SUCH").encode();
            String request = "POST /api/invite/check HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: "
                    + forwardedFor + "\r\nForwarded: for=" + forwardedFor
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private double counter(String name) {
        return metrics.counter("logikids.attempts." + name).count();
    }

    private double limited(String by) {
        return metrics.counter("logikids.attempts.limited", "by", by).count();
    }

    /** Keeps what is logged. */
    static final class Listener extends Handler {

        private final List<String> logged;

        Listener(List<String> logged) {
            this.logged = logged;
        }

        @Override
        public void publish(LogRecord line) {
            logged.add(((ExtLogRecord) line).getFormattedMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private record Settings(boolean enabled, int limit, int ceiling) implements AttemptConfig {

        @Override
        public Duration window() {
            return Duration.ofHours(1);
        }

        @Override
        public Optional<List<String>> trustedProxies() {
            return Optional.of(List.of("127.0.0.1"));
        }
    }
}
