package dev.logikids.database.sync;

import dev.logikids.database.limit.SharedCounts;
import dev.logikids.database.limit.SharedWindows;
import dev.logikids.database.limit.SharedWindows.Rule;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** Counts sync requests per user. */
@ApplicationScoped
class SyncLimiter {

    /** About 20 MB. */
    private static final int MAX_USERS = 100_000;

    /** Nearly all users stay within the first share, which costs no statement. */
    private static final int SHARES = 10;

    private final SyncConfig.Limit settings;
    private final SharedWindows windows;
    private final SyncMetrics metrics;

    SyncLimiter(SyncConfig settings, SharedCounts counts, Clock clock, SyncMetrics metrics) {
        this.settings = settings.limit();
        this.metrics = metrics;
        int requests = this.settings.requests();
        Rule limit = new Rule("sync", requests, this.settings.window(), requests / SHARES, true);
        this.windows = new SharedWindows(limit, MAX_USERS, counts, clock);
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
    Uni<SharedWindows.Count> count(UserId user) {
        return windows.count(user.text()).invoke(count -> {
            if (!count.allowed()) {
                metrics.limited();
            }
        });
    }
}
