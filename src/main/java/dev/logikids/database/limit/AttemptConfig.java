package dev.logikids.database.limit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code logikids.attempts.*}: the limit of failed attempts per client address. */
@ConfigMapping(prefix = "logikids.attempts")
interface AttemptConfig {

    /** Whether failed attempts are limited; they are counted in any case. */
    @WithDefault("true")
    boolean enabled();

    /** How many failed attempts an address has per window. */
    @WithDefault("600")
    int limit();

    /** How long a window lasts, from its first failed attempt. */
    @WithDefault("1h")
    Duration window();
}
