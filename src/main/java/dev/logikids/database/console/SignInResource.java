package dev.logikids.database.console;

import dev.logikids.database.admin.AdminActions;
import dev.logikids.database.admin.AdminGuard;
import dev.logikids.database.admin.Operator.Channel;
import dev.logikids.database.admin.SignIn;
import dev.logikids.database.postgresql.DatabaseFailure;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** How operators begin and end a session, and choose the language. */
@Path(ConsoleGate.ROOT)
@Produces(MediaType.TEXT_HTML)
public class SignInResource {

    private static final Pattern OWN_PATH = Pattern.compile("/console[a-z/-]*");

    private final AdminGuard guard;
    private final AdminActions actions;
    private final SessionCookie sessions;

    SignInResource(AdminGuard guard, AdminActions actions, SessionCookie sessions) {
        this.guard = guard;
        this.actions = actions;
        this.sessions = sessions;
    }

    /**
     * What the page shows.
     *
     * @param error why the attempt before failed, else empty
     * @param takesToken whether the admin token lets in
     * @param takesOidc whether the OpenID provider can let in
     * @param clearText whether others in the network can read the token
     */
    public record Model(String error, boolean takesToken, boolean takesOidc, boolean clearText) {}

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance signIn(Model model);

        private Templates() {}
    }

    /** The page for signing in. */
    @GET
    @Path("sign-in")
    @Operation(hidden = true)
    public TemplateInstance signInPage(@Context ConsolePage page) {
        return form(page, "");
    }

    /** Begins a session, or says why not. */
    @POST
    @Path("sign-in")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> signIn(@Context ConsolePage page, @Context RoutingContext request, @Context Form form) {
        ConsoleMessages messages = page.messages(ConsoleMessages.class);
        return guard.signIn(request.request(), Channel.CONSOLE, form.text("token"))
                .map(outcome -> {
                    if (outcome instanceof SignIn.Accepted accepted) {
                        sessions.begin(request, accepted.operator().name());
                        return ConsolePage.redirect(ConsoleGate.ROOT);
                    }
                    return outcome instanceof SignIn.TooManyAttempts tooMany
                            ? Response.status(429)
                                    .header(HttpHeaders.RETRY_AFTER, tooMany.retryAfterSeconds())
                                    .entity(form(page, messages.tooManyAttempts(tooMany.retryAfterSeconds())))
                                    .build()
                            : Response.status(401)
                                    .entity(form(page, messages.wrongToken()))
                                    .build();
                });
    }

    private TemplateInstance form(ConsolePage page, String error) {
        return page.show(
                Templates.signIn(new Model(error, guard.takesToken(), guard.takesOidc(), page.isReadableOnTheWay())));
    }

    /** Ends the session in this browser. */
    @POST
    @Path("sign-out")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> signOut(@Context ConsolePage page, @Context RoutingContext request, @Context Form form) {
        sessions.end(request);
        // the cookie is gone whether or not the audit can be written
        return actions.signedOut(page.operator())
                .onFailure(DatabaseFailure.class)
                .recoverWithNull()
                .map(done -> ConsolePage.redirect(ConsoleGate.SIGN_IN));
    }

    /** Remembers the language, and returns to the page where it was chosen. */
    @GET
    @Path("language")
    @Operation(hidden = true)
    public Response language(@Context RoutingContext request, @RestQuery String to, @RestQuery String back) {
        Language.of(to == null ? "" : to)
                .ifPresent(language -> request.response().addCookie(language.cookie()));
        boolean own = back != null && OWN_PATH.matcher(back).matches();
        return ConsolePage.redirect(own ? back : ConsoleGate.ROOT);
    }
}
