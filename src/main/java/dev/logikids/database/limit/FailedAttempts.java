package dev.logikids.database.limit;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;

/**
 * Counts failed guesses of ids, codes and tokens per client address. Once an address has used up its window, further
 * failures become 429 and tell nothing about the guess. Successful calls still succeed, because a whole school may share
 * the address of one pupil who guesses.
 */
@ApplicationScoped
public class FailedAttempts {

    /** About 20 MB. */
    private static final int MAX_ADDRESSES = 100_000;

    private final boolean enabled;
    private final FixedWindows windows;
    private final Counter failed;
    private final Counter limited;

    FailedAttempts(AttemptConfig settings, Clock clock, MeterRegistry metrics) {
        this.enabled = settings.enabled();
        this.windows = new FixedWindows(settings.limit(), settings.window(), MAX_ADDRESSES, clock);
        this.failed = metrics.counter("logikids.attempts.failed");
        this.limited = metrics.counter("logikids.attempts.limited");
    }

    /**
     * Returns what a rejected request ends with. Counts it if its code {@linkplain ProblemCode#isFailedGuess is a failed
     * guess}.
     *
     * @throws ApiException TOO_MANY_ATTEMPTS instead, as {@link #failed(HttpServerRequest)} does
     */
    public ApiException rejection(ProblemCode code, HttpServerRequest request) {
        if (code.isFailedGuess()) {
            failed(request);
        }
        return new ApiException(code);
    }

    /**
     * Counts one failed attempt of the client that sent the request.
     *
     * @throws ApiException TOO_MANY_ATTEMPTS, with {@code Retry-After}, if the client has used up its window
     */
    public void failed(HttpServerRequest request) {
        failed(request.remoteAddress().hostAddress());
    }

    void failed(String address) {
        failed.increment();
        if (!enabled) {
            return;
        }
        FixedWindows.Count count = windows.count(client(address));
        if (!count.allowed()) {
            limited.increment();
            throw new ApiException(
                    ProblemCode.TOO_MANY_ATTEMPTS, Map.of("Retry-After", String.valueOf(count.resetSeconds())));
        }
    }

    /** An IPv6 client has a whole network of addresses, at least a /64 (RFC 6177, section 2): all of it counts as one. */
    private static String client(String address) {
        if (!address.contains(":")) {
            return address;
        }
        try {
            // parses a numeric address, without DNS
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 8));
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
