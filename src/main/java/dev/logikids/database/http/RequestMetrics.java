package dev.logikids.database.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The metric {@code http_server_requests_seconds} of every request, also of one that is rejected before a resource sees
 * it. Its labels are bounded and never hold a path: the one of Quarkus labels a request without a resource with its raw
 * path, and a user id in it is the credential of its user.
 */
@ApplicationScoped
class RequestMetrics {

    // before FramingCheck
    private static final int PRIORITY = 1001;

    // for quarkus.http.access-log.pattern
    private static final String ENDPOINT = "endpoint";

    private static final String OTHER = "other";
    // as nginx has it
    private static final int CLIENT_GONE = 499;
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.POST,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS);

    private final MeterRegistry metrics;

    RequestMetrics(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void register(@Observes Filters filters) {
        filters.register(this::time, PRIORITY);
    }

    private void time(RoutingContext request) {
        long start = System.nanoTime();
        Endpoint endpoint = new Endpoint(request.request().method(), Vertx.currentContext());
        request.addHeadersEndHandler(head -> request.put(ENDPOINT, endpoint.toString()));
        request.addEndHandler(end -> metrics.timer("http.server.requests", labels(endpoint, request))
                .record(System.nanoTime() - start, TimeUnit.NANOSECONDS));
        request.next();
    }

    private static Tags labels(Endpoint endpoint, RoutingContext request) {
        int status = request.response().headWritten() ? request.response().getStatusCode() : CLIENT_GONE;
        return Tags.of(
                "method", endpoint.methodOrOther(),
                "uri", endpoint.template(),
                "status", Integer.toString(status),
                "outcome", Outcome.forStatus(status).name());
    }

    /** What was called; known when the response begins. */
    record Endpoint(HttpMethod method, Context context) {

        String methodOrOther() {
            return METHODS.contains(method) ? method.name() : OTHER;
        }

        String template() {
            // Quarkus REST sets it to the path of the resource method, such as /api/sync/{userId}
            return Objects.requireNonNullElse(context.getLocal("UrlPathTemplate"), OTHER);
        }

        @Override
        public String toString() {
            return methodOrOther() + " " + template();
        }
    }
}
