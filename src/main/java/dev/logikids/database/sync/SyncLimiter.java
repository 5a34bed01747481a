package dev.logikids.database.sync;

import dev.logikids.database.limit.FixedWindows;
import dev.logikids.database.user.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;

/** Counts the sync requests of each user. */
@ApplicationScoped
class SyncLimiter {

    private final SyncConfig.Limit settings;
    private final FixedWindows windows;

    @Inject
    SyncLimiter(SyncConfig settings, Clock clock) {
        this(settings.limit(), clock);
    }

    SyncLimiter(SyncConfig.Limit settings, Clock clock) {
        this.settings = settings;
        this.windows = new FixedWindows(settings.requests(), settings.window(), settings.users(), clock);
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

    /** Counts one request. */
    FixedWindows.Count count(UserId user) {
        return windows.count(user.text());
    }
}
