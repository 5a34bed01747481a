package dev.logikids.database.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.i18n.MessageBundles;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** How operators begin and end a session, and choose the language. */
@Path(ConsoleGate.ROOT)
@Produces(MediaType.TEXT_HTML)
public class SignInResource {

    private static final Pattern OWN_PATH = Pattern.compile("/console[a-z/-]*");

    private final SessionCookie sessions;
    private final Clock clock;

    SignInResource(SessionCookie sessions, Clock clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * What the page shows.
     *
     * @param error why the attempt before failed, else empty
     * @param clearText whether others in the network can read the token
     */
    public record Model(String error, boolean clearText) {}

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance signIn(Model model);

        private Templates() {}
    }

    /** The page for signing in. */
    @GET
    @Path("sign-in")
    @Operation(hidden = true)
    public TemplateInstance signInPage(@Context Page page, @Context HttpServerRequest request) {
        return page.show(Templates.signIn(new Model("", false)));
    }

    /** Begins a session. */
    @POST
    @Path("sign-in")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response signIn(@Context Page page, @Context RoutingContext request, @Context Form form) {
        sessions.begin(request, new Session(Secrets.newId(), "admin", clock.instant()));
        return Page.redirect(ConsoleGate.ROOT);
    }

    /** Ends the session in this browser. */
    @POST
    @Path("sign-out")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response signOut(@Context RoutingContext request, @Context Form form) {
        sessions.end(request.response());
        return Page.redirect(ConsoleGate.SIGN_IN);
    }

    /** Remembers the language, and returns to the page where it was chosen. */
    @GET
    @Path("language")
    @Operation(hidden = true)
    public Response language(@Context RoutingContext request, @RestQuery String to, @RestQuery String back) {
        Language.of(to == null ? "" : to)
                .ifPresent(language -> request.response().addCookie(language.cookie()));
        boolean own = back != null && OWN_PATH.matcher(back).matches();
        return Page.redirect(own ? back : ConsoleGate.ROOT);
    }

    private static ConsoleMessages messages(Page page) {
        return MessageBundles.get(
                ConsoleMessages.class,
                io.quarkus.qute.i18n.Localized.Literal.of(page.getLanguage().tag()));
    }
}
