package dev.logikids.database.limit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code logikids.attempts.*}: the limits of failed attempts. */
@ConfigMapping(prefix = "logikids.attempts")
interface AttemptConfig {

    /** Whether failed attempts are limited; they are counted in any case. */
    @WithDefault("true")
    boolean enabled();

    /** How many failed attempts a client address has per window. */
    @WithDefault("600")
    int limit();

    /**
     * How many wrong invite codes all client addresses together have per window. Of 2^40 codes 100 are open, each for
     * 168 hours: 10 000 guesses per hour find one of them in a week with a chance of 1 in 6 500 (10 000 x 168 x 100 /
     * 2^40). People who mistype a code stay far below.
     */
    @WithDefault("10000")
    int ceiling();

    /** How long a window lasts, from its first failed attempt. */
    @WithDefault("1h")
    Duration window();

    /**
     * The addresses and networks ({@code 10.0.0.5,fd00::/64}) of proxies that say in {@code X-Forwarded-For} or
     * {@code Forwarded} who their client is. Nobody else is believed.
     */
    Optional<List<String>> trustedProxies();
}
