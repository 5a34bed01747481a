package dev.logikids.database.account;

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

/**
 * When each account last made an accepted request: collected in memory and moved to {@code user_accounts.last_seen} at
 * most a second later, never backwards, and once more when the service stops.
 */
@ApplicationScoped
public class LastSeen {

    private final Database database;
    private final Vertx vertx;
    private final AccountConfig.Batch settings;
    private final LatestTimes times;
    private long timer;

    LastSeen(Database database, Vertx vertx, AccountConfig settings) {
        this.database = database;
        this.vertx = vertx;
        this.settings = settings.lastSeen();
        this.times = new LatestTimes("last seen", this.settings.capacity(), this::write);
    }

    /**
     * Notes an accepted request; returns at once.
     *
     * @param userId exactly as the account's row has it
     * @param atMillis ms since epoch
     */
    public void seen(String userId, long atMillis) {
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
        // locked in one order, so that two replicas writing the same accounts wait for each other and never both ways
        String sql = """
                WITH locked AS (
                  SELECT account.user_id, seen.at
                  FROM unnest($1::text[], $2::bigint[]) AS seen (user_id, at)
                  JOIN user_accounts account ON account.user_id = seen.user_id
                  WHERE account.last_seen < seen.at
                  ORDER BY account.user_id
                  FOR NO KEY UPDATE OF account
                )
                UPDATE user_accounts account
                SET last_seen = GREATEST(account.last_seen, locked.at)
                FROM locked
                WHERE account.user_id = locked.user_id
                """;
        Tuple batch = Tuple.tuple()
                .addArrayOfString(latest.keySet().toArray(String[]::new))
                .addArrayOfLong(latest.values().toArray(Long[]::new));
        return database.withConnection(
                connection -> connection.preparedQuery(sql).execute(batch).replaceWithVoid());
    }
}
