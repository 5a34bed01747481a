package dev.logikids.database.admin;

import dev.logikids.database.admin.Operator.Channel;
import dev.logikids.database.admin.SignIn.Accepted;
import dev.logikids.database.admin.SignIn.TooManyAttempts;
import dev.logikids.database.postgresql.DatabaseFailure;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Answers whoever is no operator under {@code /api/admin}, whatever the path or the method: 404 where it does not exist, as for
 * any path that there is not; 401 without a good bearer token; 429 after too many wrong ones. Resources find the operator by
 * {@link OperatorProducer}.
 */
@ApplicationScoped
class AdminGate {

    private static final Logger LOG = Logger.getLogger(AdminGate.class);

    /** After the gates that any path under /api meets, and after Quarkus has prepared its authentication. */
    private static final int PRIORITY = SecurityHandlerPriorities.AUTHORIZATION + 50;

    /** With matrix parameters, which Quarkus REST ignores. */
    private static final Pattern ADMIN = Pattern.compile("/api(;[^/]*)?/admin(;[^/]*)?(/.*)?", Pattern.DOTALL);

    /** A path that there is not. */
    private static final String NOWHERE = "/api/nowhere";

    private static final Pattern BEARER = Pattern.compile("Bearer +(\\S+)", Pattern.CASE_INSENSITIVE);

    private static final String OPERATOR = Operator.class.getName();

    private final AdminGuard guard;
    private final OidcUsers oidcUsers;

    AdminGate(AdminGuard guard, OidcUsers oidcUsers) {
        this.guard = guard;
        this.oidcUsers = oidcUsers;
    }

    void register(@Observes Filters filters) {
        filters.register(this::enter, PRIORITY);
    }

    static Optional<Operator> operatorOf(RoutingContext request) {
        return Optional.ofNullable(request.get(OPERATOR));
    }

    private void enter(RoutingContext request) {
        if (!ADMIN.matcher(request.normalizedPath()).matches()) {
            request.next();
        } else if (!guard.admits(request.request()) || !guard.admitsOrigin(request.request())) {
            answerAsNowhere(request);
        } else {
            String presented = bearerToken(request);
            if (presented.isEmpty()) {
                refuse(request);
            } else {
                // the body waits for the answer of audit or OpenID provider, which may come on another thread
                request.request().pause();
                Context eventLoop = Vertx.currentContext();
                signIn(request, presented)
                        .subscribe()
                        .with(
                                outcome -> eventLoop.runOnContext(turn -> answer(request, outcome)),
                                failure -> eventLoop.runOnContext(turn -> fail(request, failure)));
            }
        }
    }

    private static void answerAsNowhere(RoutingContext request) {
        if (HttpMethod.OPTIONS.equals(request.request().method())) {
            // the answer comes from Quarkus REST, and is not 404
            request.reroute(NOWHERE);
        } else {
            ProblemResponse.end(request, ProblemCode.NOT_FOUND);
        }
    }

    private Uni<SignIn> signIn(RoutingContext request, String presented) {
        if (guard.takesOidc() && !guard.isAdminToken(presented)) {
            return oidcUsers
                    .of(request)
                    .chain(user -> user.isPresent()
                            ? guard.signIn(request.request(), Channel.API, user.get())
                            : guard.signIn(request.request(), Channel.API, presented));
        }
        return guard.signIn(request.request(), Channel.API, presented);
    }

    private static void answer(RoutingContext request, SignIn outcome) {
        if (outcome instanceof Accepted accepted) {
            request.put(OPERATOR, accepted.operator());
            request.request().resume();
            request.next();
        } else if (outcome instanceof TooManyAttempts limited) {
            request.response().putHeader("Retry-After", String.valueOf(limited.retryAfterSeconds()));
            end(request, ProblemCode.TOO_MANY_ATTEMPTS);
        } else {
            refuse(request);
        }
    }

    /** One answer for every reason. */
    private static void refuse(RoutingContext request) {
        request.response().putHeader("WWW-Authenticate", "Bearer realm=\"logikids-admin\"");
        end(request, ProblemCode.OPERATOR_REQUIRED);
    }

    private static void fail(RoutingContext request, Throwable failure) {
        if (failure instanceof DatabaseFailure) {
            LOG.warnf("/api/admin: the audit takes no row: %s", failure.getMessage());
        } else {
            LOG.warnf(
                    "/api/admin: the OpenID provider does not answer: %s",
                    failure.getClass().getSimpleName());
        }
        end(request, ProblemCode.SERVICE_UNAVAILABLE);
    }

    private static void end(RoutingContext request, ProblemCode code) {
        request.request().resume();
        ProblemResponse.end(request, code);
    }

    /** Empty without exactly one header of that form. */
    private static String bearerToken(RoutingContext request) {
        List<String> headers = request.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        return Optional.of(headers)
                .filter(all -> all.size() == 1)
                .map(all -> BEARER.matcher(all.get(0).strip()))
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1))
                .orElse("");
    }
}
