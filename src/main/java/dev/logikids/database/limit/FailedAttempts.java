package dev.logikids.database.limit;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Map;

/**
 * Counts the failed guesses of ids, codes and tokens of each client address. Once an address has used up its window,
 * its failures are answered with 429 and tell nothing about the guess; its successful calls still succeed, for a whole
 * school may share the address of one pupil who guesses.
 */
@ApplicationScoped
public class FailedAttempts {

    private final boolean enabled;
    private final FixedWindows windows;
    private final Counter failed;
    private final Counter limited;

    FailedAttempts(AttemptSettings settings, Clock clock, MeterRegistry metrics) {
        this.enabled = settings.enabled();
        this.windows = new FixedWindows(settings.limit(), settings.window(), settings.addresses(), clock);
        this.failed = metrics.counter("logikids.attempts.failed");
        this.limited = metrics.counter("logikids.attempts.limited");
    }

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
        if (!enabled) {
            return;
        }
        FixedWindows.Count count = windows.count(address);
        if (!count.allowed()) {
            limited.increment();
            throw new ApiException(
                    ProblemCode.TOO_MANY_ATTEMPTS, Map.of("Retry-After", String.valueOf(count.resetSeconds())));
        }
    }
}
