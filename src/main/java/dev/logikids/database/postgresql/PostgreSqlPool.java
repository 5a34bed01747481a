package dev.logikids.database.postgresql;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Opens the pool, with bounds and a failover that {@code quarkus.datasource.reactive.*} cannot express. */
@Singleton
class PostgreSqlPool implements PgPoolCreator {

    /** Kept by each connection; the service has fewer different ones. */
    static final int PREPARED_STATEMENTS = 128;

    private final PoolConfig config;
    private final PinnedSchema schema;
    private final SyncOwners syncOwners;
    private final DatabaseMetrics metrics;

    PostgreSqlPool(PoolConfig config, PinnedSchema schema, SyncOwners syncOwners, DatabaseMetrics metrics) {
        this.config = config;
        this.schema = schema;
        this.syncOwners = syncOwners;
        this.metrics = metrics;
    }

    @Override
    public Pool create(Input input) {
        return open(input.vertx(), input.poolOptions(), input.pgConnectOptionsList());
    }

    // deprecated, but Vert.x 4 has no other way to choose the host of each connection
    @SuppressWarnings("deprecation")
    Pool open(Vertx vertx, PoolOptions options, List<PgConnectOptions> configuredHosts) {
        List<PgConnectOptions> hosts =
                configuredHosts.stream().map(this::connectOptions).toList();
        Pool pool = PgBuilder.pool()
                .using(vertx)
                .with(poolOptions(options))
                .connectingTo(hosts.get(0))
                .build();
        Hosts reachable = new Hosts(
                hosts.stream()
                        .map(host -> new Host((VertxInternal) vertx, host, config.requireChannelBinding()))
                        .toList(),
                this::prepare,
                metrics);
        return pool.connectionProvider(reachable::connect);
    }

    private Future<Void> prepare(SqlConnection connection) {
        // behind PgBouncer it would be the setting of other clients too
        Future<Void> pinned = config.pgbouncer() ? Future.succeededFuture() : schema.apply(connection);
        return pinned.compose(done -> syncOwners.look(connection));
    }

    private PoolOptions poolOptions(PoolOptions given) {
        return new PoolOptions(given)
                // the label of the metrics
                .setName("postgresql")
                .setMaxSize(config.maxSize())
                .setMaxWaitQueueSize(config.maxWaiting())
                // Database limits the wait: the pool's own timer can fail a caller and lose its connection
                .setConnectionTimeout(0)
                .setIdleTimeout(millis(config.idleTimeout()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxLifetime(millis(config.maxLifetime()))
                .setMaxLifetimeUnit(TimeUnit.MILLISECONDS);
    }

    private PgConnectOptions connectOptions(PgConnectOptions given) {
        PgConnectOptions options = new PgConnectOptions(given);
        options.setConnectTimeout(millis(config.connectTimeout()))
                .setTcpKeepAlive(true)
                .setPipeliningLimit(Reads.PIPELINED);
        if (!options.isTrustAll() && options.getTrustOptions() == null) {
            // sslrootcert=system; the driver wants them named
            options.setTrustOptions(TrustOptions.wrap(authoritiesOfTheJavaRuntime()));
        }
        if (PgConnectOptions.DEFAULT_PROPERTIES
                .get("application_name")
                .equals(options.getProperties().get("application_name"))) {
            options.addProperty("application_name", name());
        }
        if (config.pgbouncer()) {
            return options.setUseLayer7Proxy(true).setCachePreparedStatements(false);
        }
        options.getProperties().putIfAbsent("statement_timeout", text(config.statementTimeout()));
        options.getProperties().putIfAbsent("lock_timeout", text(config.lockTimeout()));
        // should a transaction ever be left open, its locks are released a second after its caller has given up
        options.getProperties()
                .putIfAbsent(
                        "idle_in_transaction_session_timeout",
                        text(config.callTimeout().plusSeconds(1)));
        return options.setCachePreparedStatements(true).setPreparedStatementCacheMaxSize(PREPARED_STATEMENTS);
    }

    /** Tells the processes of one machine apart; PgBouncer would have to set it anew for each process that it serves. */
    private String name() {
        return config.pgbouncer()
                ? config.applicationName()
                : config.applicationName() + " " + ProcessHandle.current().pid();
    }

    private static TrustManager authoritiesOfTheJavaRuntime() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no certificates of authorities", e);
        }
    }

    private static String text(Duration time) {
        return Long.toString(time.toMillis());
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }
}
