package dev.logikids.database.http;

import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import java.util.Objects;
import java.util.Set;

/**
 * What a request calls, in words of a bounded set that no client chooses.
 *
 * @param context of the request
 */
record Endpoint(HttpMethod method, Context context) {

    private static final String OTHER = "other";
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.POST,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS);

    String methodOrOther() {
        return METHODS.contains(method) ? method.name() : OTHER;
    }

    /** Returns the path of the resource, such as {@code /api/sync/{userId}}; known once the resource is found. */
    String template() {
        // Quarkus REST sets it for its own metrics
        return Objects.requireNonNullElse(context.getLocal("UrlPathTemplate"), OTHER);
    }

    @Override
    public String toString() {
        return methodOrOther() + " " + template();
    }
}
