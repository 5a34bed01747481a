package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A watch of what is no service, or not one that is well. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("watch")
class WatchCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void nobodyThere() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThat(watch("http://127.0.0.1:" + port, "2")).isEqualTo(1);

        assertThat(out.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith(" NO_ANSWER trouble=\"nobody listens there\""));
    }

    @Test
    void somebodyWhoNeverAnswers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            assertThat(watch("http://127.0.0.1:" + silent.getLocalPort(), "1")).isEqualTo(1);
        }

        assertThat(out.toString()).endsWith(" NO_ANSWER trouble=\"no answer within 3 s\"" + System.lineSeparator());
    }

    @Test
    void anAnswerThatNeverEnds() throws Exception {
        HttpServer server = serve(200, "x".repeat(100_000), 0);
        try {
            assertThat(watch(url(server), "1")).isEqualTo(1);
        } finally {
            server.stop(0);
        }

        assertThat(out.toString()).contains(" NO_ANSWER trouble=\"no answer within 3 s");
    }

    @Test
    void somethingElse() throws Exception {
        HttpServer server = serve(404, "<html>\u001b[2J</html>", -1);
        try {
            assertThat(watch(url(server), "1")).isEqualTo(1);
        } finally {
            server.stop(0);
        }

        assertThat(out.toString())
                .contains(" NO_ANSWER trouble=\"/q/health answers 404 with no health of this service;"
                        + " /q/metrics answers 404 with no metrics\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--url ftp://127.0.0.1",
                "--url nonsense",
                "--url http://",
                "--url http://127.0.0.1:9000?x",
                "--url http://me@127.0.0.1:9000",
                "--interval 0",
                "--interval 3601",
                "--count 0",
                "--count x"
            })
    void usageErrors(String options) {
        assertThat(execute(("watch " + options).split(" "))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Usage: logikids-database watch");
    }

    /** @param length of the body that is announced: -1 as long as it is, 0 without an end */
    private static HttpServer serve(int status, String body, int length) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, length < 0 ? bytes.length : 0);
            exchange.getResponseBody().write(bytes);
            if (length < 0) {
                exchange.close();
            } else {
                exchange.getResponseBody().flush();
            }
        });
        server.setExecutor(java.util.concurrent.Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "stand-in");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        return server;
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private int watch(String url, String count) {
        return execute("watch", "--count", count, "--url", url);
    }

    private int execute(String... words) {
        return RootCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }
}
