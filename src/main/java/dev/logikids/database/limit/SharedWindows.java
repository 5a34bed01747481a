package dev.logikids.database.limit;

import dev.logikids.database.limit.SharedCounts.Sum;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Counts calls per key in fixed windows that all replicas share (ADR 36); the window of a key begins with its first call. A
 * replica takes calls out of the window in shares, one statement each, and answers from memory until its share is used up. What it
 * has taken and not used is lost to the others, so all replicas together allow no more calls than one alone.
 *
 * <p>While the database does not answer, a replica goes on alone from what it knew, and reports its calls afterwards.
 */
public final class SharedWindows {

    private final Rule rule;
    private final int keys;
    private final SharedCounts counts;
    private final Clock clock;
    /** In the order in which they end, roughly: all windows are equally long, but another replica may have begun one. */
    private final LinkedHashMap<String, Window> windows = new LinkedHashMap<>();

    private long begun;

    /**
     * What is allowed.
     *
     * @param name of the limit, the same on all replicas
     * @param calls how many calls a window allows
     * @param share how many calls a replica takes at once; near the end of the window fewer, and at its beginning, unless the first
     *     share is free: 1, then twice as many each time, so that a replica that starts again and again uses up no window
     * @param firstShareIsFree whether a replica takes the first share of a window without a statement, and reports it with the
     *     second: each further replica may then allow one share more
     */
    public record Rule(String name, int calls, Duration window, int share, boolean firstShareIsFree) {

        public Rule {
            share = Math.max(1, Math.min(share, calls));
        }
    }

    /** @param keys how many keys are remembered, about 200 bytes each; beyond that the oldest window is forgotten */
    public SharedWindows(Rule rule, int keys, SharedCounts counts, Clock clock) {
        this.rule = rule;
        this.keys = keys;
        this.counts = counts;
        this.clock = clock;
    }

    private static final class Window {

        final long number;
        long endsAt;
        /** What all replicas have taken, as far as this one knows; of its own share the unused calls too. */
        long taken;
        /** How many of these are this replica's and not used. */
        long left;
        /** How many of these the database does not know of. */
        long unreported;
        /** How many this replica takes next, unless fewer are left. */
        long next;
        /** Completes when the database has said how many more there are. */
        Optional<CompletableFuture<Void>> asking = Optional.empty();

        Window(long number, long endsAt, int free) {
            this.number = number;
            this.endsAt = endsAt;
            this.next = Math.max(1, free);
            this.taken = free;
            this.left = free;
            this.unreported = free;
        }
    }

    /**
     * Where a key stands after a call.
     *
     * @param allowed false if the calls of the window had been used up
     * @param remaining calls left in the window; those that other replicas have taken and not used count as used
     * @param resetSeconds until the window ends, at least 1
     * @param endsAt when the window ends, in ms since 1970
     * @param window tells the windows of one key apart
     */
    public record Count(boolean allowed, long remaining, long resetSeconds, long endsAt, long window) {}

    /** Counts one call, at once or after one statement; emits where it was called. Never fails. */
    public Uni<Count> count(String key) {
        CompletableFuture<Void> asking;
        Window window;
        long more = 0;
        synchronized (this) {
            window = open(key);
            Optional<Count> known = fromMemory(window);
            if (known.isPresent()) {
                return Uni.createFrom().item(known.get());
            }
            if (window.asking.isEmpty()) {
                // the less is left, the less another replica may miss
                more = Math.max(1, Math.min(window.next, (rule.calls() - window.taken) / 4));
                window.next = Math.min(rule.share(), 2 * window.next);
                window.asking = Optional.of(new CompletableFuture<>());
            }
            asking = window.asking.get();
        }
        Context caller = Vertx.currentContext();
        Uni<Count> answered = Uni.createFrom()
                .<Void>emitter(emitter -> asking.thenRun(() -> {
                    if (caller == null) {
                        emitter.complete(null);
                    } else {
                        caller.runOnContext(turn -> emitter.complete(null));
                    }
                }))
                // unless other calls were faster
                .chain(() -> count(key));
        if (more > 0) {
            ask(key, window, more);
        }
        return answered;
    }

    private Optional<Count> fromMemory(Window window) {
        boolean allowed = window.left > 0;
        if (allowed) {
            window.left--;
        } else if (window.taken < rule.calls() || window.asking.isPresent()) {
            return Optional.empty();
        }
        long remaining = Math.max(0, rule.calls() - window.taken) + window.left;
        long resetSeconds = Math.max(1, (window.endsAt - clock.millis() + 999) / 1000);
        return Optional.of(new Count(allowed, remaining, resetSeconds, window.endsAt, window.number));
    }

    private void ask(String key, Window window, long more) {
        long unreported;
        synchronized (this) {
            unreported = window.unreported;
        }
        counts.add(rule.name() + ' ' + key, unreported + more, rule.window()).whenComplete((sum, failure) -> {
            CompletableFuture<Void> asked;
            synchronized (this) {
                if (failure == null) {
                    window.unreported -= unreported;
                    share(window, sum, more);
                } else {
                    takeAlone(window, more);
                }
                asked = window.asking.orElseThrow();
                window.asking = Optional.empty();
            }
            asked.complete(null);
        });
    }

    private void share(Window window, Sum sum, long asked) {
        long before = sum.used() - asked;
        window.left += Math.max(0, Math.min(asked, rule.calls() - before));
        window.taken = Math.min(rule.calls(), sum.used());
        window.endsAt =
                clock.millis() + Math.min(sum.leftMillis(), rule.window().toMillis());
    }

    private void takeAlone(Window window, long asked) {
        long more = Math.min(asked, rule.calls() - window.taken);
        window.left += more;
        window.taken += more;
        window.unreported += more;
    }

    private Window open(String key) {
        long now = clock.millis();
        forget(now, key);
        Window current = windows.get(key);
        if (current == null || !isOpen(current, now)) {
            current = new Window(begun++, now + rule.window().toMillis(), rule.firstShareIsFree() ? rule.share() : 0);
            // at the end of the order, where a new window belongs
            windows.remove(key);
            windows.put(key, current);
        }
        return current;
    }

    /** When the clock is set back, windows that it has not reached yet end. */
    private boolean isOpen(Window counted, long now) {
        long left = counted.endsAt - now;
        return left > 0 && left <= rule.window().toMillis();
    }

    /** Makes an allowed call uncounted, once, unless its window is no longer remembered. */
    public synchronized void takeBack(String key, Count counted) {
        Window current = windows.get(key);
        if (current != null && current.number == counted.window()) {
            current.left++;
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
