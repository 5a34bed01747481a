package dev.logikids.database.postgresql;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.AsyncResult;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What the pool, its connections and its transactions count and time, as metrics {@code logikids_pool_…} and
 * {@code logikids_transactions_total}. They begin at 0 when the service starts, whatever the database does, as those of each
 * {@link Statement} do.
 */
@Singleton
class DatabaseMetrics {

    /** From a free connection to the acquire timeout. */
    private static final Duration[] BUCKETS =
            Stream.of(1, 5, 25, 100, 500, 1000, 5000).map(Duration::ofMillis).toArray(Duration[]::new);

    /** Why a caller got no connection. */
    enum Rejection {
        /** Too many callers wait already. */
        QUEUE,
        /** None became free in time. */
        TIMEOUT,
        /** None could be opened. */
        UNAVAILABLE
    }

    /** How a transaction, or one attempt of it, ended. */
    enum End {
        COMMITTED,
        ROLLED_BACK,
        /** It collided with another and runs again. */
        RETRIED,
        /** The server did not answer the commit. */
        UNKNOWN
    }

    private final MeterRegistry registry;
    private final Timer acquire;
    private final Map<Rejection, Counter> rejected;
    private final Map<End, Counter> transactions;
    private final Counter opened;
    private final Counter failed;

    DatabaseMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.acquire = Timer.builder("logikids.pool.acquire")
                .description("Waits for a connection of the pool that ended with one")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.rejected = counters(
                Rejection.class, "logikids.pool.rejected", "reason", "Calls that got no connection, by reason");
        this.transactions = counters(
                End.class, "logikids.transactions", "outcome", "Transactions by end; retried: attempts that run again");
        this.opened = connects("opened");
        this.failed = connects("failed");
    }

    private Counter connects(String outcome) {
        return Counter.builder("logikids.pool.connects")
                .description("Attempts to open a connection to a host of DATABASE_URL")
                .tag("outcome", outcome)
                .register(registry);
    }

    private <E extends Enum<E>> Map<E, Counter> counters(
            Class<E> kinds, String name, String label, String description) {
        Map<E, Counter> counters = new EnumMap<>(kinds);
        for (E kind : kinds.getEnumConstants()) {
            counters.put(
                    kind,
                    Counter.builder(name)
                            .description(description)
                            .tag(label, kind.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        return counters;
    }

    void begin(@Observes StartupEvent event, Database database) {
        Statement.begin();
        connections(database, "in_use", PoolFigures::inUse);
        connections(database, "idle", PoolFigures::idle);
        gauge(database, "logikids.pool.max.connections", "The most connections the pool opens", PoolFigures::max);
        gauge(database, "logikids.pool.waiting", "Callers that wait for a connection", PoolFigures::waiting);
    }

    private void connections(Database database, String state, ToDoubleFunction<PoolFigures> figure) {
        Gauge.builder("logikids.pool.connections", () -> figure.applyAsDouble(database.figures()))
                .description("Open connections of the pool")
                .tag("state", state)
                .register(registry);
    }

    private void gauge(Database database, String name, String description, ToDoubleFunction<PoolFigures> figure) {
        Gauge.builder(name, () -> figure.applyAsDouble(database.figures()))
                .description(description)
                .register(registry);
    }

    /** @param since the {@link System#nanoTime()} at which the caller began to wait */
    void acquired(long since) {
        acquire.record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
    }

    void rejected(Rejection reason, int calls) {
        rejected.get(reason).increment(calls);
    }

    void ended(End end) {
        transactions.get(end).increment();
    }

    void connected(AsyncResult<?> attempt) {
        (attempt.succeeded() ? opened : failed).increment();
    }
}
