package dev.logikids.database.sync;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the sync requests of each user in fixed windows, which begin with a request. Each replica counts for itself. */
@ApplicationScoped
class SyncLimiter {

    private final SyncSettings.Limit settings;
    private final Clock clock;
    /** In the order in which they end: all windows are equally long. */
    private final LinkedHashMap<String, Window> windows = new LinkedHashMap<>();

    @Inject
    SyncLimiter(SyncSettings settings, Clock clock) {
        this(settings.limit(), clock);
    }

    SyncLimiter(SyncSettings.Limit settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    private record Window(Bucket bucket, long endsAt) {}

    /**
     * Where a user stands after a request.
     *
     * @param allowed false when the window's requests are used up
     * @param remaining requests left in the window
     * @param resetSeconds until the next window can begin, at least 1
     */
    record Count(boolean allowed, long remaining, long resetSeconds) {}

    boolean enabled() {
        return settings.enabled();
    }

    int requests() {
        return settings.requests();
    }

    /** The value of {@code RateLimit-Policy}. */
    String policy() {
        return settings.requests() + ";w=" + settings.window().toSeconds();
    }

    /** Counts one request. */
    Count count(String userId) {
        long now = clock.millis();
        Window window = window(userId, now);
        ConsumptionProbe probe = window.bucket().tryConsumeAndReturnRemaining(1);
        long reset = Math.max(1, (window.endsAt() - now + 999) / 1000);
        return new Count(probe.isConsumed(), probe.getRemainingTokens(), reset);
    }

    private synchronized Window window(String userId, long now) {
        Iterator<Map.Entry<String, Window>> oldest = windows.entrySet().iterator();
        while (oldest.hasNext()) {
            boolean over = oldest.next().getValue().endsAt() <= now;
            if (!over && windows.size() < settings.users()) {
                break;
            }
            oldest.remove();
        }
        return windows.computeIfAbsent(
                userId, id -> new Window(newBucket(), now + settings.window().toMillis()));
    }

    private Bucket newBucket() {
        // a window is forgotten when it ends, so its bucket never lives to see the refill
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(settings.requests())
                        .refillIntervally(settings.requests(), settings.window().multipliedBy(2)))
                .build();
    }
}
