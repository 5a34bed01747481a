package dev.logikids.database.console;

import java.util.Optional;

/**
 * The links from one page of a list to others, as sealed references.
 *
 * @param path of the list
 */
public record Pager(String path, Optional<String> first, Optional<String> previous, Optional<String> next) {

    public boolean isNeeded() {
        return first.isPresent() || next.isPresent();
    }
}
