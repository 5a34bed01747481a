package dev.logikids.database.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;

/**
 * A row of {@code user_accounts}; as JSON, without {@code revoked}, the account that clients know. Times are ms since
 * epoch.
 *
 * @param userId in the letter case of the registration
 */
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
public record AccountRow(
        String userId,
        String inviteCode,
        long createdAt,
        long lastSeen,
        @JsonIgnore boolean revoked) {

    static AccountRow of(Row row) {
        return new AccountRow(
                row.getString("user_id"),
                row.getString("invite_code"),
                row.getLong("created_at"),
                row.getLong("last_seen"),
                row.getBoolean("revoked"));
    }

    UserId id() {
        return new UserId(userId);
    }

    @Override
    public String toString() {
        return "AccountRow[***]";
    }
}
