package dev.logikids.database.console;

import dev.logikids.database.invite.InviteQuery;
import dev.logikids.database.invite.InviteQuery.Filter;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** A page of the list of invites, as its links hold it. */
record InviteListing(Filter filter, String note, Trail trail) {

    static final InviteListing NEWEST = new InviteListing(Filter.ALL, "", Trail.FIRST_PAGE);

    private static final int SIZE = 50;

    InviteListing withFilter(Filter other) {
        return new InviteListing(other, note, Trail.FIRST_PAGE);
    }

    InviteListing at(Trail other) {
        return new InviteListing(filter, note, other);
    }

    InviteQuery query() {
        return new InviteQuery(filter, Optional.of(note).filter(text -> !text.isEmpty()), trail.after(), SIZE);
    }

    String text() {
        return new JsonObject()
                .put("filter", filter)
                .put("note", note)
                .put("trail", trail.json())
                .encode();
    }

    /** Reads what {@link #text} wrote. */
    static InviteListing of(String text) {
        JsonObject json = new JsonObject(text);
        return new InviteListing(
                Filter.valueOf(json.getString("filter")),
                json.getString("note"),
                Trail.of(json.getJsonObject("trail")));
    }

    /** A note may name a child. */
    @Override
    public String toString() {
        return "InviteListing[filter=" + filter + "]";
    }
}
