package dev.logikids.database.console;

import dev.logikids.database.console.Overview.Now;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Whether service and database are well, at a glance. */
@Path(ConsoleGate.ROOT)
@Produces(MediaType.TEXT_HTML)
public class OverviewResource {

    /** With this status htmx asks no more. */
    private static final int STOP_POLLING = 286;

    private final Overview overview;

    OverviewResource(Overview overview) {
        this.overview = overview;
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance overview(Now now);

        static native TemplateInstance overviewNow(Now now, boolean update);

        private Templates() {}
    }

    /** The page. */
    @GET
    @Operation(hidden = true)
    public Uni<TemplateInstance> overview(@Context ConsolePage page) {
        return overview.look().map(now -> page.show(Templates.overview(now)));
    }

    /** What of the page changes; the browser asks for it until the database no longer answers. */
    @GET
    @Path("live/overview")
    @Operation(hidden = true)
    public Uni<Response> now(@Context ConsolePage page) {
        return overview.look()
                .map(now -> Response.status(now.isDatabaseAnswering() ? 200 : STOP_POLLING)
                        .entity(page.showPart(Templates.overviewNow(now, true)))
                        .build());
    }
}
