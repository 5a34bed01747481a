package dev.logikids.peer.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Moves {@code user_sync_data.last_accessed} once per second for all reads of that second. */
@Component
class LastAccessed {

    private final DatabaseClient database;
    private final Clock clock;
    private final Map<UUID, Instant> accessed = new ConcurrentHashMap<>();

    LastAccessed(DatabaseClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    void mark(UUID userId) {
        accessed.put(userId, clock.instant());
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    Mono<Void> flush() {
        return Mono.defer(this::write);
    }

    private Mono<Void> write() {
        // in the order of the ids, so that two replicas do not deadlock
        Map<UUID, Instant> batch = new TreeMap<>(accessed);
        batch.forEach(accessed::remove);
        if (batch.isEmpty()) {
            return Mono.empty();
        }
        return database.sql("""
                        UPDATE user_sync_data stored
                        SET last_accessed = greatest(stored.last_accessed, accessed.at)
                        FROM unnest(:ids, :times) AS accessed (user_id, at)
                        WHERE stored.user_id = accessed.user_id
                        """)
                .bind("ids", batch.keySet().toArray(UUID[]::new))
                .bind("times", batch.values().toArray(Instant[]::new))
                .then();
    }
}
