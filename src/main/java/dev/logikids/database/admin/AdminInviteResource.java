package dev.logikids.database.admin;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.logikids.database.http.JsonBody;
import dev.logikids.database.http.Success;
import dev.logikids.database.invite.InviteQuery;
import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.invite.InviteService.Removal;
import dev.logikids.database.invite.InviteState;
import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.Page.Cursor;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
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
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** {@code /api/admin/invites}: invites, as operators handle them. */
@Path("/api/admin/invites")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
@SecurityRequirement(name = Operator.SCHEME)
public class AdminInviteResource {

    private final AdminActions actions;
    private final InviteService invites;
    private final Clock clock;

    AdminInviteResource(AdminActions actions, InviteService invites, Clock clock) {
        this.actions = actions;
        this.invites = invites;
        this.clock = clock;
    }

    /**
     * An invite; times are ms since epoch.
     *
     * @param state {@code open}, {@code used} or {@code expired}; one that is used and has expired too counts as used
     * @param usedBy the id of its user, {@code erased} if that account was erased
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    @Schema(name = "Invite")
    public record Invite(
            @Schema(examples = "AB2C-DE3F") String code,
            @Schema(examples = "open") String state,
            long createdAt,
            long expiresAt,
            Optional<String> note,
            Optional<String> usedBy) {

        static Invite of(InviteRow row, long now) {
            return new Invite(row.code(), state(row, now), row.createdAt(), row.expiresAt(), row.note(), row.usedBy());
        }

        private static String state(InviteRow row, long now) {
            if (row.usedBy().isPresent()) {
                return "used";
            }
            return row.state(now) == InviteState.OPEN ? "open" : "expired";
        }

        @Override
        public String toString() {
            return "Invite[***]";
        }
    }

    /** Some invites; {@code next} is the parameter {@code after} of the next page, null on the last one. */
    @RegisterForReflection
    public record InvitePage(List<Invite> invites, Optional<String> next) {}

    /** The new invites. */
    @RegisterForReflection
    public record Created(List<Invite> invites) {}

    @GET
    @Operation(summary = "A page of the invites, the newest first")
    @Problems(ProblemCode.VALIDATION)
    public Uni<InvitePage> list(
            @Context Operator operator,
            @QueryParam("state") String state,
            @QueryParam("note") String note,
            @QueryParam("after") String after,
            @QueryParam("size") String size) {
        InviteQuery query = new InviteQuery(
                Parameters.constant("state", state, InviteQuery.Filter.class).orElse(InviteQuery.Filter.ALL),
                Parameters.storable("note", note),
                Parameters.cursor(after),
                Parameters.size(size));
        return invites.page(query).map(this::page);
    }

    @POST
    @Operation(summary = "Makes new invites, all or none")
    @ResponseStatus(201)
    @APIResponseSchema(value = Created.class, responseCode = "201")
    @Problems(ProblemCode.VALIDATION)
    public Uni<Created> create(@Context Operator operator, @Schema(implementation = InviteOrder.class) JsonBody body) {
        InviteOrder order = InviteOrder.from(body);
        return actions.createInvites(operator, order.count(), order.note(), order.validFor())
                .map(rows -> new Created(invites(rows)));
    }

    @DELETE
    @Path("/{code}")
    @Operation(summary = "Removes an invite that no account was made with")
    @Problems({ProblemCode.INVITE_NOT_FOUND, ProblemCode.INVITE_OF_ACCOUNT})
    public Uni<Success> remove(@Context Operator operator, @PathParam("code") String code) {
        if (code.indexOf('\0') >= 0) {
            throw new ApiException(ProblemCode.INVITE_NOT_FOUND);
        }
        return actions.removeInvite(operator, code).map(removal -> {
            if (removal != Removal.REMOVED) {
                throw new ApiException(
                        removal == Removal.UNKNOWN ? ProblemCode.INVITE_NOT_FOUND : ProblemCode.INVITE_OF_ACCOUNT);
            }
            return new Success();
        });
    }

    private InvitePage page(Page<InviteRow> page) {
        return new InvitePage(invites(page.items()), page.next().map(Cursor::text));
    }

    private List<Invite> invites(List<InviteRow> rows) {
        long now = clock.millis();
        return rows.stream().map(row -> Invite.of(row, now)).toList();
    }
}
