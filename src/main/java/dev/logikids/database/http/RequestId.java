package dev.logikids.database.http;

import dev.logikids.database.problem.ProblemResponse;
import dev.logikids.database.telemetry.RequestLine;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Gives each request an id, which is in its response, in every log line that it causes and in what a client reports of a
 * failure. That of the header {@code X-Request-Id} is taken if it is one line of at most 64 letters, digits, {@code .}, {@code _}
 * and {@code -}, and holds nothing that has the form of a user id, for a user id is a credential (ADR 27).
 */
@ApplicationScoped
class RequestId {

    // before RequestMetrics
    private static final int PRIORITY = 1002;

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern USER_ID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    void register(@Observes Filters filters) {
        filters.register(
                request -> {
                    assign(request);
                    request.next();
                },
                PRIORITY);
    }

    /** Does so once; a request that Vert.x does not route comes here late. */
    static void assign(RoutingContext request) {
        if (!request.response().headers().contains(ProblemResponse.REQUEST_ID)) {
            String id = of(request.request().headers().getAll(ProblemResponse.REQUEST_ID));
            request.response().putHeader(ProblemResponse.REQUEST_ID, id);
            // a request that Vert.x does not route may have no context of its own: its label would go to others
            if (VertxContext.isOnDuplicatedContext()) {
                Endpoint endpoint = new Endpoint(request.request().method(), Vertx.currentContext());
                RequestLine.begin(endpoint.methodOrOther(), endpoint::template, id);
            }
        }
    }

    static String of(List<String> headers) {
        return headers.size() == 1 && isSane(headers.get(0)) ? headers.get(0) : made();
    }

    private static boolean isSane(String id) {
        return SANE.matcher(id).matches() && !USER_ID.matcher(id).find();
    }

    private static String made() {
        // has to be different, not secret
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
}
