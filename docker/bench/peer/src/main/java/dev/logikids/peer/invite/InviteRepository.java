package dev.logikids.peer.invite;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

@Repository
class InviteRepository {

    private final DatabaseClient database;

    InviteRepository(DatabaseClient database) {
        this.database = database;
    }

    record Invite(long expiresAt, String usedBy) {}

    Mono<Invite> find(String code) {
        return database.sql("SELECT expires_at, coalesce(used_by, '') AS used_by FROM invite_codes WHERE code = :code")
                .bind("code", code)
                .map(row -> new Invite(row.get("expires_at", Long.class), row.get("used_by", String.class)))
                .one();
    }

    /** Of two callers with one invite the second waits for the first and then finds it used. */
    Mono<String> claim(String code, String userId, long now) {
        return database.sql("""
                        UPDATE invite_codes
                        SET used_by = :userId, used_at = :now
                        WHERE code = :code AND coalesce(used_by, '') = '' AND expires_at >= :now
                        RETURNING code
                        """)
                .bind("code", code)
                .bind("userId", userId)
                .bind("now", now)
                .map(row -> row.get("code", String.class))
                .one();
    }
}
