package dev.logikids.database.account;

import dev.logikids.database.account.LoginOutcome.LoggedIn;
import dev.logikids.database.account.LoginOutcome.Rejected;
import dev.logikids.database.http.JsonBody;
import dev.logikids.database.limit.FailedAttempts;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.token.AccessTokens;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /api/auth}: making an account, entering it, asking for it, erasing it. */
@Path("/api/auth")
@Produces(MediaType.APPLICATION_JSON)
public class AccountResource {

    private final AccountService accounts;
    private final AccessTokens accessTokens;
    private final FailedAttempts attempts;

    AccountResource(AccountService accounts, AccessTokens accessTokens, FailedAttempts attempts) {
        this.accounts = accounts;
        this.accessTokens = accessTokens;
        this.attempts = attempts;
    }

    /** The answer of a registration or a login. */
    @RegisterForReflection
    public record Session(String accessToken, String refreshToken, AccountRow account) {
        @Override
        public String toString() {
            return "Session[***]";
        }
    }

    /** The answer to a good access token. */
    @RegisterForReflection
    public record Verified(boolean valid, String userId) {}

    /** The receipt of an erasure. */
    @RegisterForReflection
    public record Receipt(boolean success, Erased removed) {}

    @POST
    @Path("/register")
    public Uni<RestResponse<Session>> register(JsonBody body, @Context HttpServerRequest request) {
        String userId = required(body, "userId", ProblemCode.USER_ID_FORMAT);
        String inviteCode = required(body, "inviteCode", ProblemCode.INVITE_CODE_FORMAT);
        return accounts.register(userId(userId), inviteCode)
                .map(outcome -> RestResponse.status(RestResponse.Status.CREATED, session(outcome, request)));
    }

    @POST
    @Path("/login")
    public Uni<Session> login(JsonBody body, @Context HttpServerRequest request) {
        return accounts.login(userId(required(body, "userId", ProblemCode.USER_ID_FORMAT)))
                .map(outcome -> session(outcome, request));
    }

    @GET
    @Path("/verify")
    public Uni<Verified> verify(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
        return accounts.current(accessTokens.verify(authorization))
                .map(account -> new Verified(true, account.userId()));
    }

    @GET
    @Path("/account")
    public Uni<AccountRow> account(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
        return accounts.current(accessTokens.verify(authorization));
    }

    @DELETE
    @Path("/account")
    public Uni<Receipt> erase(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
        return accounts.erase(accessTokens.verify(authorization)).map(erased -> new Receipt(true, erased));
    }

    @GET
    @Path("/account/export")
    public Uni<String> export(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
        return accounts.export(accessTokens.verify(authorization));
    }

    private Session session(LoginOutcome outcome, HttpServerRequest request) {
        if (outcome instanceof LoggedIn loggedIn) {
            AccountRow account = loggedIn.account();
            return new Session(
                    accessTokens.issue(account.id(), account.inviteCode()),
                    loggedIn.refreshToken().text(),
                    account);
        }
        ProblemCode code = ((Rejected) outcome).code();
        switch (code) {
            case ACCOUNT_NOT_FOUND, INVITE_NOT_FOUND, INVITE_EXPIRED, INVITE_USED -> attempts.failed(request);
            default -> {}
        }
        throw new ApiException(code);
    }

    private static String required(JsonBody body, String field, ProblemCode otherwise) {
        return body.text(field).filter(text -> !text.isEmpty()).orElseThrow(() -> new ApiException(otherwise));
    }

    private static UserId userId(String text) {
        return UserId.parse(text).orElseThrow(() -> new ApiException(ProblemCode.USER_ID_NOT_UUID));
    }
}
