package dev.logikids.database.cleanup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the clean-up. */
@ConfigMapping(prefix = "logikids.cleanup")
interface CleanupConfig {

    /** When to sweep, as a Quartz cron expression in the server's time zone, or {@code off}; see application.properties. */
    String cron();

    /** How long a blob is kept after its last access. */
    @WithDefault("730d")
    Duration blobsAfter();

    /** The most rows removed in one transaction, so that nobody waits long for its locks. */
    @WithDefault("1000")
    int batch();

    /** How many full batches of one table a sweep removes at most; the next sweep removes the rest. */
    @WithDefault("1000")
    int batches();
}
