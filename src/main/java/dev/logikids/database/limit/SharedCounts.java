package dev.logikids.database.limit;

import static dev.logikids.database.postgresql.Statement.LIMIT_REMOVE_ENDED;
import static dev.logikids.database.postgresql.Statement.LIMIT_TAKE;

import dev.logikids.database.postgresql.Database;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * The sums of all replicas, in the table {@code rate_limits} (ADR 36). One statement runs at a time; what is added meanwhile goes
 * together into the next one, so a flood makes batches larger and not more numerous. Time is the database server's.
 */
@ApplicationScoped
public class SharedCounts {

    private static final Logger LOG = Logger.getLogger(SharedCounts.class);

    /** A request waits for the sum, and has 10 s in all. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    /** After a failure: until then nothing is asked, so that no request waits for a database that is away. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int BATCH = 500;
    /** Ten batches: about as many as the database takes in the longest wait. */
    private static final int MOST_QUEUED = 5_000;

    private static final Duration REMOVAL = Duration.ofMinutes(10);
    private static final int REMOVED_AT_ONCE = 10_000;

    /**
     * A minute of slack, because a statement that waited for a row has begun before the one that wrote it. Further ahead is what
     * was written before the server's clock was set back.
     */
    private static final String TAKE = """
            INSERT INTO rate_limits AS stored (id, used, ends_at)
            SELECT id, calls, now() + millis * interval '1 ms'
            FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS asked (id, calls, millis)
            ORDER BY id
            ON CONFLICT (id) DO UPDATE SET
              used = excluded.used + CASE
                WHEN stored.ends_at BETWEEN now() AND excluded.ends_at + interval '1 min' THEN stored.used ELSE 0 END,
              ends_at = CASE
                WHEN stored.ends_at BETWEEN now() AND excluded.ends_at + interval '1 min' THEN stored.ends_at
                ELSE excluded.ends_at END
            RETURNING id, used, (extract(epoch FROM ends_at - now()) * 1000)::bigint AS left_millis
            """;

    private static final String REMOVE_ENDED = """
            DELETE FROM rate_limits WHERE id IN (
              SELECT id FROM rate_limits WHERE ends_at < now() - interval '1 min' LIMIT $1 FOR UPDATE SKIP LOCKED)
            """;

    private final Database database;
    private final KeyedHash hash;
    private final Vertx vertx;
    /** Of no request: what runs here belongs to several. */
    private final Context context;

    private final Map<UUID, Addition> queued = new LinkedHashMap<>();
    private boolean running;
    private boolean failing;
    private long pausedUntil = System.nanoTime();

    SharedCounts(Database database, KeyedHash hash, Vertx vertx) {
        this.database = database;
        this.hash = hash;
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
    }

    /**
     * The calls of one window after an addition.
     *
     * @param used of all replicas, those added included
     * @param leftMillis until the window ends
     */
    record Sum(long used, long leftMillis) {}

    private record Addition(UUID id, long calls, Duration window, CompletableFuture<Sum> sum) {}

    void start(@Observes StartupEvent event) {
        if (!ConfigUtils.isProfileActive("command")) {
            vertx.setPeriodic(
                    REMOVAL.toMillis(),
                    tick -> removeEnded()
                            .subscribe()
                            .with(
                                    removed -> LOG.debugf("removed %d ended windows", removed),
                                    failure -> LOG.debug("ended windows stay until the next time", failure)));
        }
    }

    /**
     * Adds calls to the window of a key; a window that has ended begins anew.
     *
     * @return completes within a second, and exceptionally when the database does not answer in time, which the log says once
     */
    CompletionStage<Sum> add(String key, long calls, Duration window) {
        Addition addition = new Addition(hash.of(key), calls, window, new CompletableFuture<>());
        synchronized (this) {
            boolean paused = failing && System.nanoTime() - pausedUntil < 0;
            if (paused || queued.size() >= MOST_QUEUED || queued.putIfAbsent(addition.id(), addition) != null) {
                return CompletableFuture.failedStage(new IllegalStateException("not asked"));
            }
        }
        context.runOnContext(turn -> addQueued());
        return addition.sum();
    }

    private void addQueued() {
        List<Addition> batch = new ArrayList<>();
        synchronized (this) {
            if (running || queued.isEmpty()) {
                return;
            }
            running = true;
            Iterator<Addition> next = queued.values().iterator();
            while (next.hasNext() && batch.size() < BATCH) {
                batch.add(next.next());
                next.remove();
            }
        }
        Tuple parameters = Tuple.tuple()
                .addArrayOfUUID(batch.stream().map(Addition::id).toArray(UUID[]::new))
                .addArrayOfLong(batch.stream().map(Addition::calls).toArray(Long[]::new))
                .addArrayOfLong(batch.stream()
                        .map(addition -> addition.window().toMillis())
                        .toArray(Long[]::new));
        database.withConnection(LONGEST, connection -> LIMIT_TAKE.execute(connection, TAKE, parameters))
                .subscribe()
                .with(rows -> added(batch, rows), failure -> notAdded(batch, failure));
    }

    private void added(List<Addition> batch, RowSet<Row> rows) {
        boolean again;
        synchronized (this) {
            again = failing;
            failing = false;
            running = false;
        }
        if (again) {
            LOG.info("limits are shared by all replicas again");
        }
        Map<UUID, Sum> sums = new HashMap<>();
        rows.forEach(row -> sums.put(row.getUUID("id"), new Sum(row.getLong("used"), row.getLong("left_millis"))));
        batch.forEach(addition -> addition.sum().complete(sums.get(addition.id())));
        context.runOnContext(turn -> addQueued());
    }

    private void notAdded(List<Addition> batch, Throwable failure) {
        boolean first;
        List<Addition> failed = new ArrayList<>(batch);
        synchronized (this) {
            first = !failing;
            failing = true;
            pausedUntil = System.nanoTime() + PAUSE.toNanos();
            running = false;
            failed.addAll(queued.values());
            queued.clear();
        }
        if (first) {
            LOG.warnf(
                    "limits are not shared until the database answers: each replica counts for itself: %s",
                    failure.getMessage());
        }
        failed.forEach(addition -> addition.sum().completeExceptionally(failure));
    }

    /** Removes what no longer counts; returns the number of rows. Replicas that do it at the same time share the work. */
    Uni<Long> removeEnded() {
        return database.withConnection(
                        connection -> LIMIT_REMOVE_ENDED.execute(connection, REMOVE_ENDED, Tuple.of(REMOVED_AT_ONCE)))
                .chain(rows -> rows.rowCount() < REMOVED_AT_ONCE
                        ? Uni.createFrom().item((long) rows.rowCount())
                        : removeEnded().map(further -> further + REMOVED_AT_ONCE));
    }
}
