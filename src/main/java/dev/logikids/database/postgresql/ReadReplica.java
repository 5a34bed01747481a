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
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Reads that may be some seconds old (ADR 37): from DATABASE_URL_READ_ONLY, if that is set, answers and is at most
 * 30 s behind, else from the primary. Never for a token, a condition such as If-Match, or anything that a write
 * depends on.
 */
@ApplicationScoped
public class ReadReplica {

    private static final Logger LOG = Logger.getLogger(ReadReplica.class);

    /** After a failure: meanwhile the primary is asked at once. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /** Longer than a busy standby needs; one that is paused, or kept behind on purpose, is soon behind by more. */
    static final Duration LONGEST_LAG = Duration.ofSeconds(30);

    /**
     * How far it is behind: 0 for a server that is no standby, and for one that has replayed all that it receives; empty when
     * nobody knows, because it has replayed nothing since its start.
     */
    private static final String LAG = """
            SELECT CASE
                WHEN NOT pg_is_in_recovery() THEN 0
                WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
                  AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
                ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::bigint
              END AS seconds
            """;

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
                ? Optional.of(Database.ofReplica(pool.get(), bounds, vertx, schema, unseen))
                : Optional.empty();
    }

    /** Whether there is one: what is read may be some seconds old. */
    public boolean isSet() {
        return replica.isPresent();
    }

    /** As {@link Database#inTransaction(TransactionOptions, Function)}; the work only reads, and may run twice. */
    public <T> Uni<T> inTransaction(TransactionOptions options, Function<SqlConnection, Uni<T>> work) {
        return read(work, (database, reading) -> database.inTransaction(options.asReadOnly(), reading));
    }

    /** As {@link Database#withConnection(Function)}; the work only reads, and may run twice. */
    public <T> Uni<T> withConnection(Function<SqlConnection, Uni<T>> work) {
        return read(work, Database::withConnection);
    }

    private <T> Uni<T> read(
            Function<SqlConnection, Uni<T>> work, BiFunction<Database, Function<SqlConnection, Uni<T>>, Uni<T>> call) {
        if (replica.isEmpty() || (failing && System.nanoTime() - pausedUntil < 0)) {
            return call.apply(primary, work);
        }
        return call.apply(replica.get(), connection -> upToDate(connection).chain(() -> work.apply(connection)))
                .invoke(this::answered)
                .onFailure(DatabaseFailure.class)
                .recoverWithUni(failure -> {
                    failed(failure);
                    return call.apply(primary, work);
                });
    }

    private static Uni<Void> upToDate(SqlConnection connection) {
        return Statement.REPLICA_LAG
                .execute(connection, LAG)
                .invoke(rows -> {
                    Long seconds = rows.iterator().next().getLong("seconds");
                    if (seconds == null || seconds > LONGEST_LAG.toSeconds()) {
                        throw new DatabaseFailure.Busy(
                                "it is behind the primary by more than " + LONGEST_LAG.toSeconds() + " s");
                    }
                })
                .replaceWithVoid();
    }

    private void answered() {
        if (failing) {
            failing = false;
            LOG.info("the read replica of DATABASE_URL_READ_ONLY is read again");
        }
    }

    private void failed(Throwable failure) {
        pausedUntil = System.nanoTime() + PAUSE.toNanos();
        if (!failing) {
            failing = true;
            String cure = failure instanceof DatabaseFailure.SchemaMissing
                    ? ": it must name a standby of the primary, and the same database"
                    : "";
            LOG.warnf(
                    "the read replica of DATABASE_URL_READ_ONLY failed, the primary is read instead: %s%s",
                    failure.getMessage(), cure);
        }
    }
}
