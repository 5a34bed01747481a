package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.limit.FixedWindows;
import dev.logikids.database.testsupport.MovableClock;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.user.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyncLimiterTest {

    private static final UserId ADA = new UserId(Rows.newUserId());
    private static final UserId BEN = new UserId(Rows.newUserId());
    private static final UserId CLEO = new UserId(Rows.newUserId());

    private record Limit(boolean enabled, int requests, Duration window, int users) implements SyncConfig.Limit {}

    private final MovableClock clock = new MovableClock(Instant.EPOCH);
    private final SyncLimiter limiter = new SyncLimiter(new Limit(true, 3, Duration.ofMinutes(10), 2), clock);

    @Test
    void theWindowBeginsWithTheFirstRequestAndEndsAsAWhole() {
        clock.advance(Duration.ofSeconds(77));
        assertThat(limiter.count(ADA)).isEqualTo(new FixedWindows.Count(true, 2, 600));
        clock.advance(Duration.ofSeconds(599));
        limiter.count(ADA);
        assertThat(limiter.count(ADA)).isEqualTo(new FixedWindows.Count(true, 0, 1));
        assertThat(limiter.count(ADA)).isEqualTo(new FixedWindows.Count(false, 0, 1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(limiter.count(ADA)).isEqualTo(new FixedWindows.Count(true, 2, 600));
    }

    @Test
    void anIdleUsersNextWindowBeginsWithTheNextRequest() {
        limiter.count(ADA);
        clock.advance(Duration.ofSeconds(1000));
        assertThat(limiter.count(ADA)).isEqualTo(new FixedWindows.Count(true, 2, 600));
    }

    @Test
    void beyondTheBoundTheOldestWindowIsForgotten() {
        limiter.count(ADA);
        limiter.count(BEN);
        limiter.count(CLEO);
        assertThat(limiter.count(CLEO).remaining()).isEqualTo(1);
        assertThat(limiter.count(ADA).remaining()).as("begins again").isEqualTo(2);
    }

    @Test
    void requestsAtTheSameTimeAreCountedOnce() {
        SyncLimiter wide = new SyncLimiter(new Limit(true, 100, Duration.ofMinutes(10), 1000), clock);
        AtomicInteger allowed = new AtomicInteger();
        IntStream.range(0, 1000).parallel().forEach(i -> {
            if (wide.count(ADA).allowed()) {
                allowed.incrementAndGet();
            }
        });
        assertThat(allowed).hasValue(100);
    }
}
