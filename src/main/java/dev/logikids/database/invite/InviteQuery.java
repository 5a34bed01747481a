package dev.logikids.database.invite;

import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.Page.Cursor;
import java.util.Optional;

/**
 * Which invites a page lists, the newest first.
 *
 * @param note a text that the note contains, in any letter case; empty for every invite
 * @param after the end of the page before, empty for the first page
 * @param size 1 to {@link Page#MAX_SIZE}
 */
public record InviteQuery(Filter filter, Optional<String> note, Optional<Cursor> after, int size) {

    /** The state of the invites; a used one that has also expired counts as used: an operator asks what became of it. */
    public enum Filter {
        OPEN,
        USED,
        EXPIRED,
        ALL
    }

    public InviteQuery {
        Page.requireSize(size);
    }

    /** A note may name a child. */
    @Override
    public String toString() {
        return "InviteQuery[filter=" + filter + "]";
    }
}
