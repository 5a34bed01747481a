package dev.logikids.database.console;

import dev.logikids.database.admin.AdminGuard;
import dev.logikids.database.admin.OidcUsers;
import dev.logikids.database.admin.Operator.Channel;
import dev.logikids.database.admin.SignIn;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.AuthenticationRedirectException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * The way to the OpenID provider and back. A route and no resource: {@link OidcUsers} ends the request itself when it leads the
 * browser to the provider.
 */
@ApplicationScoped
class ProviderSignIn {

    private static final Logger LOG = Logger.getLogger(ProviderSignIn.class);

    private final AdminGuard guard;
    private final OidcUsers users;
    private final SessionCookie sessions;

    ProviderSignIn(AdminGuard guard, OidcUsers users, SessionCookie sessions) {
        this.guard = guard;
        this.users = users;
        this.sessions = sessions;
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance signedIn();

        private Templates() {}
    }

    void register(@Observes Router router) {
        router.get(ConsoleGate.SIGN_IN_BY_PROVIDER).handler(this::enter);
    }

    private void enter(RoutingContext context) {
        if (!guard.takesOidc()) {
            ProblemResponse.end(context, ProblemCode.NOT_FOUND);
            return;
        }
        users.of(context)
                .flatMap(user -> user.isPresent()
                        ? guard.signIn(context.request(), Channel.CONSOLE, user.get())
                                .invoke(outcome -> answer(context, outcome))
                                .replaceWithVoid()
                        : leaveForProvider(context))
                .subscribe()
                .with(done -> {}, failure -> fail(context, failure));
    }

    private Uni<Void> leaveForProvider(RoutingContext context) {
        return users.redirect(context)
                .invoke(left -> {
                    if (!left) {
                        ProblemResponse.end(context, ProblemCode.SERVICE_UNAVAILABLE);
                    }
                })
                .replaceWithVoid();
    }

    private void answer(RoutingContext context, SignIn outcome) {
        if (outcome instanceof SignIn.Accepted accepted) {
            sessions.begin(context, accepted.operator().name());
            // no redirect: the browser would send no SameSite=Strict cookie on a way that began at the provider
            context.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                    .end(ConsoleGate.page(context).show(Templates.signedIn()).render());
        } else if (outcome instanceof SignIn.TooManyAttempts tooMany) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(tooMany.retryAfterSeconds()));
            ProblemResponse.end(context, ProblemCode.TOO_MANY_ATTEMPTS);
        } else {
            ProblemResponse.end(context, ProblemCode.OPERATOR_REQUIRED);
        }
    }

    private static void fail(RoutingContext context, Throwable failure) {
        if (failure instanceof AuthenticationRedirectException redirect) {
            context.response()
                    .setStatusCode(redirect.getCode())
                    .putHeader(HttpHeaders.LOCATION, redirect.getRedirectUri())
                    .end();
        } else {
            LOG.warnf(
                    "the console: nobody can sign in by the OpenID provider: %s",
                    failure.getClass().getSimpleName());
            ProblemResponse.end(context, ProblemCode.SERVICE_UNAVAILABLE);
        }
    }
}
