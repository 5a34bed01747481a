package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.limit.FixedWindows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyncLimiterTest {

    private static final class MovableClock extends Clock {

        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private record Limit(boolean enabled, int requests, Duration window, int users) implements SyncSettings.Limit {}

    private final MovableClock clock = new MovableClock();
    private final SyncLimiter limiter = new SyncLimiter(new Limit(true, 3, Duration.ofMinutes(10), 2), clock);

    @Test
    void theWindowBeginsWithTheFirstRequestAndEndsAsAWhole() {
        clock.now = clock.now.plusSeconds(77);
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(true, 2, 600));
        clock.now = clock.now.plusSeconds(599);
        limiter.count("a");
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(true, 0, 1));
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(false, 0, 1));
        clock.now = clock.now.plusSeconds(1);
        assertThat(limiter.count("a")).isEqualTo(new FixedWindows.Count(true, 2, 600));
    }

    @Test
    void anIdleUsersNextWindowBeginsWithTheNextRequest() {
        limiter.count("a");
        clock.now = clock.now.plusSeconds(1000);
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
