package dev.logikids.database.token;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import dev.logikids.database.token.TokenResource.Tokens;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The path of old front ends, which double the prefix. */
@Path("/api/api/auth")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "auth")
public class DoubledPrefixResource {

    private final TokenResource tokens;

    DoubledPrefixResource(TokenResource tokens) {
        this.tokens = tokens;
    }

    @POST
    @Path("/refresh")
    @Operation(summary = "As /api/auth/refresh, for old front ends")
    @Problems({
        ProblemCode.REFRESH_TOKEN_FORMAT,
        ProblemCode.REFRESH_TOKEN_INVALID,
        ProblemCode.REFRESH_TOKEN_EXPIRED,
        ProblemCode.ACCOUNT_REVOKED,
        ProblemCode.TOO_MANY_ATTEMPTS
    })
    public Uni<Tokens> refresh(
            @Schema(implementation = RefreshRequest.class) JsonBody body, @Context HttpServerRequest request) {
        return tokens.refresh(body, request);
    }
}
