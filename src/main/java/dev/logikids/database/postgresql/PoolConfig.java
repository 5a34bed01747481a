package dev.logikids.database.postgresql;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * Bounds of the connection pool. A caller gets its answer within {@link #callTimeout()} whatever happens, so that a
 * request that needs the database is answered within the 10 s the API promises.
 */
@ConfigMapping(prefix = "logikids.pool")
public interface PoolConfig {

    /** The most connections; the seed's figure, and about what two database cores can use at once. */
    @WithDefault("10")
    int maxSize();

    /** The most callers that wait for a connection (also while it is being opened), 20 for each; more are refused at once. */
    @WithDefault("200")
    int maxWaiting();

    /** The longest wait for a connection; the seed's figure. */
    @WithDefault("5s")
    Duration acquireTimeout();

    /** The longest TCP and TLS connect plus PostgreSQL handshake with one host; below the acquire timeout. */
    @WithDefault("3s")
    Duration connectTimeout();

    /** How long an unused connection is kept; the seed's figure. */
    @WithDefault("30s")
    Duration idleTimeout();

    /** How long a connection is kept at most: after a failover or a change of DNS all have moved within it. */
    @WithDefault("30m")
    Duration maxLifetime();

    /** PostgreSQL ends a statement after it; below the call timeout, so that the server gives up first. */
    @WithDefault("8s")
    Duration statementTimeout();

    /** PostgreSQL ends a wait for a lock after it: acquire and lock timeout together stay below the call timeout. */
    @WithDefault("3s")
    Duration lockTimeout();

    /** The longest time for one call: waiting for a connection, its work, its commit and its repetitions together. */
    @WithDefault("9s")
    Duration callTimeout();

    /** How often a transaction that collides with another (SQLSTATE 40001, 40P01) is tried before it fails. */
    @WithDefault("3")
    int transactionAttempts();

    /** The first pause before such a repetition; it doubles each time, and a random part of it is taken. */
    @WithDefault("50ms")
    Duration retryPause();

    /** How many prepared statements a connection keeps; the service has fewer different ones. */
    @WithDefault("128")
    int preparedStatements();

    /** How the connections are called in pg_stat_activity, unless DATABASE_URL says otherwise. */
    @WithDefault("logikids-database")
    String applicationName();

    /**
     * Whether DATABASE_URL leads to PgBouncer in transaction mode: then no prepared statement is kept and no timeout is
     * given when connecting, but at the start of each transaction. A single statement outside a transaction has only
     * the call timeout.
     */
    @WithDefault("false")
    boolean pgbouncer();
}
