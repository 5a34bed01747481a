package dev.logikids.database.limit;

import dev.logikids.database.limit.SharedWindows.Count;
import dev.logikids.database.limit.SharedWindows.Rule;
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

    /** A flood costs one statement for this part of the limit; a replica that is seldom asked may keep as much. */
    private static final int SHARES = 30;

    private static final int SHARES_OF_CEILING = 100;

    private static final String ALL_ADDRESSES = "";

    private final Duration window;
    private final ClientAddresses clients;
    private final boolean enabled;
    private final SharedWindows perClient;
    private final SharedWindows ceiling;
    private final Counter failed;
    private final Counter limitedByAddress;
    private final Counter limitedByCeiling;
    /** When the window ends in which the ceiling was last reported. */
    private final AtomicLong reported = new AtomicLong();

    FailedAttempts(
            AttemptConfig settings, ClientAddresses clients, SharedCounts counts, Clock clock, MeterRegistry metrics) {
        this.window = settings.window();
        this.clients = clients;
        this.enabled = settings.enabled();
        Rule limit = new Rule("attempts", settings.limit(), window, settings.limit() / SHARES, false);
        this.perClient = new SharedWindows(limit, MAX_ADDRESSES, counts, clock);
        Rule limitOfAll = new Rule("codes", settings.ceiling(), window, settings.ceiling() / SHARES_OF_CEILING, false);
        this.ceiling = new SharedWindows(limitOfAll, 1, counts, clock);
        this.failed = Counter.builder("logikids.attempts.failed")
                .description("Wrong guesses at an id, a code or a token")
                .register(metrics);
        this.limitedByAddress = limited(metrics, "address");
        this.limitedByCeiling = limited(metrics, "ceiling");
    }

    private static Counter limited(MeterRegistry metrics, String by) {
        return Counter.builder("logikids.attempts.limited")
                .description("Attempts answered 429: past the limit of their address, or the ceiling of all together")
                .tag("by", by)
                .register(metrics);
    }

    /**
     * Makes an attempt with an invite code, which is short enough to be guessed: past the limit right ones are rejected
     * too. The attempt counts from here on, so that no number of attempts at the same time gets more answers; it is taken
     * back if it succeeds, or fails for another reason than the code. It stays counted when the client hangs up before the
     * outcome: the work may have been done all the same, and one later login would tell which of many guesses was right.
     *
     * @param attempt is not subscribed to past the limit
     * @param isWrong whether the outcome is that of a wrong guess
     * @return fails with {@link ApiException} TOO_MANY_ATTEMPTS, with {@code Retry-After}, if the client or all clients together
     *     have used up their window
     */
    public <T> Uni<T> limitAll(HttpServerRequest request, Uni<T> attempt, Predicate<T> isWrong) {
        if (!enabled) {
            return attempt.invoke(outcome -> countFailed(isWrong.test(outcome)));
        }
        String client = clients.of(request);
        return perClient.count(client).chain(ofClient -> {
            if (!ofClient.allowed()) {
                throw tooMany(ofClient, limitedByAddress);
            }
            return ceiling.count(ALL_ADDRESSES).chain(ofAll -> {
                if (!ofAll.allowed()) {
                    perClient.takeBack(client, ofClient);
                    reportCeiling(ofAll);
                    throw tooMany(ofAll, limitedByCeiling);
                }
                return attempt.onItemOrFailure().invoke((outcome, failure) -> {
                    boolean wrong = failure == null && isWrong.test(outcome);
                    countFailed(wrong);
                    if (!wrong) {
                        perClient.takeBack(client, ofClient);
                        ceiling.takeBack(ALL_ADDRESSES, ofAll);
                    }
                });
            });
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
        return attempt.chain(outcome -> {
            boolean wrong = isWrong.test(outcome);
            countFailed(wrong);
            if (!wrong || !enabled) {
                return Uni.createFrom().item(outcome);
            }
            return perClient.count(client).map(count -> {
                if (!count.allowed()) {
                    throw tooMany(count, limitedByAddress);
                }
                return outcome;
            });
        });
    }

    private void countFailed(boolean wrong) {
        if (wrong) {
            failed.increment();
        }
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
