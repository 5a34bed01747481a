package dev.logikids.database.admin;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.logikids.database.account.AccountDetail;
import dev.logikids.database.account.AccountDirectory;
import dev.logikids.database.account.AccountQuery;
import dev.logikids.database.account.AccountSummary;
import dev.logikids.database.account.Erased;
import dev.logikids.database.http.Success;
import dev.logikids.database.postgresql.Page.Cursor;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import dev.logikids.database.token.SessionRow;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * {@code /api/admin/accounts}: accounts, as operators handle them. An id matches in any letter case; actions apply to every
 * account of that id (ADR 11).
 */
@Path("/api/admin/accounts")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
@SecurityRequirement(name = Operator.SCHEME)
public class AdminAccountResource {

    private final AdminActions actions;
    private final AccountDirectory directory;

    AdminAccountResource(AdminActions actions, AccountDirectory directory) {
        this.actions = actions;
        this.directory = directory;
    }

    /** Some accounts; {@code next} is the parameter {@code after} of the next page, null on the last one. */
    @RegisterForReflection
    public record AccountPage(List<AccountSummary> accounts, Optional<String> next) {}

    /** An account; times are ms since epoch. */
    @RegisterForReflection
    public record Account(
            AccountSummary account, List<SessionRow> sessions, Optional<Blob> blob, List<AccountSummary> twins) {

        static Account of(AccountDetail detail) {
            return new Account(
                    detail.account(), detail.sessions(), detail.data().map(Blob::of), detail.twins());
        }

        @Override
        public String toString() {
            return "Account[***]";
        }
    }

    /** What is stored, from outside; {@code storedBytes} is its size in the database, compressed. */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record Blob(int size, int storedBytes, long version, long createdAt, long lastAccessed) {

        static Blob of(AccountDetail.Blob blob) {
            return new Blob(
                    blob.size(),
                    blob.storedBytes(),
                    blob.version(),
                    blob.createdAt().toEpochMilli(),
                    blob.lastAccessed().toEpochMilli());
        }
    }

    /** To how many accounts an action applied: several where there are twins. */
    @RegisterForReflection
    public record Changed(boolean success, int accounts) {}

    /** How many live sessions were ended. */
    @RegisterForReflection
    public record Ended(boolean success, int revoked) {}

    /** What an erasure removed. */
    @RegisterForReflection
    public record ErasedAccount(boolean success, Erased removed) {}

    @GET
    @Operation(summary = "A page of the accounts, or those of one id or invite code")
    @Problems(ProblemCode.VALIDATION)
    public Uni<AccountPage> list(
            @Context Operator operator,
            @QueryParam("search") String search,
            @QueryParam("state") String state,
            @QueryParam("order") String order,
            @QueryParam("after") String after,
            @QueryParam("size") String size) {
        Optional<String> wanted = Parameters.storable("search", search);
        AccountQuery query = new AccountQuery(
                Parameters.constant("state", state, AccountQuery.Filter.class).orElse(AccountQuery.Filter.ALL),
                Parameters.constant("order", order, AccountQuery.Order.class).orElse(AccountQuery.Order.NEWEST),
                Parameters.cursor(after),
                Parameters.size(size));
        return wanted.isPresent()
                ? directory.find(wanted.get()).map(found -> new AccountPage(found, Optional.empty()))
                : directory
                        .page(query)
                        .map(page -> new AccountPage(page.items(), page.next().map(Cursor::text)));
    }

    @GET
    @Path("/{userId}")
    @Operation(summary = "One account with its sessions and the size of its data")
    @Problems(ProblemCode.ACCOUNT_NOT_FOUND)
    public Uni<Account> detail(@Context Operator operator, @PathParam("userId") String userId) {
        return directory
                .detail(Parameters.userId(userId))
                .map(found -> found.map(Account::of).orElseThrow(AdminAccountResource::notFound));
    }

    @POST
    @Path("/{userId}/revoke")
    @Operation(summary = "Blocks an account at once and ends its sessions")
    @Problems(ProblemCode.ACCOUNT_NOT_FOUND)
    public Uni<Changed> revoke(@Context Operator operator, @PathParam("userId") String userId) {
        return actions.revokeAccount(operator, Parameters.userId(userId)).map(AdminAccountResource::changed);
    }

    @POST
    @Path("/{userId}/restore")
    @Operation(summary = "Unblocks an account, which needs a new login")
    @Problems(ProblemCode.ACCOUNT_NOT_FOUND)
    public Uni<Changed> restore(@Context Operator operator, @PathParam("userId") String userId) {
        return actions.restoreAccount(operator, Parameters.userId(userId)).map(AdminAccountResource::changed);
    }

    @DELETE
    @Path("/{userId}/sessions")
    @Operation(summary = "Ends all sessions of an account")
    @Problems(ProblemCode.ACCOUNT_NOT_FOUND)
    public Uni<Ended> endSessions(@Context Operator operator, @PathParam("userId") String userId) {
        return actions.endSessions(operator, Parameters.userId(userId))
                .map(ended -> new Ended(true, ended.orElseThrow(AdminAccountResource::notFound)));
    }

    @DELETE
    @Path("/{userId}/sessions/{id}")
    @Operation(summary = "Ends one session of an account")
    @Problems({ProblemCode.ACCOUNT_NOT_FOUND, ProblemCode.SESSION_NOT_FOUND})
    public Uni<Success> endSession(
            @Context Operator operator, @PathParam("userId") String userId, @PathParam("id") String id) {
        return actions.endSession(operator, Parameters.userId(userId), sessionId(id))
                .map(known -> {
                    if (!known) {
                        throw new ApiException(ProblemCode.SESSION_NOT_FOUND);
                    }
                    return new Success();
                });
    }

    @GET
    @Path("/{userId}/export")
    @Operation(summary = "All that the server holds about the user, for a request of that user; audited")
    @Problems(ProblemCode.ACCOUNT_NOT_FOUND)
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT)))
    public Uni<String> export(@Context Operator operator, @PathParam("userId") String userId) {
        return actions.exportAccount(operator, Parameters.userId(userId))
                .map(exported -> exported.orElseThrow(AdminAccountResource::notFound));
    }

    @DELETE
    @Path("/{userId}")
    @Operation(summary = "Erases blob, tokens and account for good; the invite stays spent")
    @Problems(ProblemCode.ACCOUNT_NOT_FOUND)
    public Uni<ErasedAccount> erase(@Context Operator operator, @PathParam("userId") String userId) {
        return actions.eraseAccount(operator, Parameters.userId(userId))
                .map(erased -> new ErasedAccount(true, erased.orElseThrow(AdminAccountResource::notFound)));
    }

    private static Changed changed(List<UserId> accounts) {
        if (accounts.isEmpty()) {
            throw notFound();
        }
        return new Changed(true, accounts.size());
    }

    private static ApiException notFound() {
        return new ApiException(ProblemCode.ACCOUNT_NOT_FOUND);
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
