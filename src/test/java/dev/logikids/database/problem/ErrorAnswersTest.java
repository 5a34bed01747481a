package dev.logikids.database.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests are bytes on a socket: HTTP libraries refuse to send what these tests must send. */
@QuarkusTest
class ErrorAnswersTest extends ApiTest {

    private static final int MAX = 1088 * 1024;

    private record Answer(int status, String head, String body) {

        String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api | 404 | Not found",
                "GET /api/ | 404 | Not found",
                "GET /api/nothing/here | 404 | Not found",
                "GET /nothing | 404 | Not found",
                "PATCH /api/sync/x | 405 | Method not allowed",
                "TRACE /api/sync/x | 405 | Method not allowed",
                "BREW /api/sync/x | 405 | Method not allowed",
                "GET /api/sync/%zz | 400 | Malformed request",
                "GET /api/%zz | 400 | Malformed request",
                "GET /api/sync/x^y | 401 | No authorization token provided",
                "GET /api/sync/%ff%fe | 401 | No authorization token provided",
                "GET /api/sync/%00 | 401 | No authorization token provided",
                "GET /api/sync/x?%zz=%zz | 401 | No authorization token provided",
                "GET /api/echo/fail | 500 | Internal server error",
            })
    void everyErrorIsJson(String line, int status, String text) throws IOException {
        Answer answer = send(line, "", "");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject().put("error", text));
        assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
    }

    @Test
    void errorsCarryTheHeadersOfEveryAnswer() throws IOException {
        for (String line : List.of("GET /api/nothing", "PATCH /api/sync/x", "GET /api/echo/fail", "GET /api/sync/x")) {
            Answer answer = send(line, "Origin: https://front.example\r\n", "");
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://front.example");
            assertThat(answer.header("Access-Control-Expose-Headers"))
                    .contains("ETag", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        }
    }

    /** The front end's origin is echoed: a cache must keep the answers to each origin, and to none, apart. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /api/echo/a | 200",
                "GET /api/nothing | 404",
                "GET /nothing | 404",
                "PATCH /api/sync/x | 405",
                "GET /api/%zz | 400",
                "GET /api/../q/metrics | 400",
                "GET /api/echo/fail | 500",
                "GET /api/status | 200",
                "GET / | 200",
                "GET /q/health/live | 200",
                "OPTIONS /api/sync/x | 200",
            })
    void everyAnswerVariesByOrigin(String line, int status) throws IOException {
        for (String headers : List.of("", "Origin: http://a\r\nAccess-Control-Request-Method: GET\r\n")) {
            Answer answer = send(line, headers, "");
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.head().lines().filter(header -> header.equalsIgnoreCase("Vary: Origin")))
                    .as(answer.head())
                    .hasSize(1);
        }
    }

    @Test
    void refusalsBeforeRoutingVaryByOriginToo() throws IOException {
        for (String headers : List.of(
                "Origin: http://a\r\nHost: b\r\n",
                "Origin: http://a\r\nContent-Length: " + (MAX + 1) + "\r\n",
                "Origin: http://a\r\n" + "X: y\r\n".repeat(100))) {
            Answer answer = send("POST /api/echo/a", headers, "");
            assertThat(answer.status()).isIn(400, 413, 431);
            assertThat(answer.header("Vary")).as(answer.head()).isEqualTo("Origin");
        }
    }

    /** What a proxy takes for another path than the service does. */
    @ParameterizedTest
    @CsvSource({
        "/api/../q/metrics, 400",
        "/api/%2e%2e/q/metrics, 400",
        "/api/%2E./q/metrics, 400",
        "/api/./../q/metrics, 400",
        "/api/x/../../q/metrics, 400",
        "/api//../../q/metrics, 400",
        "/api/../%71/metrics, 400",
        "/x/../q/metrics, 400",
        "//q/metrics, 400",
        "/./q/metrics, 400",
        "/%71/metrics, 400",
        "//console, 400",
        "/%63onsole, 400",
        "//api/admin/audit, 400",
        "/api//admin/audit, 400",
        "/%61pi/admin/audit, 400",
        "/api/%61dmin/audit, 400",
        "/api%2fadmin/audit, 404",
        "/api/../, 400",
        "http://a/api/../q/metrics, 400",
        "/api/..%2fq/metrics, 404",
        "/api/%2e%2e%2fq/metrics, 404",
        "/api/..%5cq/metrics, 404",
        "/api/..;/q/metrics, 404",
        "/api/;/../q/metrics, 404",
        "/api/%252e%252e/q/metrics, 404",
        "/q%2fmetrics, 404",
    })
    void aPathThatHidesItsPrefixIsRejected(String path, int status) throws IOException {
        Answer answer = send("GET " + path, "", "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).fieldNames()).containsExactly("error");
    }

    @Test
    void aFailureIsLoggedWithTheTemplateOfItsPath() throws IOException {
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(((ExtLogRecord) line).getFormattedMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(ExceptionMappers.class.getName());
        logger.addHandler(handler);
        try {
            send("GET /api/echo/fail/5f0c1d2e", "", "");
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(logged)
                .singleElement()
                .asString()
                .contains("GET /api/echo/fail/{secret} failed")
                .doesNotContain("5f0c");
    }

    @Test
    void preflightAllowsWhatClientsSend() throws IOException {
        for (String method : List.of("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")) {
            Answer answer = send(
                    "OPTIONS /api/sync/x",
                    "Origin: https://front.example\r\nAccess-Control-Request-Method: " + method
                            + "\r\nAccess-Control-Request-Headers: authorization,content-type,if-match\r\n",
                    "");
            assertThat(answer.status()).isIn(200, 204);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://front.example");
            assertThat(answer.header("Access-Control-Allow-Methods")).contains(method);
            assertThat(answer.header("Access-Control-Allow-Headers"))
                    .contains("Authorization", "Content-Type", "If-Match", "If-None-Match");
        }
    }

    @Test
    void a405NamesTheMethods() throws IOException {
        assertThat(send("PATCH /api/sync/x", "", "").header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PUT");
        assertThat(send("GET /api/auth/register", "", "").header("Allow")).isEqualTo("OPTIONS, POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "image/png, */*;q=0.1", ";;garbage", "application/xml"})
    void successIsJsonWhateverIsAccepted(String accept) throws IOException {
        Answer answer = send("POST /api/echo/a", "Accept: " + accept + "\r\n", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/nothing, 404, not_found, Not found, Not found",
        "PATCH /api/sync/x, 405, method_not_allowed, Method not allowed, Method not allowed",
        "GET /api/sync/x, 401, authorization_missing, Authorization missing, No authorization token provided",
        "GET /api/%zz, 400, malformed_request, Malformed request, Malformed request",
        "GET /api/echo/fail, 500, internal_error, Internal error, Internal server error",
    })
    void whoPrefersItGetsRfc9457(String line, int status, String code, String title, String detail) throws IOException {
        Answer answer = send(line, "Accept: application/problem+json\r\n", "");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(new JsonObject(answer.body()).getMap())
                .containsEntry("type", "urn:logikids:problem:" + code.replace('_', '-'))
                .containsEntry("title", title)
                .containsEntry("status", status)
                .containsEntry("detail", detail)
                .containsEntry("code", code)
                .hasSize(5);
    }

    @Test
    void aBodyOverTheLimitIsRefusedBeforeItIsSent() throws IOException {
        Answer answer = send(
                "POST /api/echo/a", "Origin: http://a\r\nContent-Length: " + (MAX + 1) + "\r\n", "only the beginning");
        assertTooLarge(answer);
        assertTooLarge(send("POST /api/echo/a", "Origin: http://a\r\nContent-Length: " + Long.MAX_VALUE + "\r\n", "x"));
    }

    @Test
    void aClientThatSendsTooMuchSeesTheRefusal() throws IOException {
        String body = "x".repeat(5_000_000);
        assertTooLarge(send("POST /api/echo/a", "Origin: http://a\r\nContent-Length: " + body.length() + "\r\n", body));
    }

    @Test
    void aBodyOfUnknownLengthIsRefusedWhenItPassesTheLimit() throws IOException {
        assertTooLarge(send(
                "POST /api/echo/a",
                "Origin: http://a\r\nTransfer-Encoding: chunked\r\n",
                ("1000\r\n" + "x".repeat(4096) + "\r\n").repeat(MAX / 4096 + 2)));
    }

    @Test
    void aLargeChunkedBodyWithinTheLimitIsReadOnTheEventLoop() throws IOException {
        String json = "{\"a\":\"" + "x".repeat(1_000_000) + "\"}";
        Answer answer = send(
                "POST /api/echo/a",
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
                Integer.toHexString(json.length()) + "\r\n" + json + "\r\n0\r\n\r\n");
        assertThat(new JsonObject(answer.body()))
                .isEqualTo(new JsonObject().put("text", "1000000").put("eventLoop", true));
    }

    @Test
    void moreLargeBodiesThanMayBeHeldAtOnceTakeTurns() {
        String json = "{\"a\":\"" + "x".repeat(1_000_000) + "\"}";
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return send(
                            "POST /api/echo/a",
                            "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n",
                            json);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }));
        }
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().status()).isEqualTo(200));
    }

    @Test
    void aBlockedTableAnswers503WithinTenSeconds() throws Exception {
        try (Connection connection = rows.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE invite_codes IN ACCESS EXCLUSIVE MODE");
            String body = "{\"code\":\"X\"}";
            Answer answer = send(
                    "POST /api/invite/check",
                    "Origin: http://a\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n",
                    body);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(api.longestAnswer("/api/invite/check", 503)).isLessThan(10);
            assertThat(answer.body()).isEqualTo("{\"error\":\"Service unavailable\"}");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://a");
        }
    }

    @Test
    void noInputMakesA5xxOrAnswersSql() throws IOException {
        Random random = new Random(42);
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            "\"userId\"",
            "\"code\"",
            "\"refreshToken\"",
            "\"inviteCode\"",
            ":",
            ",",
            "\"",
            "\\u0000",
            "\\ud800",
            "'",
            "' OR 1=1 --",
            "null",
            "1e400",
            "-1",
            "\0",
            "\u00ff",
            "\ud83d\ude00",
            "{}",
            "true",
            "\"5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f\"",
            "x".repeat(3000)
        };
        String[] calls = {
            "POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/refresh", "POST /api/auth/logout",
            "POST /api/invite/check", "POST /api/invite/validate", "PUT /api/sync/x", "GET /api/auth/account",
            "DELETE /api/auth/sessions/%27", "POST /api/api/auth/refresh"
        };
        String[] types = {
            "application/json", "application/json;charset=x", "application/json;;;", "text/plain", "\"", ""
        };
        for (int i = 0; i < 400; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "");
            for (int piece = random.nextInt(12); piece > 0; piece--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] body = text.toString()
                    .getBytes(random.nextInt(4) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            Answer answer = send(
                    calls[random.nextInt(calls.length)],
                    "Content-Type: " + types[random.nextInt(types.length)] + "\r\nAuthorization: "
                            + (random.nextBoolean() ? "Bearer " : "") + "a.b.c\r\nContent-Length: " + body.length
                            + "\r\n",
                    body);
            assertThat(answer.status()).as("%s -> %s", text, answer).isBetween(200, 499);
            assertThat(answer.body())
                    .doesNotContainIgnoringCase("select", "relation", "postgres", "exception", "jackson");
            assertThat(answer.header("Content-Type")).startsWith("application/json");
        }
    }

    private static void assertTooLarge(Answer answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("{\"error\":\"Payload too large (max 1MB)\"}");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://a");
    }

    private Answer send(String line, String headers, String body) throws IOException {
        return send(line, headers, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Answer send(String line, String headers, byte[] body) throws IOException {
        try (Socket socket = new Socket(service.getHost(), service.getPort())) {
            socket.setSoTimeout((int) Patience.LONGEST.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write((line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            return answer(socket.getInputStream());
        }
    }

    /** Does not wait until the connection is closed: after a rejection the service reads on for a while. */
    private static Answer answer(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            assertThat(next).as("the end of the response %s", head).isNotNegative();
            head.write(next);
        }
        Answer withoutBody = new Answer(
                Integer.parseInt(head.toString().substring(9, 12)),
                head.toString().strip(),
                "");
        String length = withoutBody.header("Content-Length");
        byte[] body = length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        return new Answer(withoutBody.status(), withoutBody.head(), new String(body, StandardCharsets.UTF_8));
    }
}
