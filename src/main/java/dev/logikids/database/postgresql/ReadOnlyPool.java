package dev.logikids.database.postgresql;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;

/** Opens the pool of DATABASE_URL_READ_ONLY as {@link PostgreSqlPool} opens that of DATABASE_URL. */
@Singleton
@ReactiveDataSource(ReadOnlyPool.NAME)
class ReadOnlyPool implements PgPoolCreator {

    /** Of the datasource. */
    static final String NAME = "read-only";

    private final PostgreSqlPool pool;

    ReadOnlyPool(ReadOnlyBounds bounds, PinnedSchema schema) {
        this.pool =
                new PostgreSqlPool(bounds, schema, new SyncOwners(), new DatabaseMetrics(new SimpleMeterRegistry()));
    }

    @Override
    public Pool create(Input input) {
        return pool.create(input);
    }
}
