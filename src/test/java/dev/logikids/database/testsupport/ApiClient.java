package dev.logikids.database.testsupport;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Calls the service as its clients do; one at a time, or many at once. */
public final class ApiClient {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;

    /** @param base without a closing slash */
    public ApiClient(String base) {
        this.base = base;
    }

    /** An answer; the body as JSON is read when asked for. */
    public record Answer(int status, java.net.http.HttpHeaders headers, String body) {

        public JsonObject json() {
            return new JsonObject(body);
        }

        public JsonArray array() {
            return new JsonArray(body);
        }

        public String text(String field) {
            return json().getString(field);
        }

        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        /** Status and error text in one, for one assertion. */
        public String error() {
            return status + " " + json().getString("error");
        }
    }

    public Answer post(String path, JsonObject body) {
        return postLater(path, body).join();
    }

    public CompletableFuture<Answer> postLater(String path, JsonObject body) {
        return send(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.encode())));
    }

    public CompletableFuture<Answer> putLater(String path, String accessToken, JsonObject body) {
        return send(request(path)
                .header("Authorization", "Bearer " + accessToken)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body.encode())));
    }

    /** Any text as the body, of any type. */
    public Answer postText(String path, String contentType, String body) {
        return send(request(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)))
                .join();
    }

    /** Any text as the body, of any type, with one further header. */
    public Answer putText(
            String path, String accessToken, String contentType, String body, String header, String value) {
        return send(request(path)
                        .header("Authorization", "Bearer " + accessToken)
                        .header("Content-Type", contentType)
                        .header(header, value)
                        .PUT(BodyPublishers.ofString(body)))
                .join();
    }

    public Answer postNothing(String path) {
        return send(request(path).POST(BodyPublishers.noBody())).join();
    }

    public Answer get(String path, String accessToken) {
        return send(request(path)
                        .header("Authorization", "Bearer " + accessToken)
                        .GET())
                .join();
    }

    public Answer getWith(String path, String header, String value) {
        return send(request(path).header(header, value).GET()).join();
    }

    public Answer get(String path) {
        return send(request(path).GET()).join();
    }

    public Answer delete(String path, String accessToken) {
        return deleteLater(path, accessToken).join();
    }

    public CompletableFuture<Answer> deleteLater(String path, String accessToken) {
        return send(
                request(path).header("Authorization", "Bearer " + accessToken).DELETE());
    }

    /** Makes all the calls at once and returns their answers in the same order. */
    @SafeVarargs
    public static List<Answer> atOnce(Supplier<CompletableFuture<Answer>>... calls) {
        return Stream.of(calls).map(Supplier::get).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    /** Makes the call that often at once. */
    public static List<Answer> atOnce(int times, Supplier<CompletableFuture<Answer>> call) {
        return IntStream.range(0, times).mapToObj(i -> call.get()).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
    }

    private static CompletableFuture<Answer> send(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(ApiClient::answer);
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }
}
