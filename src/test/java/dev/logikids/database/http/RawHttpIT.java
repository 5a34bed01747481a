package dev.logikids.database.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.RawHttp;
import dev.logikids.database.testsupport.RawHttp.Exchange;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that a proxy may read as one and the service as two, and floods, each on a socket of its own against the
 * packaged service: one response at most, and the connection is closed.
 */
class RawHttpIT {

    /** What an attacker wants to have answered as a request of its own. */
    private static final String SMUGGLED = "GET /api/status HTTP/1.1\r\nHost: a\r\n\r\n";

    private static ServiceProcess service;
    private static URI uri;

    @BeforeAll
    static void start() throws Exception {
        service = ServiceProcess.start(
                ServiceProcess.application(),
                Map.of("DATABASE_URL", TestPostgreSql.server().createDatabase(), "JWT_SECRET", "x".repeat(32)));
        service.awaitStatus("/q/health/ready", 200);
        uri = service.uri();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    static Stream<Arguments> ambiguous() {
        return Stream.of(
                framed("quoted line break in a chunk extension (CVE-2026-33870)", "Transfer-Encoding: chunked", """
                        1;a="
                        X
                        0

                        """),
                framed("Content-Length and Transfer-Encoding (CVE-2026-42581)", """
                        Content-Length: 5
                        Transfer-Encoding: chunked""", "0\n\n"),
                framed("Transfer-Encoding and Content-Length", """
                        Transfer-Encoding: chunked
                        Content-Length: 5""", "0\n\n"),
                framed("last coding is not chunked (CVE-2026-89044)", "Transfer-Encoding: chunked, xchunked", "0\n\n"),
                framed("unknown coding", "Transfer-Encoding: xchunked", "0\n\n"),
                framed("coding that nobody applies", "Transfer-Encoding: identity", "0\n\n"),
                framed("a second coding", "Transfer-Encoding: gzip, chunked", "0\n\n"),
                framed("chunked twice", "Transfer-Encoding: chunked, chunked", "0\n\n"),
                framed("two Transfer-Encoding lines", """
                        Transfer-Encoding: chunked
                        Transfer-Encoding: identity""", "0\n\n"),
                framed("folded Transfer-Encoding", "Transfer-Encoding:\n chunked", "0\n\n"),
                framed("folded after another coding", "Transfer-Encoding: x,\n chunked", "0\n\n"),
                framed("blank before the colon", "Transfer-Encoding : chunked", "0\n\n"),
                framed("vertical tab in the coding", "Transfer-Encoding: \u000bchunked", "0\n\n"),
                framed("two different Content-Length", "Content-Length: 2\nContent-Length: 60", "{}"),
                framed("two equal Content-Length", "Content-Length: 2\nContent-Length: 2", "{}"),
                framed("a list as Content-Length", "Content-Length: 2, 2", "{}"),
                framed("signed Content-Length", "Content-Length: +2", "{}"),
                framed("negative Content-Length", "Content-Length: -2", "{}"),
                framed("hexadecimal Content-Length", "Content-Length: 0x2", "{}"),
                framed("Content-Length beyond 64 bits", "Content-Length: 99999999999999999999", "{}"),
                framed("negative chunk", "Transfer-Encoding: chunked", "-1\n{}\n0\n\n"),
                framed("chunk beyond 64 bits", "Transfer-Encoding: chunked", "fffffffffffffffff\n{}\n0\n\n"),
                framed("more than its chunk", "Transfer-Encoding: chunked", "2\n{}XX\n0\n\n"),
                Arguments.of("bare line feeds between chunks", post("Transfer-Encoding: chunked") + "2\n{}\n0\n\n"),
                Arguments.of("bare line feed in a header", "GET / HTTP/1.1\r\nHost: a\r\nX: y\nZ: w\r\n\r\n"),
                Arguments.of("bare line feeds only", "GET / HTTP/1.1\nHost: a\n\n"),
                Arguments.of("bare carriage return in a header", "GET / HTTP/1.1\r\nHost: a\r\nX: y\rZ: w\r\n\r\n"),
                Arguments.of("NUL in a header", "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
                Arguments.of("NUL in the name of a header", "GET / HTTP/1.1\r\nHost: a\r\nX\0: a\r\n\r\n"),
                Arguments.of("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                Arguments.of("no host", "GET / HTTP/1.1\r\n\r\n"),
                Arguments.of("a host with a blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                Arguments.of("2 000 short headers", headers(2_000)),
                Arguments.of("10 000 headers", headers(10_000)),
                Arguments.of("a header of 1 MB", "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(1 << 20) + "\r\n\r\n"),
                Arguments.of("a path of 1 MB", "GET /" + "y".repeat(1 << 20) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("HTTP/2 in clear text", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguous")
    void isAnsweredOnceAtMostAndTheConnectionIsClosed(String attack, String request) throws IOException {
        Exchange exchange = exchange(request + SMUGGLED);

        assertThat(exchange.closed()).as(exchange.text()).isTrue();
        assertThat(exchange.statuses()).hasSizeLessThanOrEqualTo(1).allMatch(status -> status.startsWith("4"));
        assertThat(exchange.text()).doesNotContain("schema_version", "Exception", "stack");
    }

    @Test
    void aFoldedLineElsewhereIsOneHeader() throws IOException {
        assertThat(exchange("GET /api/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: a\r\n b\r\n\r\n")
                        .statuses())
                .containsExactly("200");
    }

    @Test
    void noUpgradeToHttp2() throws IOException {
        Exchange exchange = exchange("GET /api/status HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"
                + SMUGGLED.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));

        assertThat(exchange.statuses()).containsExactly("200", "200");
    }

    /** What a proxy that forwards only /api may pass on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/../q/metrics",
                "/api/%2e%2e/q/metrics",
                "/api/..%2fq/metrics",
                "/api/;/../q/metrics",
                "/api/..;/q/metrics",
                "/api/../%71/metrics",
                "//q/metrics",
            })
    void noPathHidesItsPrefix(String path) throws IOException {
        Exchange exchange = exchange("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(exchange.statuses()).hasSize(1).allMatch(status -> status.equals("400") || status.equals("404"));
        assertThat(exchange.text()).doesNotContain("# TYPE");
    }

    /** CVE-2026-33871: frames that cost the server more than the client, on a connection that is never closed. */
    @Test
    void aFloodOfHttp2FramesCostsNothing() throws Exception {
        Duration before = service.cpu();
        byte[] emptyContinuation = {0, 0, 0, 9, 0, 0, 0, 0, 1};
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        flood.write(RawHttp.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        flood.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
        flood.write(new byte[] {0, 0, 1, 1, 0, 0, 0, 0, 1, (byte) 0x82});
        for (int i = 0; i < 500_000; i++) {
            flood.write(emptyContinuation);
        }

        assertThat(exchange(flood.toByteArray()).closed()).isTrue();
        assertThat(service.cpu().minus(before)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void connectionsThatAreResetLeaveNothingBehind() throws Exception {
        Duration before = service.cpu();
        for (int i = 0; i < 2_000; i++) {
            RawHttp.reset(RawHttp.begin(uri, "POST /api/invite/check HTTP/1.1\r\nHost: a\r\nContent-Len"));
        }

        assertThat(service.status("/q/health/ready")).isEqualTo(200);
        assertThat(service.cpu().minus(before)).isLessThan(Duration.ofSeconds(10));
        assertThat(service.output()).doesNotContain("ERROR", "Exception");
    }

    private static Arguments framed(String attack, String headers, String body) {
        return Arguments.of(attack, post(headers) + crlf(body));
    }

    private static String post(String headers) {
        return "POST /api/invite/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + crlf(headers)
                + "\r\n\r\n";
    }

    private static String crlf(String text) {
        return text.replace("\n", "\r\n");
    }

    private static String headers(int count) {
        StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
        for (int i = 0; i < count; i++) {
            request.append((char) ('a' + i % 26)).append(":\r\n");
        }
        return request.append("\r\n").toString();
    }

    private static Exchange exchange(String request) throws IOException {
        return exchange(RawHttp.bytes(request));
    }

    private static Exchange exchange(byte[] request) throws IOException {
        return RawHttp.exchange(uri, request);
    }
}
