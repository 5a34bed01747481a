package dev.logikids.database.problem;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The {@code Allow} header of a 405: what the generated OpenAPI document lists for the path. */
final class AllowedMethods {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

    private AllowedMethods() {}

    static String of(String path) {
        return Paths.ALLOW.entrySet().stream()
                .filter(known -> known.getKey().matcher(path).matches())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("OPTIONS");
    }

    /** Read at the first 405. */
    private static final class Paths {

        static final Map<Pattern, String> ALLOW = read();

        private static Map<Pattern, String> read() {
            Map<Pattern, String> allow = new LinkedHashMap<>();
            try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(DOCUMENT)) {
                JsonObject paths = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .getJsonObject("paths", new JsonObject());
                for (String path : paths.fieldNames()) {
                    TreeSet<String> methods = new TreeSet<>();
                    methods.add("OPTIONS");
                    for (String method : paths.getJsonObject(path).fieldNames()) {
                        methods.add(method.toUpperCase(Locale.ROOT));
                    }
                    methods.retainAll(List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"));
                    if (methods.contains("GET")) {
                        methods.add("HEAD");
                    }
                    allow.put(Pattern.compile(path.replaceAll("\\{[^}]*}", "[^/]+")), String.join(", ", methods));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + DOCUMENT, e);
            }
            return allow;
        }
    }
}
