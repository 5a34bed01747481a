package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.Rounds;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SyncRacesTest extends SyncApiTest {

    private static final int CLIENTS = 8;
    /** Each of the two ways to hang up more often than large bodies are read at a time. */
    private static final int HANG_UPS = 2 * Rounds.COUNT;

    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    @AfterEach
    void stopClients() {
        clients.shutdownNow();
    }

    @Test
    void noUpdateIsLostAmongClientsThatReadModifyAndWrite() throws Exception {
        SyncUser user = newUser();
        user.put(counter(0));
        List<Future<?>> running = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            running.add(clients.submit(() -> {
                for (int done = 0; done < Rounds.COUNT; ) {
                    Answer read = user.get();
                    String etag = read.header("ETag");
                    Answer written = user.put(counter(value(read) + 1), "If-Match", etag);
                    assertThat(written.status()).isIn(200, 412);
                    if (written.status() == 200) {
                        done++;
                    } else {
                        assertThat(written.headers().firstValue("ETag"))
                                .get()
                                .as("the tag of the winner")
                                .isNotEqualTo(etag);
                    }
                }
                return null;
            }));
        }
        for (Future<?> client : running) {
            client.get();
        }
        assertThat(value(user.get())).isEqualTo(CLIENTS * Rounds.COUNT);
    }

    @Test
    void ofFirstUploadsAtTheSameTimeOneWins() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            SyncUser user = newUser();
            ApiClient creating = user.api().with("If-None-Match", "*");
            AtomicInteger client = new AtomicInteger();
            List<Answer> answers =
                    ApiClient.atOnce(4, () -> creating.putLater(user.path(), counter(client.getAndIncrement())));
            List<String> winners = answers.stream()
                    .filter(answer -> answer.status() == 200)
                    .map(answer -> answer.header("ETag"))
                    .toList();
            assertThat(winners).hasSize(1).doesNotContain("");
            assertThat(answers.stream().filter(answer -> answer.status() == 412))
                    .hasSize(3)
                    .allSatisfy(answer -> assertThat(answer.header("ETag")).isEqualTo(winners.get(0)));
        }
    }

    @Test
    void theSamePutTwiceAtTheSameTimeStoresItOnce() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            SyncUser user = newUser();
            JsonObject upload = counter(round);
            List<Answer> answers = ApiClient.atOnce(2, () -> user.api().putLater(user.path(), upload));
            assertThat(answers).extracting(Answer::status).containsExactly(200, 200);
            assertThat(answers.get(0).header("ETag"))
                    .isEqualTo(answers.get(1).header("ETag"))
                    .isNotEmpty();
            assertThat(user.stored("version")).isEqualTo("1");
        }
    }

    @Test
    void aDeleteAmongConditionalWritesLetsNoneOfThemMakeARow() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            SyncUser user = newUser();
            String etag = user.put(counter(1)).header("ETag");
            List<Answer> answers = ApiClient.atOnce(
                    () -> user.api().deleteLater(user.path()),
                    () -> user.api().with("If-Match", etag).putLater(user.path(), counter(2)));
            assertThat(answers.get(0).status()).isEqualTo(200);
            assertThat(answers.get(1).status()).isIn(200, 412);
            assertThat(user.stored("iv")).as("the delete wins or comes after").isNull();
        }
    }

    @Test
    void aClientThatHangsUpInTheMiddleLeavesTheStoredDataWhole() throws Exception {
        SyncUser user = newUser();
        user.put(upload("YmVmb3Jl"));
        String body = upload("A".repeat(500_000)).encode();
        String head = "PUT " + user.path() + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + user.token()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
        for (int i = 0; i < HANG_UPS; i++) {
            try (Socket socket = new Socket(service.getHost(), service.getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write((head + body.substring(0, 100_000 + i)).getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                // half of them with a reset instead of an orderly end
                socket.setSoLinger(i % 2 == 0, 0);
            }
        }
        assertThat(user.get().text("encryptedBlob")).isEqualTo("YmVmb3Jl");

        assertThat(user.put(upload("A".repeat(1_000_000))).status()).isEqualTo(200);
        String get =
                "GET " + user.path() + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + user.token() + "\r\n\r\n";
        for (int i = 0; i < HANG_UPS; i++) {
            try (Socket socket = new Socket(service.getHost(), service.getPort())) {
                socket.getOutputStream().write(get.getBytes(StandardCharsets.ISO_8859_1));
                assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
                socket.setSoLinger(i % 2 == 0, 0);
            }
        }
        // more than the large bodies that are read at a time: their places came back
        for (int i = 0; i < 20; i++) {
            assertThat(user.put(upload("A".repeat(200_000))).status()).isEqualTo(200);
        }
    }

    private static JsonObject counter(int value) {
        return upload(Base64.getEncoder().encodeToString(Integer.toString(value).getBytes(StandardCharsets.UTF_8)));
    }

    private static int value(Answer answer) {
        byte[] text = Base64.getDecoder().decode(answer.text("encryptedBlob"));
        return Integer.parseInt(new String(text, StandardCharsets.UTF_8));
    }
}
