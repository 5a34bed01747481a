package dev.logikids.database.console;

import dev.logikids.database.postgresql.Page.Cursor;
import java.util.Optional;
import java.util.function.Function;

/**
 * The links from one page of a list to others, as sealed references.
 *
 * @param path of the list
 */
public record Pager(String path, Optional<String> first, Optional<String> previous, Optional<String> next) {

    /**
     * @param end of the page that is shown, if others follow it
     * @param link seals a page of the list
     */
    static Pager of(String path, Trail trail, Optional<Cursor> end, Function<Trail, String> link) {
        return new Pager(
                path,
                trail.ends().isEmpty() ? Optional.empty() : Optional.of(link.apply(Trail.FIRST_PAGE)),
                trail.back().map(link),
                end.map(trail::then).map(link));
    }

    public boolean isNeeded() {
        return first.isPresent() || next.isPresent();
    }
}
