package dev.logikids.database.telemetry;

import java.util.function.Supplier;
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

    private RequestLine() {}

    /** Written out with each line: what is known of a request grows. */
    private record Later(Supplier<String> text) {

        @Override
        public String toString() {
            return text.get();
        }
    }

    /**
     * Labels all lines of the request from now on. Call on the request's own Vert.x context.
     *
     * @param method of a bounded set: a client may invent one
     * @param route asked for with each line: the template of the path is not known before a resource is found
     */
    public static void begin(String method, Supplier<String> route, String id) {
        MDC.put(METHOD, method);
        MDC.put(ROUTE, new Later(route));
        MDC.put(ID, id);
        MDC.put(LINE, new Later(() -> "[" + method + " " + route.get() + " " + id + trace() + "] "));
    }

    /** Returns the id of the trace that the current request belongs to, empty while traces are off. */
    public static String traceId() {
        return MDC.get("traceId") instanceof String id ? id : "";
    }

    private static String trace() {
        String id = traceId();
        return id.isEmpty() ? "" : " trace " + id;
    }
}
