package dev.logikids.database.sync;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code logikids.sync.*} */
@ConfigMapping(prefix = "logikids.sync")
interface SyncConfig {

    Limit limit();

    LastAccessed lastAccessed();

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
