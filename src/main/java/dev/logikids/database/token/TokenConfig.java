package dev.logikids.database.token;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code logikids.tokens.*}. The lifetimes of tokens are constants, because clients rely on them. */
@ConfigMapping(prefix = "logikids.tokens")
interface TokenConfig {

    /** Whether a refresh retires the presented token; if {@code false}, it returns the same token every time. */
    @WithDefault("true")
    boolean rotate();

    /** How long a retired token still returns its child, so that a lost response logs nobody out. */
    @WithDefault("30s")
    Duration grace();
}
