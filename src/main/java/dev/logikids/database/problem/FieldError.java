package dev.logikids.database.problem;

/**
 * One refused field of a request body.
 *
 * @param field the name of the field
 * @param message what is wrong with it, in the words that clients know; never the refused value
 * @param code the kind of refusal, for example {@code too_small}
 */
public record FieldError(String field, String message, String code) {}
