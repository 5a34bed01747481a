package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.PostgreSqlResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PostgreSqlResource.class)
class SyncRacesTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService clients = Executors.newFixedThreadPool(8);

    @AfterEach
    void stopClients() {
        clients.shutdownNow();
    }

    @Test
    void noUpdateIsLostAmongClientsThatReadModifyAndWrite() throws Exception {
        SyncUser user = SyncUser.create();
        user.put(counter(0));
        int clientCount = 8;
        int rounds = 30;
        List<Future<?>> running = new ArrayList<>();
        for (int client = 0; client < clientCount; client++) {
            running.add(clients.submit(() -> {
                for (int done = 0; done < rounds; ) {
                    HttpResponse<String> read = send(user, "GET", null);
                    String etag = read.headers().firstValue("ETag").orElseThrow();
                    HttpResponse<String> written = send(user, "PUT", counter(value(read.body()) + 1), "If-Match", etag);
                    assertThat(written.statusCode()).isIn(200, 412);
                    if (written.statusCode() == 200) {
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
            client.get(60, TimeUnit.SECONDS);
        }
        assertThat(value(send(user, "GET", null).body())).isEqualTo(clientCount * rounds);
    }

    @Test
    void ofFirstUploadsAtTheSameTimeOneWins() throws Exception {
        for (int round = 0; round < 200; round++) {
            SyncUser user = SyncUser.create();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
                answers.add(sendAsync(user, "PUT", counter(client), "If-None-Match", "*"));
            }
            List<HttpResponse<String>> all = new ArrayList<>();
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                all.add(answer.get(30, TimeUnit.SECONDS));
            }
            List<String> winners = all.stream()
                    .filter(answer -> answer.statusCode() == 200)
                    .map(answer -> answer.headers().firstValue("ETag").orElseThrow())
                    .toList();
            assertThat(winners).hasSize(1);
            assertThat(all.stream().filter(answer -> answer.statusCode() == 412))
                    .hasSize(3)
                    .allSatisfy(answer ->
                            assertThat(answer.headers().firstValue("ETag")).hasValue(winners.get(0)));
        }
    }

    @Test
    void theSamePutTwiceAtTheSameTimeStoresItOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            SyncUser user = SyncUser.create();
            JsonObject upload = counter(round);
            CompletableFuture<HttpResponse<String>> one = sendAsync(user, "PUT", upload);
            CompletableFuture<HttpResponse<String>> other = sendAsync(user, "PUT", upload);
            assertThat(one.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(other.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(one.get().headers().firstValue("ETag"))
                    .isEqualTo(other.get().headers().firstValue("ETag"));
            assertThat(user.stored("version")).isEqualTo("1");
        }
    }

    @Test
    void aDeleteAmongConditionalWritesLetsNoneOfThemMakeARow() throws Exception {
        for (int round = 0; round < 200; round++) {
            SyncUser user = SyncUser.create();
            String etag = user.put(counter(1)).header("ETag");
            CompletableFuture<HttpResponse<String>> deleted = sendAsync(user, "DELETE", null);
            CompletableFuture<HttpResponse<String>> written = sendAsync(user, "PUT", counter(2), "If-Match", etag);
            assertThat(deleted.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(written.get(30, TimeUnit.SECONDS).statusCode()).isIn(200, 412);
            assertThat(user.stored("iv")).as("the delete wins or comes after").isNull();
        }
    }

    @Test
    void aClientThatHangsUpInTheMiddleLeavesTheStoredDataWhole() throws Exception {
        SyncUser user = SyncUser.create();
        JsonObject before = SyncUser.upload("YmVmb3Jl");
        user.put(before);
        String body = SyncUser.upload("A".repeat(500_000)).encode();
        String head = "PUT " + user.path() + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + user.token()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
        for (int i = 0; i < 200; i++) {
            try (Socket socket = new Socket("localhost", RestAssured.port)) {
                OutputStream out = socket.getOutputStream();
                out.write((head + body.substring(0, 100_000 + i)).getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                // half of them with a reset instead of an orderly end
                socket.setSoLinger(i % 2 == 0, 0);
            }
        }
        assertThat(user.get().jsonPath().getString("encryptedBlob")).isEqualTo("YmVmb3Jl");

        user.put(SyncUser.upload("A".repeat(1_000_000))).then().statusCode(200);
        String get =
                "GET " + user.path() + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + user.token() + "\r\n\r\n";
        for (int i = 0; i < 200; i++) {
            try (Socket socket = new Socket("localhost", RestAssured.port)) {
                socket.getOutputStream().write(get.getBytes(StandardCharsets.ISO_8859_1));
                assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
                socket.setSoLinger(i % 2 == 0, 0);
            }
        }
        // more than the large bodies that are read at a time: their places came back
        for (int i = 0; i < 20; i++) {
            user.put(SyncUser.upload("A".repeat(200_000))).then().statusCode(200);
        }
    }

    private static JsonObject counter(int value) {
        return SyncUser.upload(
                Base64.getEncoder().encodeToString(Integer.toString(value).getBytes(StandardCharsets.UTF_8)));
    }

    private static int value(String body) {
        byte[] text = Base64.getDecoder().decode(new JsonObject(body).getString("encryptedBlob"));
        return Integer.parseInt(new String(text, StandardCharsets.UTF_8));
    }

    private HttpResponse<String> send(SyncUser user, String method, JsonObject body, String... headers)
            throws Exception {
        return sendAsync(user, method, body, headers).get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(
            SyncUser user, String method, JsonObject body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RestAssured.port + user.path()))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer " + user.token())
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }
}
