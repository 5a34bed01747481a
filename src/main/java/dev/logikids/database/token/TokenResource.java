package dev.logikids.database.token;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.http.Success;
import dev.logikids.database.limit.FailedAttempts;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import dev.logikids.database.token.RefreshOutcome.Refreshed;
import dev.logikids.database.token.RefreshOutcome.Rejected;
import io.quarkus.runtime.annotations.RegisterForReflection;
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

/** Refresh and logout. The refresh token in the body is the credential; no access token is needed. */
@Path("/api/auth")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "auth")
public class TokenResource {

    private final TokenService tokens;
    private final AccessTokens accessTokens;
    private final FailedAttempts attempts;

    TokenResource(TokenService tokens, AccessTokens accessTokens, FailedAttempts attempts) {
        this.tokens = tokens;
        this.accessTokens = accessTokens;
        this.attempts = attempts;
    }

    /** A pair of tokens. */
    @RegisterForReflection
    public record Tokens(
            @Schema(examples = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…")
            String accessToken,

            @Schema(examples = "4f1a…") String refreshToken) {
        @Override
        public String toString() {
            return "Tokens[***]";
        }
    }

    @POST
    @Path("/refresh")
    @Operation(summary = "Trades a refresh token for a new pair; again within 30 s gives the same refresh token")
    @Problems({
        ProblemCode.REFRESH_TOKEN_FORMAT,
        ProblemCode.REFRESH_TOKEN_INVALID,
        ProblemCode.REFRESH_TOKEN_EXPIRED,
        ProblemCode.ACCOUNT_REVOKED,
        ProblemCode.TOO_MANY_ATTEMPTS
    })
    public Uni<Tokens> refresh(
            @Schema(implementation = RefreshRequest.class) JsonBody body, @Context HttpServerRequest request) {
        RefreshToken presented = RefreshRequest.from(body).refreshToken();
        return attempts.limitFailures(request, tokens.refresh(presented), TokenResource::isFailedGuess)
                .map(this::pair);
    }

    @POST
    @Path("/logout")
    @Operation(summary = "Ends the session of a refresh token; also succeeds for an unknown token")
    @Problems(ProblemCode.REFRESH_TOKEN_FORMAT)
    public Uni<Success> logout(@Schema(implementation = RefreshRequest.class) JsonBody body) {
        return tokens.logout(RefreshRequest.from(body).refreshToken()).replaceWith(new Success());
    }

    private Tokens pair(RefreshOutcome outcome) {
        if (outcome instanceof Refreshed refreshed) {
            return new Tokens(
                    accessTokens.issue(refreshed.userId(), refreshed.inviteCode()),
                    refreshed.refreshToken().text());
        }
        throw new ApiException(((Rejected) outcome).code());
    }

    private static boolean isFailedGuess(RefreshOutcome outcome) {
        return outcome instanceof Rejected rejected && rejected.code().isFailedGuess();
    }
}
