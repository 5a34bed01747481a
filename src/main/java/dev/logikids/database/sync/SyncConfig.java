package dev.logikids.database.sync;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code logikids.sync.*} */
@ConfigMapping(prefix = "logikids.sync")
interface SyncConfig {

    Limit limit();

    /** The limit of sync requests per user. */
    interface Limit {

        /** Off in dev mode and tests. */
        @WithDefault("true")
        boolean enabled();

        /** Requests per user and window. */
        @WithDefault("100")
        int requests();

        /** How long a window lasts, from its first request. */
        @WithDefault("1h")
        Duration window();
    }
}
