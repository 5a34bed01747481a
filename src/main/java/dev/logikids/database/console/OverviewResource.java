package dev.logikids.database.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Whether service and database are well, at a glance. */
@Path(ConsoleGate.ROOT)
@Produces(MediaType.TEXT_HTML)
public class OverviewResource {

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance overview();

        private Templates() {}
    }

    /** The page. */
    @GET
    @Operation(hidden = true)
    public TemplateInstance overview(@Context ConsolePage page) {
        return page.show(Templates.overview());
    }
}
