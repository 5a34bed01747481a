package dev.logikids.database.cleanup;

import static dev.logikids.database.postgresql.Statement.CLEANUP_COUNT;
import static dev.logikids.database.postgresql.Statement.CLEANUP_DELETE;
import static dev.logikids.database.postgresql.Statement.CLEANUP_LOCK;
import static dev.logikids.database.postgresql.Statement.CLEANUP_NOW;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.TransactionOptions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Removes what nobody needs any more: blobs not accessed for two years, expired and dead refresh tokens, expired unused
 * invites. Runs once per day, and at any time by the command {@code cleanup}; may be repeated, and stopped at any point.
 * Of several replicas one sweeps at a time, the others do nothing. What is due by the clock of the service has to be due by
 * the clock of the database too, for one that is years ahead would remove everything. The metric {@code logikids_cleanup_removed_total}
 * counts the rows per table, {@code logikids_cleanup_failed_total} the daily sweeps that failed.
 */
@Startup
@ApplicationScoped
public class Cleanup {

    private static final Logger LOG = Logger.getLogger(Cleanup.class);

    /** The advisory lock of the replica that sweeps: "cleanup" in ASCII. */
    private static final long LOCK = 0x636c65616e7570L;

    /** Nobody waits for a batch, and large blobs on a slow disk take longer than a request may. */
    private static final TransactionOptions PATIENT = TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(30));

    private final Database database;
    private final CleanupConfig settings;
    private final Map<Sweep, Counter> removed = new EnumMap<>(Sweep.class);
    private final Counter failed;
    private final Clock clock;

    Cleanup(Database database, CleanupConfig settings, MeterRegistry metrics, Clock clock) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        for (Sweep sweep : Sweep.values()) {
            removed.put(
                    sweep,
                    Counter.builder("logikids.cleanup.removed")
                            .description("Rows that the clean-up removed")
                            .tag("table", sweep.table())
                            .register(metrics));
        }
        this.failed = Counter.builder("logikids.cleanup.failed")
                .description("Daily sweeps that failed; the next one goes on")
                .register(metrics);
    }

    @Scheduled(identity = "cleanup", cron = "{logikids.cleanup.cron}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> daily() {
        return sweep().onFailure()
                .invoke(failure -> {
                    failed.increment();
                    LOG.errorf("the daily clean-up failed, the next one goes on: %s", failure.getMessage());
                })
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    /**
     * Removes all of it in batches, and returns the number of rows per table: 0 while another replica sweeps. When a table
     * fails, the others are swept before the returned Uni fails.
     */
    public Uni<Map<String, Long>> sweep() {
        return each(this::sweep).invoke(rows -> LOG.infof("clean-up removed %s", rows));
    }

    /** Returns the number of rows per table that {@link #sweep()} would remove; changes nothing. */
    public Uni<Map<String, Long>> dryRun() {
        return each(sweep -> database.withConnection(connection -> CLEANUP_NOW
                .execute(connection, "SELECT now() AS present")
                .chain(present -> CLEANUP_COUNT.execute(
                        connection,
                        sweep.countSql(),
                        sweep.asOf(earlier(present.iterator().next()), settings)))
                .map(rows -> rows.iterator().next().getLong("rows"))));
    }

    private Uni<Map<String, Long>> each(Function<Sweep, Uni<Long>> work) {
        return Multi.createFrom()
                .items(Sweep.values())
                .onItem()
                .transformToUni(sweep -> work.apply(sweep).map(rows -> Map.entry(sweep, rows)))
                .collectFailures()
                .concatenate()
                .collect()
                .in(LinkedHashMap::new, (all, one) -> all.put(one.getKey().table(), one.getValue()));
    }

    private Uni<Long> sweep(Sweep sweep) {
        AtomicReference<Batch> last = new AtomicReference<>(Batch.BEGIN);
        return Multi.createBy()
                .repeating()
                .uni(() -> database.inTransaction(
                                PATIENT,
                                connection ->
                                        batch(connection, sweep, last.get().reached()))
                        .invoke(batch -> removed.get(sweep).increment(batch.removed()))
                        .map(last.get()::followedBy)
                        .invoke(last::set))
                .whilst(batch ->
                        batch.reached().isPresent() && batch.sum() < settings.batch() * (long) settings.batches())
                .collect()
                .last()
                .map(Batch::sum);
    }

    /**
     * The batches of one table so far.
     *
     * @param removed by the last one
     * @param sum removed by all of them
     * @param reached where the next one begins: a number or a time; empty when nothing is left, or another replica sweeps
     */
    private record Batch(int removed, long sum, Optional<Object> reached) {

        static final Batch BEGIN = new Batch(0, 0, Optional.empty());

        Batch followedBy(Batch next) {
            // rows that a trigger keeps would be the next ones for ever
            boolean stuck = next.removed == 0 && next.reached.equals(reached);
            return new Batch(next.removed, sum + next.removed, stuck ? Optional.empty() : next.reached);
        }
    }

    private Uni<Batch> batch(SqlConnection connection, Sweep sweep, Optional<Object> begin) {
        return CLEANUP_LOCK
                .execute(connection, "SELECT pg_try_advisory_xact_lock($1) AS mine, now() AS present", Tuple.of(LOCK))
                .map(rows -> rows.iterator().next())
                .chain(lock -> lock.getBoolean("mine")
                        ? CLEANUP_DELETE
                                .execute(
                                        connection,
                                        sweep.batchSql(),
                                        sweep.asOf(earlier(lock), settings)
                                                .addLong((long) settings.batch())
                                                .addValue(begin.orElse(null)))
                                .map(rows -> rows.iterator().next())
                                .map(row -> new Batch(
                                        row.getInteger("removed"), 0, Optional.ofNullable(row.getValue("reached"))))
                        : Uni.createFrom().item(Batch.BEGIN));
    }

    private Instant earlier(Row database) {
        Instant there = database.getOffsetDateTime("present").toInstant();
        Instant here = clock.instant();
        return here.isBefore(there) ? here : there;
    }
}
