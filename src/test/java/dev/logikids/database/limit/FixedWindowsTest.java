package dev.logikids.database.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.limit.FixedWindows.Count;
import dev.logikids.database.testsupport.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FixedWindowsTest {

    private static final Duration WINDOW = Duration.ofMinutes(10);

    private final MovableClock clock = new MovableClock(Instant.EPOCH);
    private final FixedWindows windows = new FixedWindows(3, WINDOW, 2, clock);

    @Test
    void aWindowBeginsWithItsFirstCallAndEndsAsAWhole() {
        clock.advance(Duration.ofSeconds(77));
        assertThat(windows.count("a")).isEqualTo(new Count(true, 2, 600, 677_000));
        clock.advance(Duration.ofSeconds(599));
        windows.count("a");
        assertThat(windows.count("a")).isEqualTo(new Count(true, 0, 1, 677_000));
        assertThat(windows.count("a")).isEqualTo(new Count(false, 0, 1, 677_000));
        clock.advance(Duration.ofSeconds(1));
        assertThat(windows.count("a")).isEqualTo(new Count(true, 2, 600, 1_277_000));
    }

    @Test
    void theNextWindowOfAnIdleKeyBeginsWithItsNextCall() {
        windows.count("a");
        clock.advance(Duration.ofSeconds(1000));
        assertThat(windows.count("a")).isEqualTo(new Count(true, 2, 600, 1_600_000));
    }

    @Test
    void beyondTheBoundTheWindowThatEndsFirstIsForgotten() {
        windows.count("a");
        windows.count("b");
        windows.count("c");
        assertThat(windows.count("c").remaining()).isEqualTo(1);
        assertThat(windows.count("a").remaining()).as("begins again").isEqualTo(2);
        windows.count("c");
        assertThat(windows.count("c").allowed()).isFalse();
    }

    @Test
    void aKeyThatIsRememberedForgetsNoOther() {
        windows.count("a");
        windows.count("b");
        assertThat(windows.count("b").remaining()).isEqualTo(1);
        assertThat(windows.count("a").remaining()).isEqualTo(1);
    }

    @Test
    void aCallIsTakenBackInItsOwnWindowOnly() {
        Count first = windows.count("a");
        windows.takeBack("a", first);
        assertThat(windows.count("a").remaining()).isEqualTo(2);

        clock.advance(WINDOW);
        windows.takeBack("a", first);
        windows.count("a");
        windows.takeBack("a", first);
        assertThat(windows.count("a").remaining()).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackLeavesNobodyWithAWindowOfTheFuture() {
        windows.count("before");
        clock.advance(Duration.ofDays(30));
        IntStream.range(0, 4).forEach(call -> windows.count("a"));
        clock.advance(Duration.ofDays(-30));

        assertThat(windows.count("a")).isEqualTo(new Count(true, 2, 600, 600_000));
        windows.count("b");
        clock.advance(WINDOW);
        assertThat(windows.count("b").remaining()).as("begins again").isEqualTo(2);
    }

    @Test
    void callsAtTheSameTimeAreCountedOnce() {
        FixedWindows wide = new FixedWindows(100, WINDOW, 1000, clock);
        AtomicInteger allowed = new AtomicInteger();
        IntStream.range(0, 1000).parallel().forEach(i -> {
            if (wide.count("a").allowed()) {
                allowed.incrementAndGet();
            }
        });
        assertThat(allowed).hasValue(100);
    }
}
