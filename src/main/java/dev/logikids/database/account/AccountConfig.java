package dev.logikids.database.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** {@code logikids.accounts.*} */
@ConfigMapping(prefix = "logikids.accounts")
interface AccountConfig {

    @WithName("last-seen")
    Batch lastSeen();

    /** How the times of requests are written, off the requests' path. */
    interface Batch {

        /** Between two writes; clients count on a time that is at most a second late. */
        @WithDefault("500ms")
        Duration every();

        /** The most accounts that wait for a write: 20,000 requests a second by as many users, and as much again. */
        @WithDefault("20000")
        int capacity();

        /** How long a stopping service waits for the last write. */
        @WithDefault("3s")
        Duration atStop();
    }
}
