package dev.logikids.database.migration;

import java.time.Duration;

/**
 * Is told what a migration does, while it does it: by the thread that migrates, and by the one that watches a file. What it
 * throws about a running file does not end the migration.
 */
@FunctionalInterface
public interface MigrationProgress {

    /** Often for a person who waits, seldom for a log. */
    Duration INTERVAL = Duration.ofSeconds(10);

    /** Something has happened: one line. */
    void happened(String line);

    /** PostgreSQL has warned of something: one line. */
    default void warned(String line) {
        happened(line);
    }

    /** How often a file that is running is looked at; each look is a new session of the database. */
    default Duration interval() {
        return INTERVAL;
    }

    /** A file is still running; told at each {@link #interval}. */
    default void running(RunningFile file) {
        happened(file.toString());
    }
}
