package dev.logikids.database.token;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code logikids.tokens.*}; the lifetimes of tokens are no settings, clients count on them. */
@ConfigMapping(prefix = "logikids.tokens")
interface TokenConfig {

    /** Whether a refresh retires the presented refresh token; {@code false} gives the same one back for ever. */
    @WithDefault("true")
    boolean rotate();

    /** For how long a retired refresh token still answers with its child: a lost answer must not log anybody out. */
    @WithDefault("30s")
    Duration grace();

    /** The most access tokens whose good signature is remembered, up to an hour and about 1 KB each; none with 0. */
    @WithDefault("10000")
    int known();
}
