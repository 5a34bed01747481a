package dev.logikids.database.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * {@code /q/openapi} of the packaged service: the committed document, as YAML or, as {@code format=json}, {@code Accept} or
 * the ending of the path says, as JSON. Dev mode and tests have no management interface; there Quarkus makes the document of
 * the annotations and serves it, on the same path and by the same rules.
 */
@ApplicationScoped
public class OpenApiDocument {

    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";

    void register(@Observes ManagementInterface management) {
        management
                .router()
                .routeWithRegex("/q/openapi(/|\\.(json|ya?ml))?")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                // reads a file; nobody asks often enough to keep it
                .blockingHandler(OpenApiDocument::answer, false);
    }

    private static void answer(RoutingContext context) {
        boolean json = wantsJson(context);
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, (json ? JSON : YAML) + ";charset=UTF-8")
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .end(Buffer.buffer(json ? json() : yaml()));
    }

    private static boolean wantsJson(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.contains(".")) {
            return path.endsWith(".json");
        }
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        return (accept != null && accept.contains(JSON))
                || "json".equalsIgnoreCase(context.request().getParam("format"));
    }

    private static byte[] yaml() {
        try (InputStream file = OpenApiDocument.class.getResourceAsStream("openapi.yaml")) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] json() {
        try {
            return new ObjectMapper().writeValueAsBytes(new YAMLMapper().readTree(yaml()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
