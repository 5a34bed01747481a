package dev.logikids.database.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
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
        @JsonInclude(Include.NON_EMPTY) List<FieldError> details,

        @Schema(
                description = "With status 5xx: what an operator finds the log lines by",
                examples = "5f0c7a1be2d94c3884b0c6de9a7f1e22")
        @JsonProperty("request_id")
        @JsonInclude(Include.NON_EMPTY)
        String requestId,

        @Schema(description = "With status 5xx, while traces are on")
        @JsonProperty("trace_id")
        @JsonInclude(Include.NON_EMPTY)
        String traceId) {}
