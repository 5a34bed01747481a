package dev.logikids.database.account;

import dev.logikids.database.account.LoginOutcome.LoggedIn;
import dev.logikids.database.account.LoginOutcome.Rejected;
import dev.logikids.database.http.JsonBody;
import dev.logikids.database.limit.FailedAttempts;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import dev.logikids.database.token.AccessToken;
import dev.logikids.database.token.AccessTokens;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** {@code /api/auth}: registration and login, and the account of an access token. */
@Path("/api/auth")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "auth")
public class AccountResource {

    private final AccountService accounts;
    private final AccessTokens accessTokens;
    private final FailedAttempts attempts;

    AccountResource(AccountService accounts, AccessTokens accessTokens, FailedAttempts attempts) {
        this.accounts = accounts;
        this.accessTokens = accessTokens;
        this.attempts = attempts;
    }

    /** The tokens of a new session, and its account. */
    @RegisterForReflection
    public record Session(
            @Schema(examples = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…")
            String accessToken,

            @Schema(examples = "4f1a…") String refreshToken,
            AccountRow account) {
        @Override
        public String toString() {
            return "Session[***]";
        }
    }

    /** The user of a valid access token. */
    @RegisterForReflection
    public record Verified(
            boolean valid,

            @Schema(examples = "5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f")
            String userId) {
        @Override
        public String toString() {
            return "Verified[***]";
        }
    }

    /** What an erasure removed. */
    @RegisterForReflection
    public record Receipt(boolean success, Erased removed) {}

    @POST
    @Path("/register")
    @Operation(summary = "Makes an account from an invite")
    @ResponseStatus(201)
    @APIResponseSchema(value = Session.class, responseCode = "201")
    @Problems({
        ProblemCode.USER_ID_FORMAT,
        ProblemCode.USER_ID_NOT_UUID,
        ProblemCode.USER_ID_EXISTS,
        ProblemCode.INVITE_CODE_FORMAT,
        ProblemCode.INVITE_NOT_FOUND,
        ProblemCode.INVITE_EXPIRED,
        ProblemCode.INVITE_USED,
        ProblemCode.TOO_MANY_ATTEMPTS
    })
    public Uni<Session> register(
            @Schema(implementation = RegistrationRequest.class) JsonBody body, @Context HttpServerRequest request) {
        RegistrationRequest registration = RegistrationRequest.from(body);
        UserId userId = userId(registration.userId());
        return attempts.limitAll(
                        request, accounts.register(userId, registration.inviteCode()), AccountResource::isFailedGuess)
                .map(this::session);
    }

    @POST
    @Path("/login")
    @Operation(summary = "Opens a session; the user id is the credential")
    @Problems({
        ProblemCode.USER_ID_FORMAT,
        ProblemCode.USER_ID_NOT_UUID,
        ProblemCode.ACCOUNT_NOT_FOUND,
        ProblemCode.ACCOUNT_REVOKED,
        ProblemCode.TOO_MANY_ATTEMPTS
    })
    public Uni<Session> login(
            @Schema(implementation = LoginRequest.class) JsonBody body, @Context HttpServerRequest request) {
        UserId userId = userId(LoginRequest.from(body).userId());
        return attempts.limitFailures(request, accounts.login(userId), AccountResource::isFailedGuess)
                .map(this::session);
    }

    @GET
    @Path("/verify")
    @Operation(summary = "Whether the access token is valid")
    @SecurityRequirement(name = AccessToken.SCHEME)
    public Uni<Verified> verify(@Context AccessToken token) {
        return accounts.current(token).map(account -> new Verified(true, account.userId()));
    }

    @GET
    @Path("/account")
    @Operation(summary = "The account of the access token")
    @SecurityRequirement(name = AccessToken.SCHEME)
    public Uni<AccountRow> account(@Context AccessToken token) {
        return accounts.current(token);
    }

    @DELETE
    @Path("/account")
    @Operation(summary = "Erases blob, tokens and account")
    @SecurityRequirement(name = AccessToken.SCHEME)
    public Uni<Receipt> erase(@Context AccessToken token) {
        return accounts.erase(token).map(erased -> new Receipt(true, erased));
    }

    @GET
    @Path("/account/export")
    @Operation(summary = "All that the server holds about the user")
    @SecurityRequirement(name = AccessToken.SCHEME)
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT),
                            example = """
                                    {
                                      "account": {"user_id": "5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f",
                                        "invite_code": "AB2C-DE3F", "created_at": 1767225600000,
                                        "last_seen": 1767229200000},
                                      "invite": {"code": "AB2C-DE3F"},
                                      "sync": {"encryptedBlob": "c29tZSBjaXBoZXJ0ZXh0", "iv": "MTIzNDU2Nzg5MDEy"},
                                      "refresh_tokens": [{"session": 42}]
                                    }
                                    """))
    public Uni<String> export(@Context AccessToken token) {
        return accounts.export(token);
    }

    private Session session(LoginOutcome outcome) {
        if (outcome instanceof LoggedIn loggedIn) {
            AccountRow account = loggedIn.account();
            return new Session(
                    accessTokens.issue(account.id(), account.inviteCode()),
                    loggedIn.refreshToken().text(),
                    account);
        }
        throw new ApiException(((Rejected) outcome).code());
    }

    private static boolean isFailedGuess(LoginOutcome outcome) {
        return outcome instanceof Rejected rejected && rejected.code().isFailedGuess();
    }

    private static UserId userId(String text) {
        return UserId.parse(text).orElseThrow(() -> new ApiException(ProblemCode.USER_ID_NOT_UUID));
    }
}
