package dev.logikids.database.sync;

import dev.logikids.database.limit.FixedWindows;
import dev.logikids.database.user.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** Counts sync requests per user. */
@ApplicationScoped
class SyncLimiter {

    /** About 20 MB. */
    private static final int MAX_USERS = 100_000;

    private final SyncConfig.Limit settings;
    private final FixedWindows windows;
    private final SyncMetrics metrics;

    SyncLimiter(SyncConfig settings, Clock clock, SyncMetrics metrics) {
        this.settings = settings.limit();
        this.metrics = metrics;
        this.windows = new FixedWindows(this.settings.requests(), this.settings.window(), MAX_USERS, clock);
    }

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

    /** Counts one request, and in the metrics one that is past the limit. */
    FixedWindows.Count count(UserId user) {
        FixedWindows.Count count = windows.count(user.text());
        if (!count.allowed()) {
            metrics.limited();
        }
        return count;
    }
}
