package dev.logikids.database.attempt;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the failed guesses of ids, codes and tokens of each client address. Once an address has used up its window,
 * its failures are answered with 429 and tell nothing about the guess; its successful calls still succeed, for a whole
 * school may share the address of one pupil who guesses.
 */
@ApplicationScoped
public class FailedAttempts {

    private final AttemptSettings settings;
    private final Clock clock;
    private final Counter failed;
    private final Counter limited;
    private final Map<String, Window> windows;

    FailedAttempts(AttemptSettings settings, Clock clock, MeterRegistry metrics) {
        this.settings = settings;
        this.clock = clock;
        this.failed = metrics.counter("logikids.attempts.failed");
        this.limited = metrics.counter("logikids.attempts.limited");
        this.windows = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
                return size() > settings.addresses();
            }
        };
    }

    private record Window(long endsAt, int count) {}

    /**
     * Counts one failed attempt of the client that sent the request.
     *
     * @throws ApiException TOO_MANY_ATTEMPTS, with {@code Retry-After}, when the client had used up its window before
     */
    public void failed(HttpServerRequest request) {
        failed(request.remoteAddress().hostAddress());
    }

    void failed(String address) {
        failed.increment();
        if (!settings.enabled()) {
            return;
        }
        long now = clock.millis();
        Window window = count(address, now);
        if (window.count() > settings.limit()) {
            limited.increment();
            long seconds = Math.max(1, (window.endsAt() - now + 999) / 1000);
            throw new ApiException(ProblemCode.TOO_MANY_ATTEMPTS, Map.of("Retry-After", String.valueOf(seconds)));
        }
    }

    private Window count(String address, long now) {
        synchronized (windows) {
            return windows.merge(
                    address,
                    new Window(now + settings.window().toMillis(), 1),
                    (known, fresh) -> known.endsAt() <= now
                            ? fresh
                            : new Window(known.endsAt(), Math.min(known.count(), settings.limit()) + 1));
        }
    }
}
