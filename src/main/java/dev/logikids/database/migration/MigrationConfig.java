package dev.logikids.database.migration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How migrations run. */
@ConfigMapping(prefix = "logikids.migration")
public interface MigrationConfig {

    /** Whether the service migrates when it starts; otherwise run the command {@code migrate} before. */
    @WithDefault("true")
    boolean atStart();

    /** How long the command {@code migrate} waits for a database that cannot be reached; the service waits without end. */
    @WithDefault("60s")
    Duration waitForDatabase();

    /** How long to wait while another process migrates. */
    @WithDefault("5m")
    Duration waitForLock();

    /** PostgreSQL's lock_timeout per statement: the longest that the service's queries queue behind a migration. */
    @WithDefault("5s")
    Duration lockTimeout();

    /** How often a file that runs into lock_timeout is tried, with growing pauses. */
    @WithDefault("10")
    int lockAttempts();

    /** PostgreSQL's statement_timeout per statement; 0 is none, since a backfill may take hours. */
    @WithDefault("0s")
    Duration statementTimeout();

    /**
     * Whether a run distributes {@code user_sync_data} over the workers of Citus, which an operator has to want: the extension
     * alone changes nothing. Without the extension the tables stay where they are.
     */
    @WithDefault("false")
    boolean citus();

    /** Which messages of PostgreSQL become lines of the log while a file runs. */
    @WithDefault("notice")
    NoticeLevel notices();

    /** From which severity on messages of PostgreSQL are told. */
    enum NoticeLevel {
        /** Notices and warnings, which name objects; what a file raises is told as well. */
        NOTICE,
        /** Warnings only. */
        WARNING,
        /** None: a file raises notices that quote rows. */
        OFF
    }
}
