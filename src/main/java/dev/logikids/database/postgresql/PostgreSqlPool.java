package dev.logikids.database.postgresql;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.spi.ConnectionFactory;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Opens the pool that quarkus.datasource.reactive.* cannot describe: bounded in every wait, failing over by itself. */
@Singleton
class PostgreSqlPool implements PgPoolCreator {

    private final PoolConfig config;

    PostgreSqlPool(PoolConfig config) {
        this.config = config;
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
        ConnectionFactory connections = PgDriver.INSTANCE.createConnectionFactory(vertx, hosts.get(0));
        // or its finalizer closes it, on an event loop that has ended
        ((VertxInternal) vertx).addCloseHook(connections);
        Hosts reachable = new Hosts(hosts, connections);
        return pool.connectionProvider(context -> reachable.connect(context, 0));
    }

    private PoolOptions poolOptions(PoolOptions given) {
        return new PoolOptions(given)
                // the label of its metrics
                .setName("postgresql")
                .setMaxSize(config.maxSize())
                .setMaxWaitQueueSize(config.maxWaiting())
                .setConnectionTimeout(millis(config.acquireTimeout()))
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(millis(config.idleTimeout()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxLifetime(millis(config.maxLifetime()))
                .setMaxLifetimeUnit(TimeUnit.MILLISECONDS);
    }

    private PgConnectOptions connectOptions(PgConnectOptions given) {
        PgConnectOptions options = new PgConnectOptions(given);
        options.setConnectTimeout(millis(config.connectTimeout()))
                .setTcpKeepAlive(true)
                // longer than the pool keeps one: this ends sockets on which the server fell silent while connecting
                .setIdleTimeout(millis(config.idleTimeout().plusSeconds(5)))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        if (PgConnectOptions.DEFAULT_PROPERTIES
                .get("application_name")
                .equals(options.getProperties().get("application_name"))) {
            options.addProperty("application_name", config.applicationName());
        }
        if (config.pgbouncer()) {
            return options.setUseLayer7Proxy(true).setCachePreparedStatements(false);
        }
        options.getProperties().putIfAbsent("statement_timeout", text(config.statementTimeout()));
        options.getProperties().putIfAbsent("lock_timeout", text(config.lockTimeout()));
        // should a transaction ever be left open, its locks go a second after its caller has given up
        options.getProperties()
                .putIfAbsent(
                        "idle_in_transaction_session_timeout",
                        text(config.callTimeout().plusSeconds(1)));
        return options.setCachePreparedStatements(true).setPreparedStatementCacheMaxSize(config.preparedStatements());
    }

    private static String text(Duration time) {
        return Long.toString(time.toMillis());
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }

    /** The servers of DATABASE_URL, of which one takes writes. */
    private final class Hosts {

        private final List<PgConnectOptions> hosts;
        private final ConnectionFactory factory;
        private volatile int preferred;

        Hosts(List<PgConnectOptions> hosts, ConnectionFactory factory) {
            this.hosts = hosts;
            this.factory = factory;
        }

        /** Connects to the host that worked last, or else to the next one that takes writes. */
        Future<SqlConnection> connect(Context context, int failed) {
            int host = preferred;
            return connectTo(context, hosts.get(host)).recover(failure -> {
                preferred = (host + 1) % hosts.size();
                return failed + 1 < hosts.size() ? connect(context, failed + 1) : Future.failedFuture(failure);
            });
        }

        private Future<SqlConnection> connectTo(Context context, PgConnectOptions host) {
            Future<SqlConnection> connecting = factory.connect(context, host);
            // the driver bounds the TCP connect only, and the pool would lose a place to a server that never answers
            Future<SqlConnection> inTime = (hosts.size() == 1 ? connecting : connecting.compose(this::writable))
                    .timeout(config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
            inTime.onFailure(late -> {
                if (late instanceof TimeoutException) {
                    connecting.onSuccess(SqlConnection::close);
                }
            });
            return inTime;
        }

        private Future<SqlConnection> writable(SqlConnection connection) {
            return connection.query("SELECT pg_is_in_recovery()").execute().compose(rows -> {
                if (rows.iterator().next().getBoolean(0)) {
                    connection.close();
                    return Future.failedFuture(new IOException("the server is a standby"));
                }
                return Future.succeededFuture(connection);
            });
        }
    }
}
