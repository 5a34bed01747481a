package dev.logikids.database.postgresql;

import io.smallrye.mutiny.Uni;
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
import org.jboss.logging.Logger;

/**
 * Collects the latest time (ms since epoch) of each key, for one set-based write now and then instead of one write a
 * request. Its owner calls {@link #flush} on a timer and {@link #close} when the service stops; account/LastSeen and
 * the sync data's last access work this way.
 *
 * <p>Holds at most {@code capacity} keys: beyond it the times of further keys are dropped until a flush has made room.
 * Of the times of one key the greatest is kept. The times of a failed write wait for the next flush, so the write must
 * be safe to repeat and must only move a stored time forward. Safe for use by several threads; no method but
 * {@code close} blocks.
 */
public final class LatestTimes {

    private static final Logger LOG = Logger.getLogger(LatestTimes.class);

    private final String name;
    private final int capacity;
    private final Function<Map<String, Long>, Uni<Void>> write;
    private final ConcurrentHashMap<String, Long> waiting = new ConcurrentHashMap<>();
    private final AtomicReference<CompletableFuture<Void>> running = new AtomicReference<>();
    private volatile boolean failing;

    /**
     * @param name what is collected, for the log
     * @param capacity the most keys that wait at a time
     * @param write stores a batch; a later batch is not written before this one has ended
     */
    public LatestTimes(String name, int capacity, Function<Map<String, Long>, Uni<Void>> write) {
        this.name = name;
        this.capacity = capacity;
        this.write = write;
    }

    /** Notes that something happened to the key at that time. */
    public void at(String key, long millis) {
        if (waiting.size() >= capacity && !waiting.containsKey(key)) {
            flush();
            if (waiting.size() >= capacity) {
                return;
            }
        }
        waiting.merge(key, millis, Math::max);
    }

    /** Writes what waits; while a write is under way, answers that one. Never ends with a failure. */
    public CompletableFuture<Void> flush() {
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

    /** Writes what waits and blocks until that is done, at most twice the given time. Not for an event loop. */
    public void close(Duration atMost) {
        // the first may be a write that was under way already; the second takes what came after it
        for (int round = 0; round < 2; round++) {
            try {
                flush().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | TimeoutException e) {
                LOG.warnf("%s: the last times were not written within %s", name, atMost);
                return;
            }
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
            if (waiting.size() < capacity) {
                waiting.merge(key, millis, Math::max);
            }
        });
        if (!failing) {
            failing = true;
            LOG.warnf("%s: cannot write times, they wait for the next try: %s", name, failure.getMessage());
        }
    }
}
