package dev.logikids.database.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of an error response as clients of the legacy service know it. */
@RegisterForReflection
@Schema(
        name = "Error",
        description = "Every error response, unless the request prefers application/problem+json",
        requiredProperties = "error")
record ErrorBody(
        String error,

        @Schema(description = "Every rejected field; only with Validation error") @JsonInclude(Include.NON_EMPTY)
        List<FieldError> details) {}
