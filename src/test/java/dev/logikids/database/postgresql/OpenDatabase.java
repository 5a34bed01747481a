package dev.logikids.database.postgresql;

import dev.logikids.database.testsupport.Patience;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A {@link Database} on a pool of its own, opened as the service opens it, with the settings a test needs. */
final class OpenDatabase implements AutoCloseable {

    private static final Queue<Throwable> UNCAUGHT = new ConcurrentLinkedQueue<>();
    private static final Vertx VERTX = Vertx.vertx().exceptionHandler(UNCAUGHT::add);

    final Database database;
    final PoolConfig config;
    final MeterRegistry registry = new SimpleMeterRegistry();
    private final Pool pool;

    private OpenDatabase(PoolConfig config, List<String> urls) {
        this.config = config;
        PinnedSchema schema = new PinnedSchema();
        SyncOwners syncOwners = new SyncOwners();
        DatabaseMetrics metrics = new DatabaseMetrics(registry);
        pool = new PostgreSqlPool(config, schema, syncOwners, metrics)
                .open(
                        VERTX,
                        new PoolOptions(),
                        urls.stream().map(OpenDatabase::options).toList());
        database = new Database(pool, config, VERTX, schema, syncOwners, metrics);
    }

    /** Opens it with the default settings, but for those given in turn as name (without prefix) and value. */
    static OpenDatabase at(String url, String... settings) {
        return at(List.of(url), settings);
    }

    static OpenDatabase at(List<String> urls, String... settings) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            properties.put("logikids.pool." + settings[i], settings[i + 1]);
        }
        PoolConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(PoolConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(PoolConfig.class);
        return new OpenDatabase(config, urls);
    }

    private static PgConnectOptions options(String url) {
        // as for sslmode=require: the certificate is not looked at
        return PgConnectOptions.fromUri(url).setTrustAll(true);
    }

    /** Returns what no handler of this run caught until now. */
    static List<Throwable> uncaught() {
        return List.copyOf(UNCAUGHT);
    }

    /** Runs statements that give nothing back. */
    void run(String... statements) {
        Stream.of(statements)
                .forEach(sql -> await(database.withConnection(
                        connection -> connection.query(sql).execute())));
    }

    long count(String table) {
        return await(database.withConnection(connection -> connection
                .query("SELECT count(*) FROM " + table)
                .execute()
                .map(rows -> rows.iterator().next().getLong(0))));
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Patience.LONGEST);
    }

    /** Awaits a failure and returns it. */
    static Throwable failureOf(Uni<?> uni) {
        return await(uni.onItem()
                .<Throwable>transform(item -> new AssertionError("it gave " + item))
                .onFailure()
                .recoverWithItem(failure -> failure));
    }

    /** Waits for what nothing announces. */
    static void eventually(BooleanSupplier condition) {
        Patience.await().until(condition::getAsBoolean);
    }

    @Override
    public void close() {
        pool.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
