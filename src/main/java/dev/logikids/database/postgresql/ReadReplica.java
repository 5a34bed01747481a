package dev.logikids.database.postgresql;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Reads that may be some seconds old (ADR 37): from DATABASE_URL_READ_ONLY, if that is set and answers, else from the primary. Never
 * for a token, a condition such as If-Match, or anything that a write depends on.
 */
@ApplicationScoped
public class ReadReplica {

    private static final Logger LOG = Logger.getLogger(ReadReplica.class);

    /** After a failure: meanwhile the primary is asked at once. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Database primary;
    private final Optional<Database> replica;
    private volatile boolean failing;
    private volatile long pausedUntil = System.nanoTime();

    ReadReplica(
            Database primary,
            @ReactiveDataSource(ReadOnlyPool.NAME) InjectableInstance<Pool> pool,
            ReadOnlyBounds bounds,
            Vertx vertx,
            PinnedSchema schema) {
        this.primary = primary;
        // its own counts, of the few calls that operators make, would be taken for those of the primary
        DatabaseMetrics unseen = new DatabaseMetrics(new SimpleMeterRegistry());
        this.replica = pool.getHandle().getBean().isActive()
                ? Optional.of(new Database(pool.get(), bounds, vertx, schema, new SyncOwners(), unseen))
                : Optional.empty();
    }

    /** Whether there is one: what is read may be some seconds old. */
    public boolean isSet() {
        return replica.isPresent();
    }

    /** As {@link Database#inTransaction(TransactionOptions, Function)}; the work only reads, and may run twice. */
    public <T> Uni<T> inTransaction(TransactionOptions options, Function<SqlConnection, Uni<T>> work) {
        return read(database -> database.inTransaction(options.asReadOnly(), work));
    }

    /** As {@link Database#withConnection(Function)}; the work only reads, and may run twice. */
    public <T> Uni<T> withConnection(Function<SqlConnection, Uni<T>> work) {
        return read(database -> database.withConnection(work));
    }

    private <T> Uni<T> read(Function<Database, Uni<T>> work) {
        if (replica.isEmpty() || (failing && System.nanoTime() - pausedUntil < 0)) {
            return work.apply(primary);
        }
        return work.apply(replica.get())
                .invoke(this::answered)
                .onFailure(DatabaseFailure.class)
                .recoverWithUni(failure -> {
                    failed(failure);
                    return work.apply(primary);
                });
    }

    private void answered() {
        if (failing) {
            failing = false;
            LOG.info("DATABASE_URL_READ_ONLY is read again");
        }
    }

    private void failed(Throwable failure) {
        pausedUntil = System.nanoTime() + PAUSE.toNanos();
        if (!failing) {
            failing = true;
            LOG.warnf("DATABASE_URL_READ_ONLY failed, the primary is read instead: %s", failure.getMessage());
        }
    }
}
