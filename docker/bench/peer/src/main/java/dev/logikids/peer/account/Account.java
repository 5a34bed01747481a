package dev.logikids.peer.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.r2dbc.spi.Readable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Times in ms since epoch. */
@JsonNaming(SnakeCaseStrategy.class)
public record Account(
        String userId,
        String inviteCode,
        long createdAt,
        long lastSeen,
        @JsonIgnore boolean revoked) {

    static Account of(Readable row) {
        return new Account(
                row.get("user_id", String.class),
                row.get("invite_code", String.class),
                row.get("created_at", Long.class),
                row.get("last_seen", Long.class),
                row.get("revoked", Boolean.class));
    }

    @Override
    public String toString() {
        return "Account[***]";
    }
}
