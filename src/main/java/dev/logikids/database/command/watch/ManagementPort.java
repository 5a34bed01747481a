package dev.logikids.database.command.watch;

import java.io.ByteArrayOutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the management port of a running service. Never waits longer than {@link #PATIENCE}, whatever answers there. */
final class ManagementPort {

    /** For an answer with its body: the check of a database that does not answer takes 1 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Many times the metrics of the service. */
    private static final int LARGEST_ANSWER = 4 * 1024 * 1024;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final URI url;
    private final Clock clock;

    ManagementPort(URI url, Clock clock) {
        this.url = url;
        this.clock = clock;
    }

    /** What came back, or why nothing did. */
    private record Answer(int status, String body, String trouble) {}

    /** Asks for health and metrics at the same time. */
    Look look() throws InterruptedException {
        long start = System.nanoTime();
        long end = start + PATIENCE.toNanos();
        Request health = send("/q/health");
        Request metrics = send("/q/metrics");
        Answer healthAnswer = health.await(end);
        Answer metricsAnswer = metrics.await(end);

        // 503 says with the same body which check is down
        Optional<Health> seenHealth = Health.parse(healthAnswer.body());
        Optional<Metrics> seenMetrics =
                metricsAnswer.status() == 200 ? Metrics.parse(metricsAnswer.body()) : Optional.empty();
        List<String> trouble = new ArrayList<>();
        if (seenHealth.isEmpty()) {
            trouble.add(trouble("/q/health", healthAnswer, "no health of this service"));
        }
        if (seenMetrics.isEmpty()) {
            trouble.add(trouble("/q/metrics", metricsAnswer, "no metrics"));
        }
        return new Look(
                clock.instant(),
                Duration.ofNanos(System.nanoTime() - start),
                System.nanoTime(),
                seenHealth,
                seenMetrics,
                trouble.stream()
                        .distinct()
                        .reduce((one, other) -> one + "; " + other)
                        .orElse(""));
    }

    private static String trouble(String path, Answer answer, String otherwise) {
        if (!answer.trouble().isEmpty()) {
            return answer.trouble();
        }
        return path + " answers " + answer.status() + " with " + otherwise;
    }

    private Request send(String path) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Accept", path.endsWith("metrics") ? "text/plain; version=0.0.4" : "application/json")
                .build();
        return new Request(
                body,
                client.sendAsync(
                        request, BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(bytes -> add(body, bytes)))));
    }

    private static void add(ByteArrayOutputStream body, byte[] bytes) {
        synchronized (body) {
            if (body.size() + bytes.length <= LARGEST_ANSWER) {
                body.writeBytes(bytes);
            }
        }
    }

    private record Request(ByteArrayOutputStream body, CompletableFuture<HttpResponse<Void>> response) {

        Answer await(long end) throws InterruptedException {
            try {
                int status = response.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)
                        .statusCode();
                synchronized (body) {
                    return new Answer(status, body.toString(StandardCharsets.UTF_8), "");
                }
            } catch (TimeoutException e) {
                response.cancel(true);
                return new Answer(0, "", "no answer within " + PATIENCE.toSeconds() + " s");
            } catch (ExecutionException e) {
                return new Answer(0, "", reason(e.getCause()));
            }
        }
    }

    private static String reason(Throwable failure) {
        if (failure instanceof ConnectException) {
            return failure.getMessage() == null || failure.getMessage().isBlank()
                    ? "nobody listens there"
                    : failure.getMessage();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
