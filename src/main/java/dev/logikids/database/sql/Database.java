package dev.logikids.database.sql;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/** The only holder of the Vert.x PostgreSQL pool. */
@ApplicationScoped
public class Database {

    private final Pool pool;
    private final PoolConfig config;

    Database(Pool pool, PoolConfig config) {
        this.pool = pool;
        this.config = config;
    }

    public <T> Uni<T> withConnection(Function<SqlConnection, Uni<T>> work) {
        return pool.withConnection(work);
    }

    public <T> Uni<T> inTransaction(Function<SqlConnection, Uni<T>> work) {
        return inTransaction(TransactionOptions.DEFAULT, work);
    }

    public <T> Uni<T> inTransaction(TransactionOptions options, Function<SqlConnection, Uni<T>> work) {
        return withConnection(connection -> connection
                .query(options.beginSql())
                .execute()
                .chain(() -> work.apply(connection))
                .onItemOrFailure()
                .call((item, failure) -> connection
                        .query(failure == null ? "COMMIT" : "ROLLBACK")
                        .execute()));
    }

    public <T> Uni<T> withSavepoint(SqlConnection connection, Supplier<Uni<T>> step) {
        return connection
                .query("SAVEPOINT step")
                .execute()
                .chain(step::get)
                .call(() -> connection.query("RELEASE SAVEPOINT step").execute())
                .onFailure()
                .call(() -> connection.query("ROLLBACK TO SAVEPOINT step").execute());
    }

    public Uni<String> ping(Duration longest) {
        return withConnection(connection -> connection
                        .query("SHOW server_version")
                        .execute()
                        .map(rows -> rows.iterator().next().getString(0)))
                .ifNoItem()
                .after(longest)
                .fail();
    }

    public PoolFigures figures() {
        return new PoolFigures(config.maxSize(), pool.size(), 0, 0);
    }
}
