package dev.logikids.database.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A row of {@code user_accounts}; as JSON, without {@code revoked}, the account that clients know. Times are ms since
 * epoch.
 *
 * @param userId in the letter case of the registration
 */
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
@Schema(examples = """
        {"user_id": "5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f", "invite_code": "AB2C-DE3F", "created_at": 1767225600000,
          "last_seen": 1767229200000}
        """)
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
