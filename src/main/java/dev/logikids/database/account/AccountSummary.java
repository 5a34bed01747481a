package dev.logikids.database.account;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Optional;

/**
 * An account in a list for operators. Times are ms since epoch.
 *
 * @param userId in the letter case of the registration
 * @param inviteCode that it was made with
 * @param sessions how many are live
 * @param blobSize in bytes; empty if nothing is stored
 * @param standsForId false for an account that nobody can log in to, because an older one has the same id in other letters
 *     (ADR 11)
 */
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
public record AccountSummary(
        String userId,
        String inviteCode,
        long createdAt,
        long lastSeen,
        boolean revoked,
        int sessions,
        Optional<Integer> blobSize,
        boolean standsForId) {

    static AccountSummary of(Row row, Optional<Integer> blobSize) {
        return new AccountSummary(
                row.getString("user_id"),
                row.getString("invite_code"),
                row.getLong("created_at"),
                row.getLong("last_seen"),
                row.getBoolean("revoked"),
                row.getInteger("sessions"),
                blobSize,
                row.getBoolean("stands_for_id"));
    }

    @Override
    public String toString() {
        return "AccountSummary[***]";
    }
}
