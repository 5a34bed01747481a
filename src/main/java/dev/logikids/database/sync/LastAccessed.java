package dev.logikids.database.sync;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.LatestTimes;
import dev.logikids.database.postgresql.Statement;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * When each user's data was last read: collected in memory, and in {@code user_sync_data.last_accessed} at most a second
 * later. Never moves backwards. Updating that indexed column in each read would make a read five times as expensive.
 */
@ApplicationScoped
class LastAccessed {

    private final LatestTimes times;

    LastAccessed(Database database) {
        this.times = new LatestTimes(
                "last accessed",
                database,
                Statement.SYNC_LAST_ACCESSED,
                () -> SyncSql.of(database).lastAccessed());
    }

    /**
     * Notes a read; returns at once.
     *
     * @param userId a UUID
     * @param atMillis ms since epoch
     */
    void read(String userId, long atMillis) {
        times.at(userId, atMillis);
    }

    void start(@Observes StartupEvent event, Vertx vertx) {
        times.start(vertx);
    }

    void stop(@Observes ShutdownEvent event) {
        times.close();
    }
}
