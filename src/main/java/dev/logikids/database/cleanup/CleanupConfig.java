package dev.logikids.database.cleanup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the sweeps. */
@ConfigMapping(prefix = "logikids.cleanup")
interface CleanupConfig {

    /** When to sweep, as a Quartz cron expression in the server's time zone, or {@code off}. */
    @WithDefault("0 17 3 * * ?")
    String cron();

    /** How long a blob is kept after its last access. */
    @WithDefault("730d")
    Duration blobsAfter();

    /** Rows removed in one transaction: short enough that nobody waits for it. */
    @WithDefault("1000")
    int batch();

    /** Most batches of one table in one sweep; what is left waits for the next. */
    @WithDefault("1000")
    int batches();
}
