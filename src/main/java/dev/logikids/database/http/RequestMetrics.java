package dev.logikids.database.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.handlers.ClassRoutingHandler;
import org.jboss.resteasy.reactive.server.mapping.RuntimeResource;

/**
 * The histogram {@code http_server_requests_seconds} of every request, also of one that is rejected before a resource
 * sees it (ADR 26). Its labels are bounded and never hold a path: the one of Quarkus labels a request without a resource
 * with its raw path, and a user id in it is the credential of its user. The series of each resource method with status 200
 * begins at 0 when the service starts, any other with its first request.
 */
@ApplicationScoped
class RequestMetrics {

    // before FramingCheck
    private static final int PRIORITY = 1001;

    // for quarkus.http.access-log.pattern
    private static final String ENDPOINT = "endpoint";

    private static final int OK = 200;
    // as nginx has it
    private static final int CLIENT_GONE = 499;
    /** From one statement on a near database to the 10 s in which every request is answered; people wait gladly up to 1 s. */
    private static final Duration[] BUCKETS = Stream.of(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry metrics;
    /** Bounded as its keys are; a look into it is cheaper than one into the registry. */
    private final Map<Answered, Timer> timers = new ConcurrentHashMap<>();

    RequestMetrics(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void begin(@Observes StartupEvent event) {
        ResteasyReactiveRecorder.getCurrentDeployment().getClassMappers().stream()
                .flatMap(path -> Arrays.stream(path.value.handlers))
                .filter(ClassRoutingHandler.class::isInstance)
                .flatMap(routing -> ((ClassRoutingHandler) routing).getMappers().values().stream())
                .flatMap(methods -> methods.getTemplates().stream())
                .map(template -> template.value)
                .forEach(resource -> timer(new Answered(resource.getHttpMethod(), template(resource), OK)));
    }

    /** As Quarkus REST joins them while it answers. */
    private static String template(RuntimeResource resource) {
        String joined = (resource.getClassPath().template + resource.getPath().template).replace("//", "/");
        return joined.length() > 1 && joined.endsWith("/") ? joined.substring(0, joined.length() - 1) : joined;
    }

    void register(@Observes Filters filters) {
        filters.register(this::time, PRIORITY);
    }

    private void time(RoutingContext request) {
        long start = System.nanoTime();
        Endpoint endpoint = new Endpoint(request.request().method(), Vertx.currentContext());
        request.addHeadersEndHandler(head -> request.put(ENDPOINT, endpoint.toString()));
        request.addEndHandler(
                end -> timer(answered(endpoint, request)).record(System.nanoTime() - start, TimeUnit.NANOSECONDS));
        request.next();
    }

    private static Answered answered(Endpoint endpoint, RoutingContext request) {
        int status = request.response().headWritten() ? request.response().getStatusCode() : CLIENT_GONE;
        return new Answered(endpoint.methodOrOther(), endpoint.template(), status);
    }

    private Timer timer(Answered answered) {
        Timer known = timers.get(answered);
        return known != null ? known : timers.computeIfAbsent(answered, this::begin);
    }

    private Timer begin(Answered answered) {
        return Timer.builder("http.server.requests")
                .description("Requests by route, from the head of the request to the end of the answer")
                .tag("method", answered.method())
                .tag("uri", answered.template())
                .tag("status", Integer.toString(answered.status()))
                .tag("outcome", Outcome.forStatus(answered.status()).name())
                .serviceLevelObjectives(BUCKETS)
                .register(metrics);
    }

    /** What was called, and how it was answered: the labels of one series. */
    private record Answered(String method, String template, int status) {}
}
