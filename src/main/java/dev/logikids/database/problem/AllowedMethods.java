package dev.logikids.database.problem;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code Allow} header of a 405: what the committed OpenAPI document lists for the path. */
final class AllowedMethods {

    private static final String DOCUMENT = "dev/logikids/database/openapi/openapi.yaml";

    /** A path of the document, or a method of the path before it: a parser of YAML would hold up the event loop. */
    private static final Pattern PATH_OR_METHOD =
            Pattern.compile("^  (?<path>/.*):$|^    (?<method>delete|get|patch|post|put):$", Pattern.MULTILINE);

    private AllowedMethods() {}

    static String of(String path) {
        return Paths.ALLOW.entrySet().stream()
                .filter(known -> known.getKey().matcher(path).matches())
                .map(known -> String.join(", ", known.getValue()))
                .findFirst()
                .orElse("OPTIONS");
    }

    /** Read at the first 405. */
    private static final class Paths {

        static final Map<Pattern, TreeSet<String>> ALLOW = read();

        private static Map<Pattern, TreeSet<String>> read() {
            Map<Pattern, TreeSet<String>> allow = new LinkedHashMap<>();
            TreeSet<String> methods = new TreeSet<>();
            Matcher line = PATH_OR_METHOD.matcher(document());
            while (line.find()) {
                if (line.group("path") != null) {
                    methods = new TreeSet<>();
                    methods.add("OPTIONS");
                    allow.put(Pattern.compile(line.group("path").replaceAll("\\{[^}]*}", "[^/]+")), methods);
                } else {
                    methods.add(line.group("method").toUpperCase(Locale.ROOT));
                }
            }
            allow.values().stream().filter(allowed -> allowed.contains("GET")).forEach(allowed -> allowed.add("HEAD"));
            return allow;
        }

        private static String document() {
            try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(DOCUMENT)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + DOCUMENT, e);
            }
        }
    }
}
