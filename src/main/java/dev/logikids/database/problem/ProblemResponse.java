package dev.logikids.database.problem;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Error responses in the form that the client prefers: plain JSON, or RFC 9457 for those who ask for it. */
public final class ProblemResponse {

    private static final String PREFERS_PROBLEM = ProblemResponse.class.getName();

    private ProblemResponse() {}

    /** Reads the {@code Accept} header for {@link #end}; call it before anything replaces that header. */
    public static void readAccept(RoutingContext request) {
        request.put(
                PREFERS_PROBLEM,
                AcceptHeader.prefersProblem(request.request().headers().getAll(HttpHeaders.ACCEPT)));
    }

    /** Ends a request that reaches no resource; 503 carries {@code Retry-After}. Closes a response that has begun. */
    public static void end(RoutingContext request, ProblemCode code) {
        if (request.response().headWritten()) {
            request.response().close();
            return;
        }
        boolean rfc9457 = prefersProblem(request);
        if (code == ProblemCode.SERVICE_UNAVAILABLE) {
            request.response().putHeader(HttpHeaders.RETRY_AFTER, ExceptionMappers.RETRY_AFTER_SECONDS);
        }
        request.response()
                .setStatusCode(code.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.contentType(rfc9457))
                .end(new Problem(code).body(rfc9457));
    }

    static boolean prefersProblem(RoutingContext request) {
        if (request.get(PREFERS_PROBLEM) == null) {
            readAccept(request);
        }
        return request.get(PREFERS_PROBLEM);
    }
}
