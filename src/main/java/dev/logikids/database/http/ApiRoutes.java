package dev.logikids.database.http;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * What happens to every request under {@code /api} before a resource sees it: its {@code Accept} is read for the form
 * of errors, and large bodies are rejected or wait for their turn. What Vert.x itself rejects, on any path of either
 * port, is answered in our form; and no failure reaches the error handler of Quarkus, which logs the path and with it a user id.
 */
@ApplicationScoped
class ApiRoutes {

    private static final Logger LOG = Logger.getLogger(ApiRoutes.class);
    private static final String JSON = "application/json";

    /** What proxies do not forward. */
    private static final List<String> OF_OPERATORS = List.of("/q", "/console", "/api/admin");

    private final BodyGate gate;

    ApiRoutes(BodyGate gate) {
        this.gate = gate;
    }

    void register(@Observes Filters filters) {
        // after CORS, so that a refusal carries its headers too
        filters.register(this::enter, SecurityHandlerPriorities.CORS - 1);
    }

    void register(@Observes ManagementInterface management) {
        register(management.router());
    }

    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(ApiRoutes::failed);
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 431}) {
            router.errorHandler(status, context -> {
                RequestId.assign(context);
                ProblemResponse.end(context, ProblemCode.ofStatus(status));
            });
        }
    }

    private void enter(RoutingContext context) {
        HttpServerRequest request = context.request();
        // routes match the normalized path, so it decides here too
        boolean api = context.normalizedPath().startsWith("/api");
        if (leavesApi(context) || hidesOperations(context)) {
            ProblemResponse.end(context, ProblemCode.MALFORMED_REQUEST);
        } else if (!api) {
            context.next();
        } else {
            ProblemResponse.readAccept(context);
            // clients of the legacy service got JSON whatever they accepted
            request.headers().set(HttpHeaders.ACCEPT, JSON);
            gate.enter(context);
        }
    }

    /** {@code /api/../q}: a proxy that forwards only /api must not be talked into another prefix. */
    private static boolean leavesApi(RoutingContext context) {
        return context.request().path().startsWith("/api")
                && !context.normalizedPath().startsWith("/api");
    }

    /** {@code //q} or {@code /%71}: a proxy that forwards all but /q must not overlook it. */
    private static boolean hidesOperations(RoutingContext context) {
        return OF_OPERATORS.stream()
                .anyMatch(prefix -> context.normalizedPath().startsWith(prefix)
                        && !context.request().path().startsWith(prefix));
    }

    private static void failed(RoutingContext context) {
        RequestId.assign(context);
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        if (status >= 500) {
            LOG.errorf(
                    context.failure(),
                    "%s failed before a resource",
                    context.request().method());
        }
        if (status == 400) {
            // no proper HTTP: what follows on the connection may be anything
            FramingCheck.closeAfterResponse(context);
        }
        ProblemResponse.end(context, ProblemCode.ofStatus(status));
    }
}
