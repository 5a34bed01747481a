package dev.logikids.database.token;

import static dev.logikids.database.postgresql.Statement.TOKEN_END_SESSION;
import static dev.logikids.database.postgresql.Statement.TOKEN_END_SESSIONS;
import static dev.logikids.database.postgresql.Statement.TOKEN_FIND;
import static dev.logikids.database.postgresql.Statement.TOKEN_INSERT_CHILD;
import static dev.logikids.database.postgresql.Statement.TOKEN_INSERT_FIRST;
import static dev.logikids.database.postgresql.Statement.TOKEN_IS_LIVE;
import static dev.logikids.database.postgresql.Statement.TOKEN_LOCK_ACCOUNT;
import static dev.logikids.database.postgresql.Statement.TOKEN_SESSIONS;
import static dev.logikids.database.postgresql.Statement.TOKEN_STORED;
import static dev.logikids.database.postgresql.Statement.TOKEN_USE;

import dev.logikids.database.user.AccountSql;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The statements on {@code refresh_tokens}, each in its caller's transaction. Whoever adds a token to a session or ends
 * one holds the lock of the account's row, so that no refresh outlives a revocation that runs at the same time.
 */
@ApplicationScoped
class TokenRepository {

    // by id: asked for the token again, the planner may read all tokens of the user instead
    static final String USE = """
            WITH presented AS (
              SELECT id, user_id FROM refresh_tokens WHERE token IN ($1, $2) LIMIT 1
            ), account AS (
            %s
            )
            UPDATE refresh_tokens token
            SET token = $1, last_used_at = $3, revoked = $4, retired_at = CASE WHEN $4 THEN $3::bigint END
            FROM account
            WHERE token.id = (SELECT id FROM presented)
              AND token.user_id = account.user_id
              AND token.revoked = false
              AND token.expires_at > $3
            RETURNING coalesce(token.family_id, token.id) AS session_id,
              coalesce(token.family_created_at, token.created_at) AS session_created_at,
              token.expires_at, token.revoked, token.retired_at, token.revoked_at,
              account.user_id, account.invite_code, false AS account_revoked, true AS own_account
            """.formatted(AccountSql.active("(SELECT user_id FROM presented)", "FOR NO KEY UPDATE"));

    private static final String FIND = """
            SELECT coalesce(token.family_id, token.id) AS session_id,
              coalesce(token.family_created_at, token.created_at) AS session_created_at,
              token.expires_at, token.revoked, token.retired_at, token.revoked_at,
              account.user_id, account.invite_code, account.revoked IS TRUE AS account_revoked,
              account.user_id = oldest.user_id AS own_account
            FROM refresh_tokens token
            JOIN user_accounts account ON account.user_id = token.user_id
            CROSS JOIN LATERAL (
            %s
            ) oldest
            WHERE token.token IN ($1, $2)
            """.formatted(AccountSql.ofId("token.user_id", ""));

    Uni<Void> insertFirst(SqlConnection connection, UserId userId, String hash, long now) {
        return TOKEN_INSERT_FIRST
                .execute(connection, """
                        INSERT INTO refresh_tokens
                          (token, user_id, expires_at, created_at, revoked, family_created_at, last_used_at)
                        VALUES ($1, $2, $3, $4, false, $4, $4)
                        """, Tuple.of(hash, userId.text(), expiry(now), now))
                .replaceWithVoid();
    }

    Uni<Void> insertChild(SqlConnection connection, TokenRow parent, String hash, long now) {
        return TOKEN_INSERT_CHILD
                .execute(
                        connection,
                        """
                        INSERT INTO refresh_tokens
                          (token, user_id, expires_at, created_at, revoked, family_id, family_created_at, last_used_at)
                        VALUES ($1, $2, $3, $4, false, $5, $6, $4)
                        """,
                        Tuple.of(
                                hash,
                                parent.userId().text(),
                                expiry(now),
                                now,
                                parent.sessionId(),
                                parent.sessionCreatedAt()))
                .replaceWithVoid();
    }

    /**
     * Uses a live token of an active account, and locks the account's row: of any number of callers with one token that
     * is to be retired, one gets the row. A token stored in clear is replaced by its hash.
     */
    Uni<Optional<TokenRow>> use(SqlConnection connection, RefreshToken presented, boolean retire, long now) {
        return TOKEN_USE
                .execute(connection, USE, Tuple.of(presented.hash(), presented.stored(), now, retire))
                .map(first(TokenRow::of));
    }

    Uni<Optional<TokenRow>> find(SqlConnection connection, RefreshToken presented) {
        return TOKEN_FIND
                .execute(connection, FIND, Tuple.of(presented.hash(), presented.stored()))
                .map(first(TokenRow::of));
    }

    /** Returns those of the hashes that the account has a token of. */
    Uni<Set<String>> stored(SqlConnection connection, UserId userId, List<String> hashes) {
        return TOKEN_STORED
                .execute(
                        connection,
                        "SELECT token FROM refresh_tokens WHERE token = ANY ($1) AND user_id = $2",
                        Tuple.of(hashes.toArray(String[]::new), userId.text()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("token"))
                        .collect(Collectors.toSet()));
    }

    Uni<Void> lockAccount(SqlConnection connection, UserId userId) {
        return TOKEN_LOCK_ACCOUNT
                .execute(
                        connection,
                        "SELECT user_id FROM user_accounts WHERE user_id = $1 FOR NO KEY UPDATE",
                        Tuple.of(userId.text()))
                .replaceWithVoid();
    }

    /** Whether the session can still be used. */
    Uni<Boolean> isLive(SqlConnection connection, UserId userId, long sessionId, long now) {
        return TOKEN_IS_LIVE
                .execute(connection, """
                        SELECT EXISTS (
                          SELECT FROM refresh_tokens
                          WHERE user_id = $1 AND coalesce(family_id, id) = $2 AND revoked = false AND expires_at > $3)
                        """, Tuple.of(userId.text(), sessionId, now))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** Ends a session under the account's lock; returns whether the account has, or had, such a session. */
    Uni<Boolean> endSession(SqlConnection connection, UserId userId, long sessionId, long now) {
        return TOKEN_END_SESSION
                .execute(connection, """
                        UPDATE refresh_tokens
                        SET revoked = true, revoked_at = coalesce(revoked_at, $3)
                        WHERE user_id = $1 AND coalesce(family_id, id) = $2
                        """, Tuple.of(userId.text(), sessionId, now))
                .map(result -> result.rowCount() > 0);
    }

    /** Ends every session under the account's lock; returns how many were live. */
    Uni<Integer> endSessions(SqlConnection connection, UserId userId, long now) {
        return TOKEN_END_SESSIONS
                .execute(connection, """
                        WITH live AS (
                          SELECT count(*)::int AS sessions
                          FROM refresh_tokens
                          WHERE user_id = $1 AND revoked = false AND expires_at > $2
                        ), ended AS (
                          UPDATE refresh_tokens
                          SET revoked = true, revoked_at = $2
                          WHERE user_id = $1 AND revoked_at IS NULL
                        )
                        SELECT sessions FROM live
                        """, Tuple.of(userId.text(), now))
                .map(rows -> rows.iterator().next().getInteger("sessions"));
    }

    Uni<List<SessionRow>> sessions(SqlConnection connection, UserId userId, long now) {
        return TOKEN_SESSIONS
                .execute(connection, """
                        SELECT coalesce(family_id, id)::bigint AS id,
                          coalesce(family_created_at, created_at) AS created_at,
                          expires_at,
                          coalesce(last_used_at, created_at) AS last_used_at
                        FROM refresh_tokens
                        WHERE user_id = $1 AND revoked = false AND expires_at > $2
                        ORDER BY 4 DESC, 1 DESC
                        """, Tuple.of(userId.text(), now))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SessionRow::of)
                        .toList());
    }

    private static long expiry(long now) {
        return now + RefreshToken.LIFETIME.toMillis();
    }

    private static <T> Function<RowSet<Row>, Optional<T>> first(Function<Row, T> mapping) {
        return rows ->
                StreamSupport.stream(rows.spliterator(), false).map(mapping).findFirst();
    }
}
