package dev.logikids.database.command.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One look at a service.
 *
 * @param at when it was over, by the clock of this machine
 * @param took how long it took
 * @param nanos the moment of {@code at} by {@link System#nanoTime}
 * @param health empty if the service did not tell
 * @param metrics empty if the service did not tell
 * @param trouble why something is missing, for a person; empty if nothing is
 */
record Look(Instant at, Duration took, long nanos, Optional<Health> health, Optional<Metrics> metrics, String trouble) {

    /** Whether the service says that every check is up. */
    boolean ready() {
        return health.map(Health::up).orElse(false);
    }
}
