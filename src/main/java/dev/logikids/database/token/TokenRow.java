package dev.logikids.database.token;

import dev.logikids.database.user.UserId;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Optional;

/**
 * What a refresh asks about a row of {@code refresh_tokens} and its account; never the token. Times are ms since epoch.
 *
 * @param familyId the id of the session's first token
 * @param revoked empty in rows that the former service never finished: such a token is not good
 * @param retiredAt when it was traded for its child
 * @param revokedAt when its session was ended
 * @param ownAccount whether its account is the one that the id stands for, and no twin in another letter case
 */
record TokenRow(
        long familyId,
        long familyCreatedAt,
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
                row.getLong("family_id"),
                row.getLong("family_created_at"),
                row.getLong("expires_at"),
                Optional.ofNullable(row.getBoolean("revoked")),
                Optional.ofNullable(row.getLong("retired_at")),
                Optional.ofNullable(row.getLong("revoked_at")),
                new UserId(row.getString("user_id")),
                row.getString("invite_code"),
                row.getBoolean("account_revoked"),
                row.getBoolean("own_account"));
    }
}
