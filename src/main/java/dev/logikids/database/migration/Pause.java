package dev.logikids.database.migration;

import java.time.Duration;

/** Waiting between two tries, on a thread that may block. */
final class Pause {

    private Pause() {}

    /** Returns after that time; an interrupt ends the migration. */
    static void of(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw MigrationFailure.permanent("stopped while waiting");
        }
    }
}
