package dev.logikids.database.http;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Rejects requests that a proxy in front of the service may read as another request than the service does (RFC 9112,
 * sections 3.2, 6.1 and 11.2), and closes their connection. Netty rejects the rest of such requests itself; RawHttpIT
 * holds both.
 */
@ApplicationScoped
class FramingCheck {

    // before everything else, CORS included
    private static final int PRIORITY = 1000;

    // a browser sends some 20, a proxy adds some 10
    private static final int MAX_HEADERS = 100;

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (hasTooManyHeaders(request)) {
            reject(context, ProblemCode.TOO_MANY_HEADERS);
        } else if (isAmbiguous(request)) {
            reject(context, ProblemCode.MALFORMED_REQUEST);
        } else {
            context.next();
        }
    }

    private static boolean hasTooManyHeaders(HttpServerRequest request) {
        // size() counts names, of which a thousand lines may have one
        Iterator<Map.Entry<String, String>> lines = request.headers().iterator();
        int count = 0;
        while (count <= MAX_HEADERS && lines.hasNext()) {
            lines.next();
            count++;
        }
        return count > MAX_HEADERS;
    }

    private static boolean isAmbiguous(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        // no other coding is supported; a folded line leaves a blank before the word
        boolean unknownCoding =
                !codings.isEmpty() && !(codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked"));
        boolean oneHost = request.headers().getAll(HttpHeaders.HOST).size() == 1;
        return unknownCoding || (!oneHost && request.version() == HttpVersion.HTTP_1_1);
    }

    static void closeAfterResponse(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        context.addEndHandler(sent -> context.request().connection().close());
    }

    private static void reject(RoutingContext context, ProblemCode code) {
        closeAfterResponse(context);
        ProblemResponse.end(context, code);
    }
}
