package dev.logikids.database.invite;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.logikids.database.http.JsonBody;
import dev.logikids.database.limit.FailedAttempts;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /api/invite}: whether an invite code is open. Does not use it up. */
@Path("/api/invite")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "invite")
@Problems({ProblemCode.CODE_FORMAT, ProblemCode.TOO_MANY_ATTEMPTS})
public class InviteResource {

    private final InviteService invites;
    private final FailedAttempts attempts;

    InviteResource(InviteService invites, FailedAttempts attempts) {
        this.invites = invites;
        this.attempts = attempts;
    }

    /** The response of {@code check}; with a reason unless the code is valid. */
    @RegisterForReflection
    public record Checked(
            boolean valid,

            @Schema(examples = "Code expired") @JsonInclude(Include.NON_EMPTY)
            String reason) {}

    /** The response of {@code validate}; with an error unless the code is valid. */
    @RegisterForReflection
    public record Validated(
            boolean valid,

            @Schema(examples = "Code expired") @JsonInclude(Include.NON_EMPTY)
            String error) {}

    @POST
    @Path("/check")
    @Operation(summary = "Whether an invite is open; does not use it up")
    public Uni<Checked> check(
            @Schema(implementation = InviteRequest.class) JsonBody body, @Context HttpServerRequest request) {
        return state(body, request).map(state -> new Checked(state == InviteState.OPEN, reason(state)));
    }

    @POST
    @Path("/validate")
    @Operation(summary = "As /api/invite/check, for older clients; 400 unless the invite is open")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Validated.class)))
    @APIResponse(
            responseCode = "400",
            description = "Bad Request",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Validated.class)))
    public Uni<RestResponse<Validated>> validate(
            @Schema(implementation = InviteRequest.class) JsonBody body, @Context HttpServerRequest request) {
        return state(body, request)
                .map(state -> RestResponse.ResponseBuilder.create(
                                state == InviteState.OPEN ? RestResponse.Status.OK : RestResponse.Status.BAD_REQUEST,
                                new Validated(state == InviteState.OPEN, reason(state)))
                        .build());
    }

    private Uni<InviteState> state(JsonBody body, HttpServerRequest request) {
        String code = InviteRequest.from(body).code();
        return attempts.limitAll(request, invites.state(code), state -> state != InviteState.OPEN);
    }

    private static String reason(InviteState state) {
        return switch (state) {
            case OPEN -> "";
            case UNKNOWN -> "Code not found";
            case EXPIRED -> "Code expired";
            case USED -> "Code already used";
        };
    }
}
