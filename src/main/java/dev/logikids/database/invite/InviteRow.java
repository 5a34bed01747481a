package dev.logikids.database.invite;

import io.vertx.mutiny.sqlclient.Row;
import java.util.Optional;

/** A row of {@code invite_codes}; times are ms since epoch. */
public record InviteRow(String code, long createdAt, long expiresAt, Optional<String> note, Optional<String> usedBy) {

    static InviteRow of(Row row) {
        return new InviteRow(
                row.getString("code"),
                row.getLong("created_at"),
                row.getLong("expires_at"),
                Optional.ofNullable(row.getString("note")),
                // the legacy service wrote an empty text for nobody
                Optional.ofNullable(row.getString("used_by")).filter(user -> !user.isEmpty()));
    }

    /** Returns the state at that time; a used code that has also expired is EXPIRED. */
    public InviteState state(long nowMillis) {
        if (expiresAt < nowMillis) {
            return InviteState.EXPIRED;
        }
        return usedBy.isPresent() ? InviteState.USED : InviteState.OPEN;
    }

    @Override
    public String toString() {
        return "InviteRow[code=***]";
    }
}
