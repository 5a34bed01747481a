package dev.logikids.database.telemetry;

import org.jboss.logging.MDC;

/**
 * Which request a log line belongs to. Kept in the diagnostic context, which Quarkus binds to the Vert.x context of the
 * request: every line that is written there carries it, however many steps later.
 */
public final class RequestLine {

    static final String METHOD = "http.request.method";
    static final String ROUTE = "http.route";
    static final String ID = "http.request.id";

    /** For {@code quarkus.log.console.format}. */
    private static final String LINE = "request";

    private final String method;
    private final Object route;
    private final String id;

    private RequestLine(String method, Object route, String id) {
        this.method = method;
        this.route = route;
        this.id = id;
    }

    /**
     * Labels all lines of the request from now on. Call on the request's own Vert.x context.
     *
     * @param method of a bounded set: a client may invent one
     * @param route its text is asked for with each line: the template of the path is not known before a resource is found
     */
    public static void begin(String method, Object route, String id) {
        MDC.put(METHOD, method);
        MDC.put(ROUTE, route);
        MDC.put(ID, id);
        MDC.put(LINE, new RequestLine(method, route, id));
    }

    /** Returns the id of the trace that the current request belongs to, empty while traces are off. */
    public static String traceId() {
        return MDC.get("traceId") instanceof String id ? id : "";
    }

    @Override
    public String toString() {
        String trace = traceId();
        return "[" + method + " " + route + " " + id + (trace.isEmpty() ? "" : " trace " + trace) + "] ";
    }
}
