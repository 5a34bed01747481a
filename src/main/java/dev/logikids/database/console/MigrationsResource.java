package dev.logikids.database.console;

import dev.logikids.database.health.MigrationsView;
import dev.logikids.database.health.MigrationsView.Migrations;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The migration files, what became of them, and whether the schema is still as they made it. */
@Path(ConsoleGate.ROOT + "/migrations")
@Produces(MediaType.TEXT_HTML)
public class MigrationsResource {

    private final MigrationsView migrations;

    MigrationsResource(MigrationsView migrations) {
        this.migrations = migrations;
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance migrations(Optional<Migrations> seen);

        static native TemplateInstance migration(String name, String sql);

        private Templates() {}
    }

    /** All files; without a database the page says so. */
    @GET
    @Operation(hidden = true)
    public Uni<TemplateInstance> all(@Context ConsolePage page) {
        return Overview.inTime(migrations.look()).map(seen -> page.show(Templates.migrations(seen)));
    }

    /** The SQL of one file. */
    @GET
    @Path("{name}")
    @Operation(hidden = true)
    public TemplateInstance one(@Context ConsolePage page, @PathParam("name") String name) {
        String sql = migrations.sql(name).orElseThrow(() -> new ApiException(ProblemCode.NOT_FOUND));
        return page.show(Templates.migration(name, sql));
    }
}
