package dev.logikids.database.problem;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Error responses in the form that the client prefers: plain JSON, or RFC 9457 for those who ask for it. */
public final class ProblemResponse {

    private static final String JSON = "application/json; charset=utf-8";
    static final String PROBLEM_JSON = "application/problem+json";
    /** The pool retries at once, and a failover takes seconds. */
    private static final Map<String, String> RETRY_AFTER = Map.of("Retry-After", "2");

    private static final String PREFERS_PROBLEM = ProblemResponse.class.getName();

    private static final String PAGE = ProblemResponse.class.getName() + ".page";
    private static final String HTML = "text/html; charset=utf-8";

    private ProblemResponse() {}

    /** Lets the errors of this request be pages for people. */
    public static void answerWithPage(RoutingContext request, Function<ProblemCode, String> page) {
        request.put(PAGE, page);
    }

    /** Reads the {@code Accept} header for the error response; call it before anything replaces that header. */
    public static void readAccept(RoutingContext request) {
        List<String> accept = request.request().headers().getAll(HttpHeaders.ACCEPT);
        request.put(PREFERS_PROBLEM, AcceptHeader.prefersProblem(accept));
    }

    /**
     * Ends a request that reaches no resource, 503 with {@code Retry-After}. If the response has begun already, closes
     * the connection instead.
     */
    public static void end(RoutingContext request, ProblemCode code) {
        HttpServerResponse response = request.response();
        if (response.headWritten()) {
            response.close();
            return;
        }
        ApiException problem = new ApiException(code);
        headers(problem).forEach(response::putHeader);
        response.setStatusCode(code.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType(request))
                // a request that Vert.x cannot route has not got the headers of every response
                .putHeader(HttpHeaders.VARY, "Origin")
                .end(body(problem, request));
    }

    /** Returns the response to a request that a resource or Quarkus has rejected, 503 with {@code Retry-After}. */
    static Response of(ApiException problem, RoutingContext request) {
        Response.ResponseBuilder response = Response.status(problem.code().status())
                .type(contentType(request))
                .entity(body(problem, request));
        headers(problem).forEach(response::header);
        return response.build();
    }

    private static boolean prefersProblem(RoutingContext request) {
        if (request.get(PREFERS_PROBLEM) == null) {
            readAccept(request);
        }
        return request.get(PREFERS_PROBLEM);
    }

    private static Map<String, String> headers(ApiException problem) {
        return problem.code() == ProblemCode.SERVICE_UNAVAILABLE ? RETRY_AFTER : problem.headers();
    }

    private static String contentType(RoutingContext request) {
        return request.get(PAGE) != null ? HTML : prefersProblem(request) ? PROBLEM_JSON : JSON;
    }

    private static String body(ApiException problem, RoutingContext request) {
        ProblemCode code = problem.code();
        Function<ProblemCode, String> page = request.get(PAGE);
        if (page != null) {
            return page.apply(code);
        }
        return Json.encode(
                prefersProblem(request)
                        ? new ProblemBody(
                                code.type(), code.title(), code.status(), code.text(), code.code(), problem.details())
                        : new ErrorBody(code.text(), problem.details()));
    }
}
