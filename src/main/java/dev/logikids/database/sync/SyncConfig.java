package dev.logikids.database.sync;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the sync data. */
@ConfigMapping(prefix = "logikids.sync")
interface SyncConfig {

    Limit limit();

    LastAccessed lastAccessed();

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

    /** How reads move {@code last_accessed}. */
    interface LastAccessed {

        /** How often collected times are written; with the write itself they are at most a second late. */
        @WithDefault("500ms")
        Duration every();

        /** Most users whose times wait at a time. */
        @WithDefault("10000")
        int capacity();

        /** How long a stopping service may take for the last write. */
        @WithDefault("2s")
        Duration atStop();
    }
}
