package dev.logikids.database.http;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * What happens to every request under {@code /api} before a resource sees it: its {@code Accept} is read for the form
 * of errors, large bodies are refused or wait for their turn, and what Vert.x itself refuses gets our body.
 */
@ApplicationScoped
public class ApiRoutes {

    private static final String JSON = "application/json";

    private final BodyGate gate;

    ApiRoutes(BodyGate gate) {
        this.gate = gate;
    }

    void register(@Observes Filters filters) {
        // after CORS, so that a refusal carries its headers too
        filters.register(this::enter, SecurityHandlerPriorities.CORS - 1);
    }

    void register(@Observes Router router) {
        router.route("/api/*").order(Integer.MIN_VALUE).failureHandler(ApiRoutes::failed);
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 431}) {
            router.errorHandler(status, ApiRoutes::failed);
        }
    }

    private void enter(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.path() == null || !request.path().startsWith("/api")) {
            context.next();
            return;
        }
        ProblemResponse.readAccept(context);
        // clients of the legacy service got JSON whatever they accepted
        request.headers().set(HttpHeaders.ACCEPT, JSON);
        gate.enter(context);
    }

    private static void failed(RoutingContext context) {
        int status = context.statusCode();
        if (context.failure() != null && status >= 500) {
            context.next();
        } else {
            ProblemResponse.end(context, ProblemCode.ofStatus(status));
        }
    }
}
