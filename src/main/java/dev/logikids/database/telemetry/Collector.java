package dev.logikids.database.telemetry;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Where traces go, by the standard variables {@code OTEL_EXPORTER_OTLP_*}; those with {@code TRACES_} in their names win.
 *
 * @param base scheme, host and port, and what comes before the path
 * @param headers may hold credentials
 * @param certificate a file with the authority of the collector, if it is no public one
 */
record Collector(
        URI base,
        String path,
        Map<String, String> headers,
        Duration timeout,
        boolean compressed,
        Optional<String> certificate) {

    private static final String PREFIX = "otel.exporter.otlp.";

    /** Returns it unless the traces are off; fails with a {@link ConfigurationException} that names the variable. */
    static Optional<Collector> ifEnabled() {
        Config config = ConfigProvider.getConfig();
        if (config.getValue("quarkus.otel.sdk.disabled", Boolean.class)) {
            return Optional.empty();
        }
        Optional<URI> ofTraces = config.getOptionalValue(PREFIX + "traces.endpoint", String.class)
                .map(text -> uri("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", text));
        URI ofAll = uri(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                config.getOptionalValue(PREFIX + "endpoint", String.class).orElse("http://localhost:4318"));
        return Optional.of(new Collector(
                ofTraces.map(uri -> uri.resolve("/")).orElse(ofAll),
                ofTraces.map(uri -> uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                        .orElse("/v1/traces"),
                headers(setting(config, "headers").orElse("")),
                timeout(setting(config, "timeout").orElse("10000")),
                setting(config, "compression").orElse("none").equals("gzip"),
                setting(config, "certificate")));
    }

    /** For the log. */
    String address() {
        return base.getHost() + ":" + base.getPort();
    }

    private static Optional<String> setting(Config config, String name) {
        return config.getOptionalValue(PREFIX + "traces." + name, String.class)
                .or(() -> config.getOptionalValue(PREFIX + name, String.class));
    }

    private static URI uri(String variable, String text) {
        try {
            URI uri = new URI(text.strip());
            if (uri.getHost() != null && List.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below, without the text: it may hold a password
        }
        throw new ConfigurationException(variable + " is no URL such as http://collector:4318");
    }

    private static Map<String, String> headers(String list) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : list.split(",", -1)) {
            int equals = header.indexOf('=');
            if (equals > 0) {
                headers.put(
                        header.substring(0, equals).strip(),
                        URLDecoder.decode(header.substring(equals + 1).strip(), StandardCharsets.UTF_8));
            } else if (!header.isBlank()) {
                throw new ConfigurationException("OTEL_EXPORTER_OTLP_HEADERS is no list such as name=value,name=value");
            }
        }
        return headers;
    }

    private static Duration timeout(String millis) {
        try {
            return Duration.ofMillis(Math.max(1000, Long.parseLong(millis.strip())));
        } catch (NumberFormatException e) {
            throw new ConfigurationException("OTEL_EXPORTER_OTLP_TIMEOUT is no number of milliseconds: " + millis);
        }
    }

    @Override
    public String toString() {
        return "collector at " + address();
    }
}
