package dev.logikids.database.limit;

import dev.logikids.database.limit.FixedWindows.Count;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Limits the guesses of ids, codes and tokens (ADR 13): failed attempts per client address in a window, and wrong invite
 * codes of all addresses together. Created at the start, so that a wrong setting ends it and the metrics begin at 0.
 */
@Startup
@ApplicationScoped
public class FailedAttempts {

    private static final Logger LOG = Logger.getLogger(FailedAttempts.class);

    /** About 20 MB. */
    private static final int MAX_ADDRESSES = 100_000;

    private static final String ALL_ADDRESSES = "";

    private final Duration window;
    private final ClientAddresses clients;
    private final FixedWindows perClient;
    private final FixedWindows ceiling;
    private final Counter failed;
    private final Counter limitedByAddress;
    private final Counter limitedByCeiling;
    /** When the window ends in which the ceiling was last reported. */
    private final AtomicLong reported = new AtomicLong();

    FailedAttempts(AttemptConfig settings, ClientAddresses clients, Clock clock, MeterRegistry metrics) {
        this.window = settings.window();
        this.clients = clients;
        int limit = settings.enabled() ? settings.limit() : Integer.MAX_VALUE;
        this.perClient = new FixedWindows(limit, window, MAX_ADDRESSES, clock);
        int limitOfAll = settings.enabled() ? settings.ceiling() : Integer.MAX_VALUE;
        this.ceiling = new FixedWindows(limitOfAll, window, 1, clock);
        this.failed = metrics.counter("logikids.attempts.failed");
        this.limitedByAddress = metrics.counter("logikids.attempts.limited", "by", "address");
        this.limitedByCeiling = metrics.counter("logikids.attempts.limited", "by", "ceiling");
    }

    /**
     * Makes an attempt with an invite code, which is short enough to be guessed: past the limit right ones are rejected
     * too. The attempt counts from here on, so that no number of attempts at the same time gets more answers; it is taken
     * back if it succeeds, or fails for another reason than the code. It stays counted when the client hangs up before the
     * outcome: the work may have been done all the same, and one later login would tell which of many guesses was right.
     *
     * @param attempt is not subscribed to past the limit
     * @param isWrong whether the outcome is that of a wrong guess
     * @throws ApiException TOO_MANY_ATTEMPTS, with {@code Retry-After}, if the client or all clients together have used up
     *     their window
     */
    public <T> Uni<T> limitAll(HttpServerRequest request, Uni<T> attempt, Predicate<T> isWrong) {
        String client = clients.of(request);
        Count ofClient = perClient.count(client);
        if (!ofClient.allowed()) {
            throw tooMany(ofClient, limitedByAddress);
        }
        Count ofAll = ceiling.count(ALL_ADDRESSES);
        if (!ofAll.allowed()) {
            perClient.takeBack(client, ofClient);
            reportCeiling(ofAll);
            throw tooMany(ofAll, limitedByCeiling);
        }
        return attempt.onItemOrFailure().invoke((outcome, failure) -> {
            if (failure == null && isWrong.test(outcome)) {
                failed.increment();
            } else {
                perClient.takeBack(client, ofClient);
                ceiling.takeBack(ALL_ADDRESSES, ofAll);
            }
        });
    }

    /**
     * Makes an attempt with an id or a refresh token, which are too long to be guessed: past the limit right ones still
     * succeed, because a whole school may share the address of one pupil who guesses.
     *
     * @param isWrong whether the outcome is that of a wrong guess
     * @return fails with {@link ApiException} TOO_MANY_ATTEMPTS, with {@code Retry-After}, if the guess is wrong and the
     *     client has used up its window
     */
    public <T> Uni<T> limitFailures(HttpServerRequest request, Uni<T> attempt, Predicate<T> isWrong) {
        String client = clients.of(request);
        return attempt.invoke(outcome -> {
            if (isWrong.test(outcome)) {
                failed.increment();
                Count count = perClient.count(client);
                if (!count.allowed()) {
                    throw tooMany(count, limitedByAddress);
                }
            }
        });
    }

    private static ApiException tooMany(Count count, Counter limited) {
        limited.increment();
        return new ApiException(
                ProblemCode.TOO_MANY_ATTEMPTS, Map.of("Retry-After", String.valueOf(count.resetSeconds())));
    }

    private void reportCeiling(Count count) {
        if (reported.getAndSet(count.endsAt()) != count.endsAt()) {
            LOG.warnf(
                    "too many wrong invite codes from all addresses together within %s: invite checks and registrations"
                            + " are rejected for %d s (logikids.attempts.ceiling)",
                    window, count.resetSeconds());
        }
    }
}
