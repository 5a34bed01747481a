package dev.logikids.database.migration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How migrations run. */
@ConfigMapping(prefix = "logikids.migration")
public interface MigrationConfig {

    /** Whether the service applies what is pending when it starts; without it the command {@code migrate} does. */
    @WithDefault("true")
    boolean atStart();

    /** Whether that happens beside a port that is already open; tests wait for it instead. */
    @WithDefault("true")
    boolean background();

    /** How long the command {@code migrate} waits for a database that is not there yet; the service waits without end. */
    @WithDefault("60s")
    Duration waitForDatabase();

    /** How long to wait while another process migrates. */
    @WithDefault("5m")
    Duration waitForLock();

    /** PostgreSQL's lock_timeout for each statement: the longest that the service's queries queue behind a migration. */
    @WithDefault("5s")
    Duration lockTimeout();

    /** How often a file that ran into lock_timeout is tried, with a growing pause between. */
    @WithDefault("10")
    int lockAttempts();

    /** PostgreSQL's statement_timeout for each statement; 0 is without bound, since a backfill may take hours. */
    @WithDefault("0s")
    Duration statementTimeout();

    /** How often a file that is still running is reported. */
    @WithDefault("10s")
    Duration reportEvery();
}
