package dev.logikids.database.http;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** The body of a successful response that has nothing else to say: {@code {"success":true}}. */
@RegisterForReflection
public record Success(boolean success) {

    public Success() {
        this(true);
    }
}
