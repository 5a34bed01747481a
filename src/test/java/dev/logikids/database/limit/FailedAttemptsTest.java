package dev.logikids.database.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.testsupport.MovableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final MovableClock clock = new MovableClock(Instant.ofEpochSecond(1_800_000_000));

    @Test
    void anAddressHasItsLimitAndThenWaitsForTheEndOfItsWindow() {
        FailedAttempts attempts = attempts(true, 3);
        fail(attempts, "a", 3);
        clock.advance(Duration.ofSeconds(3_599).plusMillis(500));

        assertThatThrownBy(() -> attempts.failed("a"))
                .asInstanceOf(type(ApiException.class))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(ProblemCode.TOO_MANY_ATTEMPTS);
                    assertThat(refusal.headers()).isEqualTo(Map.of("Retry-After", "1"));
                });
        assertThat(metrics.counter("logikids.attempts.failed").count()).isEqualTo(4);
        assertThat(metrics.counter("logikids.attempts.limited").count()).isEqualTo(1);

        clock.advance(Duration.ofMillis(500));
        assertThatCode(() -> fail(attempts, "a", 3)).doesNotThrowAnyException();
    }

    @Test
    void oneAddressDoesNotUseUpAnothers() {
        FailedAttempts attempts = attempts(true, 3);
        fail(attempts, "a", 3);

        assertThatCode(() -> fail(attempts, "b", 3)).doesNotThrowAnyException();
    }

    @Test
    void theAddressesOfOneIpv6NetworkAreOneClient() {
        FailedAttempts attempts = attempts(true, 2);
        attempts.failed("2001:db8:1:2::1");
        attempts.failed("2001:db8:1:2:ffff::9");

        assertThatThrownBy(() -> attempts.failed("2001:0db8:0001:0002:0:0:0:7")).isInstanceOf(ApiException.class);
        assertThatCode(() -> fail(attempts, "2001:db8:1:3::1", 2)).doesNotThrowAnyException();
        assertThatCode(() -> fail(attempts, "::ffff:192.0.2.1", 2)).doesNotThrowAnyException();
        assertThatCode(() -> fail(attempts, "::ffff:192.0.2.2", 2)).doesNotThrowAnyException();
        assertThatCode(() -> fail(attempts, "no:address", 2)).doesNotThrowAnyException();
    }

    @Test
    void itCanBeTurnedOff() {
        FailedAttempts attempts = attempts(false, 1);

        assertThatCode(() -> fail(attempts, "a", 5)).doesNotThrowAnyException();
    }

    private static void fail(FailedAttempts attempts, String address, int times) {
        for (int i = 0; i < times; i++) {
            attempts.failed(address);
        }
    }

    private FailedAttempts attempts(boolean enabled, int limit) {
        return new FailedAttempts(new Settings(enabled, limit, Duration.ofHours(1)), clock, metrics);
    }

    private record Settings(boolean enabled, int limit, Duration window) implements AttemptConfig {}
}
