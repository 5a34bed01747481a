package dev.logikids.database.migration;

import java.time.Duration;

/** Waits between attempts, each time twice as long up to a bound, on a thread that may block. */
final class Backoff {

    private final Duration longest;
    private Duration next;

    Backoff(Duration first, Duration longest) {
        this.next = first;
        this.longest = longest;
    }

    /** Waits from 250 ms to 5 s: quick at first, and no load when it takes long. */
    static Backoff exponential() {
        return new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));
    }

    /** Waits; an interrupt ends the migration. */
    void pause() {
        try {
            Thread.sleep(next.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw MigrationFailure.permanent("stopped while waiting");
        }
        Duration twice = next.multipliedBy(2);
        next = twice.compareTo(longest) < 0 ? twice : longest;
    }
}
