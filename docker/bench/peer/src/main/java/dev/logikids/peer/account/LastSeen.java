package dev.logikids.peer.account;

import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Moves {@code user_accounts.last_seen} once per second for all requests of that second. */
@Component
public class LastSeen {

    private final DatabaseClient database;
    private final Clock clock;
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    LastSeen(DatabaseClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    public void mark(String userId) {
        seen.put(userId, clock.millis());
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    Mono<Void> flush() {
        return Mono.defer(this::write);
    }

    private Mono<Void> write() {
        // in the order of the ids, so that two replicas do not deadlock
        Map<String, Long> batch = new TreeMap<>(seen);
        batch.forEach(seen::remove);
        if (batch.isEmpty()) {
            return Mono.empty();
        }
        return database.sql("""
                        UPDATE user_accounts account
                        SET last_seen = greatest(account.last_seen, seen.at)
                        FROM unnest(:ids, :times) AS seen (user_id, at)
                        WHERE account.user_id = seen.user_id
                        """)
                .bind("ids", batch.keySet().toArray(String[]::new))
                .bind("times", batch.values().toArray(Long[]::new))
                .then();
    }
}
