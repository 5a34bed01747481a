package dev.logikids.database.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts calls per key in fixed windows; the window of a key begins with its first call. Each replica counts for itself.
 * When the clock is set back, windows that it has not reached yet end.
 */
public final class FixedWindows {

    private final int calls;
    private final Duration window;
    private final int keys;
    private final Clock clock;
    /** In the order in which they end, unless the clock is set back: all windows are equally long. */
    private final LinkedHashMap<String, Window> windows = new LinkedHashMap<>();

    /**
     * @param calls how many calls a window allows
     * @param keys how many keys are remembered, about 200 bytes each; beyond that the window that ends first is forgotten
     */
    public FixedWindows(int calls, Duration window, int keys, Clock clock) {
        this.calls = calls;
        this.window = window;
        this.keys = keys;
        this.clock = clock;
    }

    private static final class Window {

        final long endsAt;
        int used;

        Window(long endsAt) {
            this.endsAt = endsAt;
        }
    }

    /**
     * Where a key stands after a call.
     *
     * @param allowed false if the calls of the window had been used up
     * @param remaining calls left in the window
     * @param resetSeconds until the window ends, at least 1
     * @param endsAt when the window ends, in ms since 1970
     */
    public record Count(boolean allowed, int remaining, long resetSeconds, long endsAt) {}

    /** Counts one call. */
    public synchronized Count count(String key) {
        long now = clock.millis();
        forget(now, key);
        Window current = windows.get(key);
        if (current == null || !isOpen(current, now)) {
            current = new Window(now + window.toMillis());
            // at the end of the order, where a new window belongs
            windows.remove(key);
            windows.put(key, current);
        }
        boolean allowed = current.used < calls;
        if (allowed) {
            current.used++;
        }
        long resetSeconds = Math.max(1, (current.endsAt - now + 999) / 1000);
        return new Count(allowed, calls - current.used, resetSeconds, current.endsAt);
    }

    private boolean isOpen(Window counted, long now) {
        long left = counted.endsAt - now;
        return left > 0 && left <= window.toMillis();
    }

    /** Makes an allowed call uncounted, once, unless its window is no longer remembered. */
    public synchronized void takeBack(String key, Count counted) {
        Window current = windows.get(key);
        if (current != null && current.endsAt == counted.endsAt()) {
            current.used--;
        }
    }

    /** Removes the windows that are not open, and one more if the key needs its place. */
    private void forget(long now, String key) {
        Iterator<Map.Entry<String, Window>> oldest = windows.entrySet().iterator();
        while (oldest.hasNext()) {
            boolean open = isOpen(oldest.next().getValue(), now);
            if (open && (windows.size() < keys || windows.containsKey(key))) {
                return;
            }
            oldest.remove();
        }
    }
}
