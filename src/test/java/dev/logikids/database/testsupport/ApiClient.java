package dev.logikids.database.testsupport;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Calls the service as its clients do, one call at a time or many at once; immutable. */
public final class ApiClient {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;
    private final Map<String, String> headers;

    /** @param base without a closing slash */
    public ApiClient(String base) {
        this(base, Map.of());
    }

    private ApiClient(String base, Map<String, String> headers) {
        this.base = base;
        this.headers = headers;
    }

    /** An answer; the body as JSON is read when asked for. */
    public record Answer(int status, HttpHeaders headers, String body) {

        public JsonObject json() {
            return new JsonObject(body);
        }

        public JsonArray array() {
            return new JsonArray(body);
        }

        public String text(String field) {
            return json().getString(field);
        }

        /** The header's first value, or an empty text without the header. */
        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        /** Status and body in one, for one assertion. */
        public String whole() {
            return status + " " + body;
        }

        /** Status and error text in one, for one assertion. */
        public String error() {
            return status + " " + json().getString("error");
        }
    }

    /** Returns a client that sends this header with each call. */
    public ApiClient with(String header, String value) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        all.put(header, value);
        return new ApiClient(base, all);
    }

    /** Returns a client that sends this access token with each call. */
    public ApiClient as(String accessToken) {
        return with("Authorization", "Bearer " + accessToken);
    }

    public Answer get(String path) {
        return send("GET", path).join();
    }

    public Answer get(String path, String accessToken) {
        return as(accessToken).get(path);
    }

    public Answer delete(String path) {
        return deleteLater(path).join();
    }

    public Answer delete(String path, String accessToken) {
        return as(accessToken).delete(path);
    }

    public CompletableFuture<Answer> deleteLater(String path) {
        return send("DELETE", path);
    }

    public CompletableFuture<Answer> deleteLater(String path, String accessToken) {
        return as(accessToken).deleteLater(path);
    }

    public Answer post(String path, JsonObject body) {
        return postLater(path, body).join();
    }

    public CompletableFuture<Answer> postLater(String path, JsonObject body) {
        return send("POST", path, "application/json", body.encode());
    }

    public Answer postText(String path, String contentType, String body) {
        return send("POST", path, contentType, body).join();
    }

    public Answer postNothing(String path) {
        return send("POST", path).join();
    }

    public Answer put(String path, JsonObject body) {
        return putLater(path, body).join();
    }

    public CompletableFuture<Answer> putLater(String path, JsonObject body) {
        return send("PUT", path, "application/json", body.encode());
    }

    /** Sends any request without a body. */
    public CompletableFuture<Answer> send(String method, String path) {
        return send(method, path, BodyPublishers.noBody());
    }

    /** Sends any request with any text as its body. */
    public CompletableFuture<Answer> send(String method, String path, String contentType, String body) {
        return with("Content-Type", contentType).send(method, path, BodyPublishers.ofString(body));
    }

    private CompletableFuture<Answer> send(String method, String path, BodyPublisher body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Patience.LONGEST);
        headers.forEach(request::header);
        return HTTP.sendAsync(request.method(method, body).build(), BodyHandlers.ofString())
                .thenApply(ApiClient::answer);
    }

    /** Returns the longest time (s) the service itself measured for such an answer: free of what the test costs. */
    public double longestAnswer(String path, int status) {
        return Patience.await()
                .until(
                        () -> get("/q/metrics")
                                .body()
                                .lines()
                                .filter(line -> line.startsWith("http_server_requests_seconds_max{")
                                        && line.contains("status=\"" + status + "\"")
                                        && line.contains("uri=\"" + path + "\""))
                                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                                .max(),
                        OptionalDouble::isPresent)
                .getAsDouble();
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

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }
}
