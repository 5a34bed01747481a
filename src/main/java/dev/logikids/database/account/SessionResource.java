package dev.logikids.database.account;

import dev.logikids.database.http.Success;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import dev.logikids.database.token.AccessToken;
import dev.logikids.database.token.SessionRow;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/auth/sessions}: the live sessions of the access token's account. */
@Path("/api/auth/sessions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "auth")
@SecurityRequirement(name = AccessToken.SCHEME)
public class SessionResource {

    private final AccountService accounts;

    SessionResource(AccountService accounts) {
        this.accounts = accounts;
    }

    /** How many live sessions were ended. */
    @RegisterForReflection
    public record AllEnded(boolean success, int revoked) {}

    @GET
    @Operation(summary = "The live sessions, without their tokens")
    public Uni<List<SessionRow>> list(@Context AccessToken token) {
        return accounts.sessions(token);
    }

    @DELETE
    @Operation(summary = "Ends all sessions")
    public Uni<AllEnded> endAll(@Context AccessToken token) {
        return accounts.endSessions(token).map(ended -> new AllEnded(true, ended));
    }

    @DELETE
    @Path("/{id}")
    @Operation(summary = "Ends one session")
    @Problems(ProblemCode.SESSION_NOT_FOUND)
    public Uni<Success> end(@Context AccessToken token, @PathParam("id") String id) {
        return accounts.endSession(token, sessionId(id)).map(known -> {
            if (!known) {
                throw new ApiException(ProblemCode.SESSION_NOT_FOUND);
            }
            return new Success();
        });
    }

    /** Session ids are positive; -1 matches none. */
    private static long sessionId(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
