package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.limit.FixedWindows;
import dev.logikids.database.testsupport.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyncLimiterTest {

    private record Limit(boolean enabled, int requests, Duration window, int users) implements SyncConfig.Limit {}

    private final MovableClock clock = new MovableClock(Instant.EPOCH);
    private final SyncLimiter limiter = new SyncLimiter(new Limit(true, 3, Duration.ofMinutes(10), 2), clock);

    @Test
    void theWindowBeginsWithTheFirstRequestAndEndsAsAWhole() {
        clock.advance(Duration.ofSeconds(77));
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(true, 2, 600));
        clock.advance(Duration.ofSeconds(599));
        limiter.count("a");
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(true, 0, 1));
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(false, 0, 1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(true, 2, 600));
    }

    @Test
    void anIdleUsersNextWindowBeginsWithTheNextRequest() {
        limiter.count("a");
        clock.advance(Duration.ofSeconds(1000));
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(true, 2, 600));
    }

    @Test
    void beyondTheBoundTheOldestWindowIsForgotten() {
        limiter.count("a");
        limiter.count("b");
        limiter.count("c");
        assertThat(limiter.count("c").remaining()).isEqualTo(1);
        assertThat(limiter.count("a").remaining()).as("begins again").isEqualTo(2);
    }

    @Test
    void requestsAtTheSameTimeAreCountedOnce() {
        SyncLimiter wide = new SyncLimiter(new Limit(true, 100, Duration.ofMinutes(10), 1000), clock);
        AtomicInteger allowed = new AtomicInteger();
        IntStream.range(0, 1000).parallel().forEach(i -> {
            if (wide.count("a").allowed()) {
                allowed.incrementAndGet();
            }
        });
        assertThat(allowed).hasValue(100);
    }
}
