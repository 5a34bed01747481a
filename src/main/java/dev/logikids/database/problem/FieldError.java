package dev.logikids.database.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * One rejected field of a request body.
 *
 * @param path the name of the field, alone in a list
 * @param message what is wrong with it, in the words that clients know; never the rejected value
 * @param code the kind of error, for example {@code too_small}
 */
@RegisterForReflection
public record FieldError(List<String> path, String message, String code) {

    public FieldError(String field, String message, String code) {
        this(List.of(field), message, code);
    }
}
