package dev.logikids.database.postgresql;

import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * The bounds of the pool of DATABASE_URL_READ_ONLY: for a few counts and exports of operators at once, and short enough that the
 * primary can still do it in the time of a request.
 */
@Singleton
// not of the type PoolConfig for others that inject it
@Typed(ReadOnlyBounds.class)
class ReadOnlyBounds implements PoolConfig {

    /** What DATABASE_URL_READ_ONLY sets. */
    private static final String SETTINGS = "logikids.read-only-pool.";

    private final PoolConfig primary;
    private final boolean requireChannelBinding;
    private final Optional<Duration> connectTimeout;

    ReadOnlyBounds(PoolConfig primary, Config config) {
        this.primary = primary;
        this.requireChannelBinding = config.getOptionalValue(SETTINGS + "require-channel-binding", Boolean.class)
                .orElse(false);
        this.connectTimeout = config.getOptionalValue(SETTINGS + "connect-timeout", Duration.class);
    }

    @Override
    public int maxSize() {
        return 3;
    }

    @Override
    public int maxWaiting() {
        return 20;
    }

    @Override
    public Duration acquireTimeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration connectTimeout() {
        return connectTimeout.orElse(Duration.ofSeconds(1));
    }

    @Override
    public Duration idleTimeout() {
        return primary.idleTimeout();
    }

    @Override
    public Duration maxLifetime() {
        return primary.maxLifetime();
    }

    @Override
    public Duration statementTimeout() {
        return Duration.ofMillis(3_500);
    }

    @Override
    public Duration lockTimeout() {
        return primary.lockTimeout();
    }

    @Override
    public Duration callTimeout() {
        return Duration.ofSeconds(4);
    }

    @Override
    public int transactionAttempts() {
        return 1;
    }

    @Override
    public String applicationName() {
        return primary.applicationName();
    }

    @Override
    public boolean requireChannelBinding() {
        return requireChannelBinding;
    }

    @Override
    public boolean pgbouncer() {
        return primary.pgbouncer();
    }
}
