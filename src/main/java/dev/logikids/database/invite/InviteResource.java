package dev.logikids.database.invite;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.logikids.database.http.JsonBody;
import dev.logikids.database.limit.FailedAttempts;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /api/invite}: asks about a code without using it up. */
@Path("/api/invite")
@Produces(MediaType.APPLICATION_JSON)
public class InviteResource {

    private final InviteService invites;
    private final FailedAttempts attempts;

    InviteResource(InviteService invites, FailedAttempts attempts) {
        this.invites = invites;
        this.attempts = attempts;
    }

    /** The answer of {@code check}; the reason only with a code that is not good. */
    @RegisterForReflection
    public record Checked(
            boolean valid, @JsonInclude(Include.NON_EMPTY) String reason) {}

    /** The answer of {@code validate}; the error only with a code that is not good. */
    @RegisterForReflection
    public record Validated(
            boolean valid, @JsonInclude(Include.NON_EMPTY) String error) {}

    @POST
    @Path("/check")
    public Uni<Checked> check(JsonBody body, @Context HttpServerRequest request) {
        return state(body, request).map(state -> new Checked(state == InviteState.OPEN, reason(state)));
    }

    /** The name by which older clients know {@code check}. */
    @POST
    @Path("/validate")
    public Uni<RestResponse<Validated>> validate(JsonBody body, @Context HttpServerRequest request) {
        return state(body, request)
                .map(state -> RestResponse.ResponseBuilder.create(
                                state == InviteState.OPEN ? RestResponse.Status.OK : RestResponse.Status.BAD_REQUEST,
                                new Validated(state == InviteState.OPEN, reason(state)))
                        .build());
    }

    private Uni<InviteState> state(JsonBody body, HttpServerRequest request) {
        String code = body.text("code")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new ApiException(ProblemCode.CODE_FORMAT));
        return invites.state(code).invoke(state -> {
            if (state != InviteState.OPEN) {
                attempts.failed(request);
            }
        });
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
