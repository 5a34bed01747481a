package dev.logikids.database.postgresql;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * Bounds of the connection pool. Every call ends within {@link #callTimeout()}, so that a request that needs the database
 * is answered within the 10 s that the API promises.
 */
@ConfigMapping(prefix = "logikids.pool")
interface PoolConfig {

    /** The most connections; the seed's figure, and about what two database cores can use at once. */
    @WithDefault("10")
    int maxSize();

    /** The most callers that wait for a connection, 20 per connection; more are rejected at once. */
    @WithDefault("200")
    int maxWaiting();

    /** The longest wait for a connection; the seed's figure. */
    @WithDefault("5s")
    Duration acquireTimeout();

    /** The longest connect to one host, TLS and authentication included; below the acquire timeout. */
    @WithDefault("3s")
    Duration connectTimeout();

    /** How long an unused connection is kept; the seed's figure. */
    @WithDefault("30s")
    Duration idleTimeout();

    /** How long a connection is kept at most: after a change of DNS all have moved by then. */
    @WithDefault("30m")
    Duration maxLifetime();

    /** PostgreSQL cancels a statement after it; below the call timeout, so that the server gives up first. */
    @WithDefault("8s")
    Duration statementTimeout();

    /** PostgreSQL cancels a wait for a lock after it; acquire and lock timeout together are below the call timeout. */
    @WithDefault("3s")
    Duration lockTimeout();

    /** The longest call: the wait for a connection, the work, the commit and all retries together. */
    @WithDefault("9s")
    Duration callTimeout();

    /** How often a transaction that collides with another (SQLSTATE 40001, 40P01) runs before it fails. */
    @WithDefault("3")
    int transactionAttempts();

    /**
     * The name of the connections in pg_stat_activity, with the number of the process after it (not behind PgBouncer), unless
     * DATABASE_URL has one.
     */
    @WithDefault("logikids-database")
    String applicationName();

    /** Whether the server must authenticate with SCRAM and channel binding; DATABASE_URL sets it. */
    @WithDefault("false")
    boolean requireChannelBinding();

    /**
     * Whether DATABASE_URL leads to PgBouncer in transaction mode. Then no prepared statement is kept, and time-outs are
     * set at the start of each transaction instead of per connection: a statement outside of a transaction has only the
     * call timeout.
     */
    @WithDefault("false")
    boolean pgbouncer();
}
