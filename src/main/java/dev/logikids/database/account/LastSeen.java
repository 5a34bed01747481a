package dev.logikids.database.account;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.LatestTimes;
import dev.logikids.database.postgresql.Statement;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * When each account last made an accepted request: collected in memory, and in {@code user_accounts.last_seen} at most a
 * second later. Never moves backwards.
 */
@ApplicationScoped
public class LastSeen {

    // locks in one order, so that two replicas that write the same accounts cannot deadlock
    private static final String SQL = """
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

    private final LatestTimes times;

    LastSeen(Database database) {
        this.times = new LatestTimes("last seen", database, Statement.ACCOUNT_LAST_SEEN, () -> SQL);
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

    void start(@Observes StartupEvent event, Vertx vertx) {
        times.start(vertx);
    }

    void stop(@Observes ShutdownEvent event) {
        times.close();
    }
}
