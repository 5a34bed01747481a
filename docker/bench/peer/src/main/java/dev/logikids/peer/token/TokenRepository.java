package dev.logikids.peer.token;

import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Optional;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

@Repository
class TokenRepository {

    private static final long LIFETIME = Duration.ofDays(365).toMillis();

    private final DatabaseClient database;

    TokenRepository(DatabaseClient database) {
        this.database = database;
    }

    /** A token with its session, which is the family of the tokens that replaced each other, and its account. */
    record Token(
            long id,
            long sessionId,
            long sessionCreatedAt,
            long expiresAt,
            boolean live,
            Optional<Long> retiredAt,
            boolean sessionEnded,
            String userId,
            String inviteCode,
            boolean accountRevoked) {

        static Token of(Readable row) {
            return new Token(
                    row.get("id", Long.class),
                    row.get("session_id", Long.class),
                    row.get("session_created_at", Long.class),
                    row.get("expires_at", Long.class),
                    row.get("live", Boolean.class),
                    Optional.ofNullable(row.get("retired_at", Long.class)),
                    row.get("session_ended", Boolean.class),
                    row.get("user_id", String.class),
                    row.get("invite_code", String.class),
                    row.get("account_revoked", Boolean.class));
        }
    }

    /** Finds and locks the account and the token: of several callers with one token the others wait here. */
    Mono<Token> lock(String hash, String legacy) {
        return database.sql("""
                        SELECT token.id, coalesce(token.family_id, token.id) AS session_id,
                          coalesce(token.family_created_at, token.created_at) AS session_created_at,
                          token.expires_at, token.revoked IS FALSE AS live, token.retired_at,
                          token.revoked_at IS NOT NULL AS session_ended,
                          account.user_id, account.invite_code, account.revoked IS TRUE AS account_revoked
                        FROM refresh_tokens token
                        JOIN user_accounts account ON account.user_id = token.user_id
                        WHERE token.token IN (:hash, :legacy)
                        FOR NO KEY UPDATE OF account, token
                        """)
                .bind("hash", hash)
                .bind("legacy", legacy)
                .map(Token::of)
                .one();
    }

    Mono<Void> insertFirst(String userId, String hash, long now) {
        return database.sql("""
                        INSERT INTO refresh_tokens
                          (token, user_id, expires_at, created_at, revoked, family_created_at, last_used_at)
                        VALUES (:hash, :userId, :expiresAt, :now, false, :now, :now)
                        """)
                .bind("hash", hash)
                .bind("userId", userId)
                .bind("expiresAt", now + LIFETIME)
                .bind("now", now)
                .then();
    }

    Mono<Void> insertChild(Token parent, String hash, long now) {
        return database.sql("""
                        INSERT INTO refresh_tokens
                          (token, user_id, expires_at, created_at, revoked, family_id, family_created_at, last_used_at)
                        VALUES (:hash, :userId, :expiresAt, :now, false, :sessionId, :sessionCreatedAt, :now)
                        """)
                .bind("hash", hash)
                .bind("userId", parent.userId())
                .bind("expiresAt", now + LIFETIME)
                .bind("now", now)
                .bind("sessionId", parent.sessionId())
                .bind("sessionCreatedAt", parent.sessionCreatedAt())
                .then();
    }

    Mono<Void> retire(long id, String hash, long now) {
        return database.sql("""
                        UPDATE refresh_tokens
                        SET token = :hash, last_used_at = :now, revoked = true, retired_at = :now
                        WHERE id = :id
                        """)
                .bind("hash", hash)
                .bind("now", now)
                .bind("id", id)
                .then();
    }

    Mono<Void> endSession(Token token, long now) {
        return database.sql("""
                        UPDATE refresh_tokens
                        SET revoked = true, revoked_at = coalesce(revoked_at, :now)
                        WHERE user_id = :userId AND coalesce(family_id, id) = :sessionId
                        """)
                .bind("now", now)
                .bind("userId", token.userId())
                .bind("sessionId", token.sessionId())
                .then();
    }
}
