package dev.logikids.database.account;

import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.Page.Cursor;
import java.util.Optional;

/**
 * Which accounts a page lists, and in which order.
 *
 * @param after the end of the page before, empty for the first page
 * @param size 1 to {@link Page#MAX_SIZE}
 */
public record AccountQuery(Filter filter, Order order, Optional<Cursor> after, int size) {

    /** The state of the accounts. */
    public enum Filter {
        ACTIVE,
        REVOKED,
        ALL
    }

    /** What comes first. */
    public enum Order {
        NEWEST,
        LAST_SEEN
    }

    public AccountQuery {
        Page.requireSize(size);
    }
}
