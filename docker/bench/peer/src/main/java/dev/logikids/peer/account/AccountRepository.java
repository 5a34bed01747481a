package dev.logikids.peer.account;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

@Repository
public class AccountRepository {

    private final DatabaseClient database;

    AccountRepository(DatabaseClient database) {
        this.database = database;
    }

    /** The account of an id in any letter case; of several, which the legacy service allowed, the oldest. */
    public Mono<Account> findById(String userId) {
        return database.sql("""
                        SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
                        FROM user_accounts
                        WHERE lower(user_id) = lower(:userId)
                        ORDER BY created_at, user_id
                        LIMIT 1
                        """).bind("userId", userId).map(Account::of).one();
    }

    Mono<Account> insert(String userId, String inviteCode, long now) {
        return database.sql("""
                        INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen, revoked)
                        VALUES (:userId, :inviteCode, :now, :now, false)
                        RETURNING user_id, invite_code, created_at, last_seen, revoked
                        """)
                .bind("userId", userId)
                .bind("inviteCode", inviteCode)
                .bind("now", now)
                .map(Account::of)
                .one();
    }

    Mono<Void> markSeen(String userId, long now) {
        return database.sql("UPDATE user_accounts SET last_seen = greatest(last_seen, :now) WHERE user_id = :userId")
                .bind("userId", userId)
                .bind("now", now)
                .then();
    }
}
