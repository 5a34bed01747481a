package dev.logikids.database.problem;

import dev.logikids.database.testsupport.PostgreSqlResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(PostgreSqlResource.class)
class ErrorAnswersTest {

    /** A request as bytes on a socket: clients of the Java library refuse to send what these tests must send. */
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
                "GET /api/echo/text | 405 | Method not allowed",
                "PATCH /api/echo/text | 405 | Method not allowed",
                "GET /api/echo/%zz | 400 | Malformed request",
                "GET /api/%zz | 400 | Malformed request",
                "GET /api/echo/%ff%fe | 405 | Method not allowed",
                "POST /api/echo/%c0%af | 200 | x",
                "POST /api/echo/%00 | 200 | x",
                "POST /api/echo/a?%zz | 200 | x",
                "POST /api/echo/;a=%zz | 200 | x",
                "GET /api/echo/fail | 500 | Internal server error",
                "GET /api/../api/nothing | 404 | Not found",
            })
    void probe(String requestLine, int status, String text) throws IOException {
        Answer answer =
                send(requestLine + " HTTP/1.1\r\nHost: a\r\nOrigin: http://b.example\r\nConnection: close\r\n\r\n");
        System.out.println("PROBE " + requestLine + " -> " + answer.status() + " "
                + answer.head().replace("\r\n", " / ") + " " + answer.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 5000000",
                "Transfer-Encoding: chunked",
                "Content-Length: abc",
                "Content-Length: -1",
                "Content-Type: ;;;",
                "Accept: ;;garbage",
                "Accept: application/problem+json"
            })
    void probe2(String header) throws IOException {
        Answer answer = send("POST /api/echo/a HTTP/1.1\r\nHost: a\r\nOrigin: http://b.example\r\nConnection: close\r\n"
                + header + "\r\n\r\n" + ("fa\r\n" + "x".repeat(250) + "\r\n").repeat(8000) + "0\r\n\r\n");
        System.out.println("PROBE " + header + " -> " + answer.status() + " "
                + answer.head().replace("\r\n", " / ") + " " + answer.body());
    }

    static Answer send(String request) throws IOException {
        int port = io.restassured.RestAssured.port;
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(15_000);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            } catch (IOException e) {
                System.out.println("PROBE write failed " + e);
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            try {
                in.transferTo(all);
            } catch (IOException e) {
                System.out.println("PROBE read failed " + e);
            }
            String text = all.toString(StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) return new Answer(0, text, "");
            return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
        }
    }
}
