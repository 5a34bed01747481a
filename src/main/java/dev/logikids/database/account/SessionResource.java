package dev.logikids.database.account;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.token.AccessToken;
import dev.logikids.database.token.AccessTokens;
import dev.logikids.database.token.SessionRow;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** {@code /api/auth/sessions}: the logins of an account that are still good. */
@Path("/api/auth/sessions")
@Produces(MediaType.APPLICATION_JSON)
public class SessionResource {

    private final AccountService accounts;
    private final AccessTokens accessTokens;

    SessionResource(AccountService accounts, AccessTokens accessTokens) {
        this.accounts = accounts;
        this.accessTokens = accessTokens;
    }

    /** The answer of a revocation: how many live sessions it ended. */
    @RegisterForReflection
    public record AllEnded(boolean success, int revoked) {}

    /** The answer of the revocation of one session. */
    @RegisterForReflection
    public record Ended(boolean success) {}

    @GET
    public Uni<List<SessionRow>> list(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
        return accounts.sessions(accessTokens.verify(authorization));
    }

    @DELETE
    public Uni<AllEnded> endAll(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
        return accounts.endSessions(accessTokens.verify(authorization)).map(ended -> new AllEnded(true, ended));
    }

    @DELETE
    @Path("/{id}")
    public Uni<Ended> end(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, @PathParam("id") String sessionId) {
        AccessToken token = accessTokens.verify(authorization);
        return accounts.endSession(token, number(sessionId)).map(known -> {
            if (!known) {
                throw new ApiException(ProblemCode.SESSION_NOT_FOUND);
            }
            return new Ended(true);
        });
    }

    /** What is no number is no session's id: none is negative. */
    private static long number(String sessionId) {
        try {
            return Long.parseLong(sessionId);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
