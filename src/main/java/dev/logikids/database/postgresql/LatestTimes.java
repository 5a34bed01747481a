package dev.logikids.database.postgresql;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Collects the latest time (ms since epoch) of each key and writes them in one statement every half second, instead of
 * one write per request: {@code account/LastSeen} and {@code sync/LastAccessed}.
 *
 * <p>Of the times of one key the greatest is kept. Holds at most {@link #CAPACITY} keys; times of further keys are
 * dropped until a write has made room. The times of a failed write wait for the next one. One write runs at a time. Safe
 * for use by several threads; no method but {@link #close} blocks.
 */
public final class LatestTimes {

    /** Clients count on a time that is at most a second late, the write included. */
    private static final Duration EVERY = Duration.ofMillis(500);

    /** 20,000 requests per second of as many users, and as much again while one write is slow; about 2 MB. */
    static final int CAPACITY = 20_000;

    /** Together for both owners below the 10 s that a stopping service has. */
    private static final Duration AT_STOP = Duration.ofSeconds(3);

    private static final Logger LOG = Logger.getLogger(LatestTimes.class);

    private final String name;
    private final Function<Map<String, Long>, Uni<Void>> write;
    private final ConcurrentHashMap<String, Long> waiting = new ConcurrentHashMap<>();
    private final AtomicReference<CompletableFuture<Void>> running = new AtomicReference<>();
    private volatile Runnable stopTimer = () -> {};
    private volatile boolean failing;

    /**
     * @param name what is collected, for the log
     * @param sql asked for at each write; stores the times {@code $2::bigint[]} of the keys {@code $1::text[]}; must be safe to repeat, and move a
     *     stored time forward only
     */
    public LatestTimes(String name, Database database, Statement statement, Supplier<String> sql) {
        this(
                name,
                batch -> database.withConnection(connection -> statement
                        .execute(
                                connection,
                                sql.get(),
                                Tuple.tuple()
                                        .addArrayOfString(batch.keySet().toArray(String[]::new))
                                        .addArrayOfLong(batch.values().toArray(Long[]::new)))
                        .replaceWithVoid()));
    }

    LatestTimes(String name, Function<Map<String, Long>, Uni<Void>> write) {
        this.name = name;
        this.write = write;
    }

    /** Writes every half second from now on, until {@link #close}. */
    public void start(Vertx vertx) {
        long timer = vertx.setPeriodic(EVERY.toMillis(), tick -> flush());
        stopTimer = () -> vertx.cancelTimer(timer);
    }

    /** Notes that something happened to the key at that time. */
    public void at(String key, long millis) {
        if (waiting.size() >= CAPACITY && !waiting.containsKey(key)) {
            flush();
            if (waiting.size() >= CAPACITY) {
                return;
            }
        }
        waiting.merge(key, millis, Math::max);
    }

    /** Writes what waits, or returns the write that runs already. Never fails. */
    CompletableFuture<Void> flush() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other = running.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        Map<String, Long> batch = take();
        Uni<Void> written = batch.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().deferred(() -> write.apply(batch)).invoke(this::written);
        written.onFailure()
                .invoke(failure -> keep(batch, failure))
                .onTermination()
                .invoke(() -> {
                    running.set(null);
                    mine.complete(null);
                })
                .subscribe()
                .with(done -> {}, failure -> {});
        return mine;
    }

    /** Stops the timer and writes what waits; blocks until that is done, for 3 s at most. Not for an event loop. */
    public void close() {
        stopTimer.run();
        // the first may be a write that ran already; the second takes what came after it
        CompletableFuture<Void> last = flush().thenCompose(done -> flush());
        try {
            last.get(AT_STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("%s: the last times were not written within %s", name, AT_STOP);
        }
    }

    private Map<String, Long> take() {
        Map<String, Long> batch = new HashMap<>();
        waiting.forEach((key, millis) -> {
            // a time that moved meanwhile stays for the next batch
            if (waiting.remove(key, millis)) {
                batch.put(key, millis);
            }
        });
        return batch;
    }

    private void written() {
        if (failing) {
            failing = false;
            LOG.infof("%s: times are written again", name);
        }
    }

    private void keep(Map<String, Long> batch, Throwable failure) {
        batch.forEach((key, millis) -> {
            if (waiting.size() < CAPACITY) {
                waiting.merge(key, millis, Math::max);
            }
        });
        if (!failing) {
            failing = true;
            LOG.warnf("%s: cannot write times, they wait for the next write: %s", name, failure.getMessage());
        }
    }
}
