package dev.logikids.database.token;

import dev.logikids.database.user.UserId;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Optional;

/**
 * A row of {@code refresh_tokens} and its account, without the token itself. Times are ms since epoch.
 *
 * @param sessionId the id of the session's first token
 * @param revoked empty in rows that the legacy service never finished: such a token is invalid
 * @param retiredAt when it was replaced by its child
 * @param revokedAt when its session was ended
 * @param ownAccount whether its account is the one that its user id stands for, and not a later one in other letters
 */
record TokenRow(
        long sessionId,
        long sessionCreatedAt,
        long expiresAt,
        Optional<Boolean> revoked,
        Optional<Long> retiredAt,
        Optional<Long> revokedAt,
        UserId userId,
        String inviteCode,
        boolean accountRevoked,
        boolean ownAccount) {

    static TokenRow of(Row row) {
        return new TokenRow(
                row.getLong("session_id"),
                row.getLong("session_created_at"),
                row.getLong("expires_at"),
                Optional.ofNullable(row.getBoolean("revoked")),
                Optional.ofNullable(row.getLong("retired_at")),
                Optional.ofNullable(row.getLong("revoked_at")),
                new UserId(row.getString("user_id")),
                row.getString("invite_code"),
                row.getBoolean("account_revoked"),
                row.getBoolean("own_account"));
    }

    @Override
    public String toString() {
        return "TokenRow[***]";
    }
}
