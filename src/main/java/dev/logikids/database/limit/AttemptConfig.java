package dev.logikids.database.limit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code logikids.attempts.*} */
@ConfigMapping(prefix = "logikids.attempts")
interface AttemptConfig {

    /** Whether failed attempts are counted at all. */
    @WithDefault("true")
    boolean enabled();

    /** How many failed attempts an address has in a window. */
    @WithDefault("600")
    int limit();

    /** How long a window lasts, from the first failed attempt in it. */
    @WithDefault("1h")
    Duration window();

    /** The most addresses that are remembered, about 40 MB; beyond it the window that ends first is forgotten. */
    @WithDefault("100000")
    int addresses();
}
