package dev.logikids.database.postgresql;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Some rows of a list, and where the next ones begin.
 *
 * @param next empty on the last page
 */
public record Page<T>(List<T> items, Optional<Cursor> next) {

    /** The most rows of a page: an answer stays below 1 MB. */
    public static final int MAX_SIZE = 200;

    /**
     * Checks the size of a page.
     *
     * @throws IllegalArgumentException unless the number is 1 to {@link #MAX_SIZE}
     */
    public static void requireSize(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_SIZE + " rows");
        }
    }

    /**
     * A place in a list that is sorted by a number and then by a key, behind the row that has both (keyset paging).
     *
     * @param position the number, usually ms since epoch
     * @param key of the row; may be a user id or an invite code, so a cursor belongs into no log and no address bar
     */
    public record Cursor(long position, String key) {

        /** Reads what {@link #text} wrote; empty for anything else. */
        public static Optional<Cursor> parse(String text) {
            try {
                String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                int colon = plain.indexOf(':');
                return colon < 0 || plain.indexOf('\0') >= 0
                        ? Optional.empty()
                        : Optional.of(
                                new Cursor(Long.parseLong(plain.substring(0, colon)), plain.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        /** Returns the cursor as characters that need no escaping in a URL. */
        public String text() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((position + ":" + key).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Cursor[***]";
        }
    }

    /**
     * Makes a page of the rows of a query that asked for one more than the page holds.
     *
     * @param size how many rows a page holds
     * @param place of a row in the list
     */
    public static <T> Page<T> of(List<T> rows, int size, Function<T, Cursor> place) {
        return rows.size() <= size
                ? new Page<>(rows, Optional.empty())
                : new Page<>(rows.subList(0, size), Optional.of(place.apply(rows.get(size - 1))));
    }
}
