package dev.logikids.database.limit;

import io.github.bucket4j.Bucket;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts calls in fixed windows, one a key, each from its first call on. Remembers a bounded number of keys; beyond it
 * the window that ends first is forgotten. Each replica counts for itself.
 */
public final class FixedWindows {

    private final int calls;
    private final Duration window;
    private final int keys;
    private final Clock clock;
    /** In the order in which they end: all windows are equally long. */
    private final LinkedHashMap<String, Window> windows = new LinkedHashMap<>();

    /**
     * @param calls how many are allowed in a window
     * @param keys the most that are remembered
     */
    public FixedWindows(int calls, Duration window, int keys, Clock clock) {
        this.calls = calls;
        this.window = window;
        this.keys = keys;
        this.clock = clock;
    }

    private record Window(Bucket bucket, long endsAt) {}

    /**
     * Where a key stands after a call.
     *
     * @param allowed false when the window's calls had been used up
     * @param remaining calls left in the window
     * @param resetSeconds until the next window can begin, at least 1
     */
    public record Count(boolean allowed, long remaining, long resetSeconds) {}

    /** Counts one call. */
    public Count count(String key) {
        long now = clock.millis();
        Window current = current(key, now);
        var probe = current.bucket().tryConsumeAndReturnRemaining(1);
        long reset = Math.max(1, (current.endsAt() - now + 999) / 1000);
        return new Count(probe.isConsumed(), probe.getRemainingTokens(), reset);
    }

    private synchronized Window current(String key, long now) {
        Iterator<Map.Entry<String, Window>> oldest = windows.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<String, Window> entry = oldest.next();
            boolean over = entry.getValue().endsAt() <= now;
            boolean makesRoom = windows.size() >= keys && !windows.containsKey(key);
            if (!over && !makesRoom) {
                break;
            }
            oldest.remove();
        }
        return windows.computeIfAbsent(key, fresh -> new Window(newBucket(), now + window.toMillis()));
    }

    private Bucket newBucket() {
        // a window is forgotten when it ends, so its bucket never lives to see the refill
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(calls).refillIntervally(calls, window.multipliedBy(2)))
                .build();
    }
}
