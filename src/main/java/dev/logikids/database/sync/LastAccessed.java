package dev.logikids.database.sync;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.LatestTimes;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.UUID;

/**
 * When each user's data was last read: collected in memory and moved to {@code user_sync_data.last_accessed} at most a
 * second later, never backwards, and once more when the service stops. An update of that indexed column with every read
 * would cost five times the read.
 */
@ApplicationScoped
class LastAccessed {

    private final Database database;
    private final Vertx vertx;
    private final SyncConfig.LastAccessed settings;
    private final LatestTimes times;
    private long timer;

    LastAccessed(Database database, Vertx vertx, SyncConfig settings) {
        this.database = database;
        this.vertx = vertx;
        this.settings = settings.lastAccessed();
        this.times = new LatestTimes("last accessed", this.settings.capacity(), this::write);
    }

    /** Notes a read at that time (ms since epoch); returns at once. */
    void read(String userId, long atMillis) {
        times.at(userId, atMillis);
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(settings.every().toMillis(), id -> times.flush());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
        times.close(settings.atStop());
    }

    private Uni<Void> write(Map<String, Long> latest) {
        // locked in one order, so that two replicas writing the same rows never wait for each other both ways
        String sql = """
                WITH locked AS (
                  SELECT stored.user_id, to_timestamp(read.at / 1000.0) AS at
                  FROM unnest($1::uuid[], $2::bigint[]) AS read (user_id, at)
                  JOIN user_sync_data stored ON stored.user_id = read.user_id
                  WHERE stored.last_accessed < to_timestamp(read.at / 1000.0)
                  ORDER BY stored.user_id
                  FOR NO KEY UPDATE OF stored
                )
                UPDATE user_sync_data stored
                SET last_accessed = greatest(stored.last_accessed, locked.at)
                FROM locked
                WHERE stored.user_id = locked.user_id
                """;
        Tuple batch = Tuple.tuple()
                .addArrayOfUUID(latest.keySet().stream().map(UUID::fromString).toArray(UUID[]::new))
                .addArrayOfLong(latest.values().toArray(Long[]::new));
        return database.withConnection(
                connection -> connection.preparedQuery(sql).execute(batch).replaceWithVoid());
    }
}
