package dev.logikids.database.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class RequestIdTest extends ApiTest {

    private static final String MADE = "[0-9a-f]{32}";
    private static final Pattern HEADER = Pattern.compile("(?im)^x-request-id: (.*)$");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "5f0c7a1be2d94c3884b0c6de9a7f1e22",
                "Root_1-67891233.abcdef",
                "0000000000000000000000000000000000000000000000000000000000000064"
            })
    void aSaneOneIsKept(String id) throws Exception {
        assertThat(answered("X-Request-Id: " + id + "\r\n")).isEqualTo(id);
        assertThat(answered("x-request-id:" + id + "\r\n")).isEqualTo(id);
    }

    static Stream<String> hostile() {
        return Stream.of(
                        "",
                        " ",
                        "a b",
                        "a\tb",
                        "a,b",
                        "a;b",
                        "<script>",
                        "${jndi:ldap://a}",
                        "%0a",
                        "\u00e4",
                        "\u001b[31m",
                        "{\"a\"}",
                        "x".repeat(65),
                        "x".repeat(7_000),
                        // the form of a user id
                        "5f0c7a1b-e2d9-4c38-84b0-c6de9a7f1e22",
                        "5F0C7A1B-E2D9-4C38-84B0-C6DE9A7F1E22",
                        "req-5f0c7a1b-e2d9-4c38-84b0-c6de9a7f1e22-1")
                .map(id -> "X-Request-Id: " + id + "\r\n");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void anyOtherIsReplaced(String header) throws Exception {
        assertThat(answered(header)).matches(MADE);
    }

    @Test
    void twoAreNone() throws Exception {
        assertThat(answered("X-Request-Id: a\r\nX-Request-Id: b\r\n")).matches(MADE);
        assertThat(answered("X-Request-Id: a\r\nx-request-id: a\r\n")).matches(MADE);
    }

    @Test
    void eachRequestOfAConnectionHasItsOwn() throws Exception {
        String request = "GET /api/auth/verify HTTP/1.1\r\nHost: a\r\n";
        List<String> ids =
                ids(request + "X-Request-Id: first\r\n\r\n" + request + "\r\n" + request + "Connection: close\r\n\r\n");
        assertThat(ids).hasSize(3).doesNotHaveDuplicates().startsWith("first");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /%zz HTTP/1.1\r\nHost: a\r\n",
                "GET /nowhere HTTP/1.1\r\nHost: a\r\n",
                "PATCH /api/auth/verify HTTP/1.1\r\nHost: a\r\n",
                "GET /api/../q HTTP/1.1\r\nHost: a\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
                "OPTIONS /api/sync/x HTTP/1.1\r\nHost: a\r\nOrigin: https://a\r\nAccess-Control-Request-Method: GET\r\n",
                "PUT /api/sync/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n"
            })
    void whatNoResourceSeesHasOneToo(String request) throws Exception {
        assertThat(ids(request + "X-Request-Id: mine\r\nConnection: close\r\n\r\n"))
                .containsExactly("mine");
    }

    @Test
    void theLogLinesOfARequestNameIt() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(((ExtLogRecord) line).getMdc("request"));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.logikids.database.problem");
        logger.addHandler(handler);
        try {
            String failing = "GET /api/echo/fail/x HTTP/1.1\r\nHost: a\r\nAccept: application/problem+json\r\n";
            String body = exchange(failing + "X-Request-Id: mine\r\nConnection: close\r\n\r\n");
            assertThat(body).contains("500 ", "\"request_id\":\"mine\"").doesNotContain("trace_id");
            assertThat(ids("GET /api/echo/fail/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .singleElement()
                    .satisfies(id -> assertThat(lines.get(1)).isEqualTo("[GET /api/echo/fail/{secret} " + id + "] "));
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(lines).hasSize(2).startsWith("[GET /api/echo/fail/{secret} mine] ");
    }

    private String answered(String header) throws Exception {
        List<String> ids = ids("GET /api/auth/verify HTTP/1.1\r\nHost: a\r\n" + header + "Connection: close\r\n\r\n");
        assertThat(ids).hasSize(1);
        return ids.get(0);
    }

    private List<String> ids(String request) throws Exception {
        Matcher header = HEADER.matcher(exchange(request));
        return header.results().map(found -> found.group(1)).toList();
    }

    private String exchange(String request) throws Exception {
        return RawHttp.exchange(service, RawHttp.bytes(request)).text();
    }
}
