package dev.logikids.database.user;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a user: a UUID of any version in the 8-4-4-4-12 form. It keeps the letter case in which the client sent it,
 * and so does equality; the oldest account with it in any letter case is the one it stands for.
 *
 * @param text the 36 characters as the client sent them
 */
public record UserId(String text) {

    private static final Pattern FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /**
     * Takes an id that has been checked already, for example one from the database.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public UserId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("a user id must be a UUID");
        }
    }

    /** Reads what a client or an operator sent; empty if it is not a UUID with nothing around it. */
    public static Optional<UserId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new UserId(text)) : Optional.empty();
    }

    /** Whether the text is this id in any letter case. */
    public boolean equalsIgnoreCase(String other) {
        return text.equalsIgnoreCase(other);
    }

    /** Returns the id as {@code user_sync_data} holds it, without letter case. */
    public UUID uuid() {
        return UUID.fromString(text);
    }

    @Override
    public String toString() {
        return "UserId[***]";
    }
}
