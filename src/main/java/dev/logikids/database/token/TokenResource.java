package dev.logikids.database.token;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.limit.FailedAttempts;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
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

/** Trading and giving up refresh tokens; the token itself is the proof, no bearer is needed. */
@Path("/api/auth")
@Produces(MediaType.APPLICATION_JSON)
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
    public record Tokens(String accessToken, String refreshToken) {
        @Override
        public String toString() {
            return "Tokens[***]";
        }
    }

    /** The answer of a logout, which always succeeds. */
    @RegisterForReflection
    public record Done(boolean success) {}

    /** Old front ends double the prefix. */
    @Path("/api/api/auth")
    @Produces(MediaType.APPLICATION_JSON)
    public static class OldPath {

        private final TokenResource tokens;

        OldPath(TokenResource tokens) {
            this.tokens = tokens;
        }

        @POST
        @Path("/refresh")
        public Uni<Tokens> refresh(JsonBody body, @Context HttpServerRequest request) {
            return tokens.refresh(body, request);
        }
    }

    @POST
    @Path("/refresh")
    public Uni<Tokens> refresh(JsonBody body, @Context HttpServerRequest request) {
        return tokens.refresh(presented(body)).map(outcome -> answer(outcome, request));
    }

    @POST
    @Path("/logout")
    public Uni<Done> logout(JsonBody body) {
        return tokens.logout(presented(body)).replaceWith(new Done(true));
    }

    private Tokens answer(RefreshOutcome outcome, HttpServerRequest request) {
        if (outcome instanceof Refreshed good) {
            return new Tokens(
                    accessTokens.issue(good.userId(), good.inviteCode()),
                    good.refreshToken().text());
        }
        ProblemCode code = ((Rejected) outcome).code();
        if (code != ProblemCode.ACCOUNT_REVOKED) {
            attempts.failed(request);
        }
        throw new ApiException(code);
    }

    private static RefreshToken presented(JsonBody body) {
        return body.text("refreshToken")
                .filter(text -> !text.isEmpty())
                .map(RefreshToken::new)
                .orElseThrow(() -> new ApiException(ProblemCode.REFRESH_TOKEN_FORMAT));
    }
}
