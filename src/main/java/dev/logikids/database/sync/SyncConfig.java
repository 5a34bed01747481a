package dev.logikids.database.sync;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the sync data. */
@ConfigMapping(prefix = "logikids.sync")
interface SyncConfig {

    Limit limit();

    /** How many sync requests a user may make. */
    interface Limit {

        /** Off in dev mode and tests. */
        @WithDefault("true")
        boolean enabled();

        /** Requests a user may make within one window. */
        @WithDefault("100")
        int requests();

        /** How long a window lasts from its first request. */
        @WithDefault("1h")
        Duration window();

        /** Most users counted at a time, about 200 bytes each; beyond it the oldest window is forgotten. */
        @WithDefault("100000")
        int users();
    }
}
