package dev.logikids.database.admin;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.logikids.database.admin.Audit.Action;
import dev.logikids.database.admin.Audit.Outcome;
import dev.logikids.database.cleanup.Cleanup;
import dev.logikids.database.health.ActivityView;
import dev.logikids.database.health.ActivityView.Activity;
import dev.logikids.database.health.MigrationsView;
import dev.logikids.database.health.MigrationsView.Migrations;
import dev.logikids.database.health.StorageView;
import dev.logikids.database.health.StorageView.Storage;
import dev.logikids.database.migration.MigrationFailure;
import dev.logikids.database.postgresql.Page.Cursor;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/admin}: the database, its schema and its size, the clean-up, and the audit. */
@Path("/api/admin")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
@SecurityRequirement(name = Operator.SCHEME)
public class AdminResource {

    private final AdminActions actions;
    private final Audit audit;
    private final Cleanup cleanup;
    private final StorageView storage;
    private final ActivityView activity;
    private final MigrationsView migrations;

    AdminResource(
            AdminActions actions,
            Audit audit,
            Cleanup cleanup,
            StorageView storage,
            ActivityView activity,
            MigrationsView migrations) {
        this.actions = actions;
        this.audit = audit;
        this.cleanup = cleanup;
        this.storage = storage;
        this.activity = activity;
        this.migrations = migrations;
    }

    /** A row of the audit; {@code at} is ms since epoch. */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record AuditEntry(
            long id,
            long at,
            String operator,
            String channel,
            String address,
            String action,
            String subject,
            String outcome,
            Map<String, Long> before,
            Map<String, Long> after) {

        static AuditEntry of(Audit.Entry entry) {
            return new AuditEntry(
                    entry.id(),
                    entry.at().toEpochMilli(),
                    entry.operator(),
                    entry.channel(),
                    entry.address(),
                    entry.action(),
                    entry.subject(),
                    entry.outcome(),
                    entry.before(),
                    entry.after());
        }

        @Override
        public String toString() {
            return "AuditEntry[id=" + id + "]";
        }
    }

    /** Some rows of the audit; {@code next} is the parameter {@code after} of the next page, null on the last one. */
    @RegisterForReflection
    public record AuditPage(List<AuditEntry> entries, Optional<String> next) {}

    /** The text of a file. */
    @RegisterForReflection
    public record MigrationText(String name, String sql) {}

    /** Rows by table. */
    @RegisterForReflection
    public record Rows(Map<String, Long> rows) {}

    @GET
    @Path("/storage")
    @Operation(summary = "Rows and bytes of each table, growth by day, and the sizes of the blobs")
    public Uni<Storage> storage(@Context Operator operator) {
        return storage.look();
    }

    @GET
    @Path("/cleanup")
    @Operation(summary = "What the next clean-up would remove")
    public Uni<Rows> due(@Context Operator operator) {
        return cleanup.dryRun().map(Rows::new);
    }

    @POST
    @Path("/cleanup")
    @Operation(summary = "Removes now what nobody needs any more")
    public Uni<Rows> cleanUp(@Context Operator operator) {
        return actions.cleanUp(operator).map(Rows::new);
    }

    @GET
    @Path("/database")
    @Operation(summary = "Who blocks whom in PostgreSQL, and how many sessions are in which state")
    public Uni<Activity> database(@Context Operator operator) {
        return activity.look();
    }

    @GET
    @Path("/migrations")
    @Operation(summary = "Applied, pending and changed migrations, drift, invalid indexes")
    public Uni<Migrations> migrations(@Context Operator operator) {
        return migrations
                .look()
                .onFailure(MigrationFailure.class)
                .transform(failure -> new ApiException(ProblemCode.SERVICE_UNAVAILABLE));
    }

    @GET
    @Path("/migrations/{name}")
    @Operation(summary = "The SQL of a migration of this build")
    @Problems(ProblemCode.MIGRATION_NOT_FOUND)
    public MigrationText sql(@Context Operator operator, @PathParam("name") String name) {
        return migrations
                .sql(name)
                .map(sql -> new MigrationText(name, sql))
                .orElseThrow(() -> new ApiException(ProblemCode.MIGRATION_NOT_FOUND));
    }

    @GET
    @Path("/audit")
    @Operation(summary = "A page of what operators did, the newest first")
    @Problems(ProblemCode.VALIDATION)
    public Uni<AuditPage> audit(
            @Context Operator operator,
            @QueryParam("action") String action,
            @QueryParam("outcome") String outcome,
            @QueryParam("operator") String name,
            @QueryParam("account") String account,
            @QueryParam("invite") String invite,
            @QueryParam("after") String after,
            @QueryParam("size") String size) {
        Audit.Query query = new Audit.Query(
                Parameters.constant("action", action, Action.class),
                Parameters.constant("outcome", outcome, Outcome.class),
                Parameters.storable("operator", name),
                subject(account, invite),
                Parameters.cursor(after),
                Parameters.size(size));
        return audit.page(query)
                .map(page -> new AuditPage(
                        page.items().stream().map(AuditEntry::of).toList(),
                        page.next().map(Cursor::text)));
    }

    private static Optional<String> subject(String account, String invite) {
        return Parameters.text(account)
                .map(given -> Audit.subjectOf(UserId.parse(given)
                        .orElseThrow(
                                () -> Parameters.invalid("account", "must be the id of an account", "invalid_string"))))
                .or(() -> Parameters.text(invite).map(Audit::subjectOf));
    }
}
