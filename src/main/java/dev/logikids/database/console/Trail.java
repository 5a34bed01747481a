package dev.logikids.database.console;

import dev.logikids.database.postgresql.Page.Cursor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where in a list a page begins, and how the operator came there: keyset paging knows the way forward only.
 *
 * @param ends the ends of the pages before this one, the nearest last; empty on the first page
 * @param cut whether pages before these have been forgotten
 */
record Trail(List<Cursor> ends, boolean cut) {

    static final Trail FIRST_PAGE = new Trail(List.of(), false);

    /** A link with all of them stays far below the 4 KB that a request line may have. */
    private static final int LONGEST = 20;

    Optional<Cursor> after() {
        return ends.isEmpty() ? Optional.empty() : Optional.of(ends.get(ends.size() - 1));
    }

    Trail then(Cursor end) {
        List<Cursor> all = Stream.concat(ends.stream(), Stream.of(end)).toList();
        return all.size() <= LONGEST ? new Trail(all, cut) : new Trail(all.subList(1, all.size()), true);
    }

    /** Returns the page before; empty on the first page, and where the way back has been forgotten. */
    Optional<Trail> back() {
        return ends.isEmpty() || (ends.size() == 1 && cut)
                ? Optional.empty()
                : Optional.of(new Trail(ends.subList(0, ends.size() - 1), cut));
    }

    JsonObject json() {
        JsonArray array = new JsonArray();
        ends.forEach(end -> array.add(end.text()));
        return new JsonObject().put("ends", array).put("cut", cut);
    }

    /** Reads what {@link #json} wrote. */
    static Trail of(JsonObject json) {
        List<Cursor> ends = json.getJsonArray("ends").stream()
                .map(end -> Cursor.parse((String) end).orElseThrow())
                .toList();
        return new Trail(ends, json.getBoolean("cut"));
    }
}
