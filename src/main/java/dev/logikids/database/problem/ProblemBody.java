package dev.logikids.database.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of an error response for requests that prefer {@code application/problem+json}. */
@RegisterForReflection
@Schema(
        name = "Problem",
        description = "RFC 9457",
        requiredProperties = {"type", "title", "status", "detail", "code"})
record ProblemBody(
        @Schema(examples = "urn:logikids:problem:session-not-found")
        String type,

        @Schema(examples = "Session not found") String title,
        @Schema(examples = "404") int status,

        @Schema(description = "The text of Error", examples = "Session not found")
        String detail,

        @Schema(examples = "session_not_found") String code,
        @JsonInclude(Include.NON_EMPTY) List<FieldError> details) {}
