package dev.logikids.database.telemetry;

import io.quarkus.runtime.ExecutionMode;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads {@code LOG_FORMAT} and the standard variables of OpenTelemetry, which Quarkus knows under other names only. An
 * endpoint is enough to switch the traces on; {@code OTEL_SDK_DISABLED} has the last word. Commands write neither traces nor JSON.
 */
public class TelemetryConfigSourceFactory implements ConfigSourceFactory {

    // below system properties and environment variables, which may override a single setting; above
    // application.properties
    private static final int ORDINAL = 290;
    private static final String FIELD = "quarkus.log.console.json.additional-field.\"%s\".value";
    private static final Pattern ENVIRONMENT = Pattern.compile("\\s*deployment\\.environment(?:\\.name)?=(\\S+)\\s*");
    private static final String PROTOCOL = "http/protobuf";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        // the build also calls this, and must keep nothing of its environment
        if (ExecutionMode.current() == ExecutionMode.UNSET || ExecutionMode.current() == ExecutionMode.STATIC_INIT) {
            return List.of();
        }
        boolean command = context.getProfiles().contains("command");
        Map<String, String> properties = new HashMap<>();
        properties.put("quarkus.log.console.json.enabled", Boolean.toString(isJson(context) && !command));
        properties.put("quarkus.otel.sdk.disabled", Boolean.toString(!areTracesOn(context) || command));
        // the one of Quarkus would win over the standard variable
        value(context, "otel.service.name").ifPresent(name -> {
            properties.put("quarkus.otel.service.name", name);
            properties.put(FIELD.formatted("service.name"), name);
        });
        value(context, "otel.resource.attributes").ifPresent(list -> {
            properties.put("quarkus.otel.resource.attributes", list);
            Stream.of(list.split(",", -1))
                    .map(ENVIRONMENT::matcher)
                    .filter(Matcher::matches)
                    .forEach(found -> properties.put(FIELD.formatted("service.environment"), found.group(1)));
        });
        return List.of(new EnvConfigSource(properties, ORDINAL));
    }

    private static boolean isJson(ConfigSourceContext context) {
        String format = value(context, "LOG_FORMAT").orElse("text");
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "json" -> true;
            case "text" -> false;
            default -> throw new ConfigurationException("LOG_FORMAT is json or text, not " + format);
        };
    }

    private static boolean areTracesOn(ConfigSourceContext context) {
        Optional<String> disabled = value(context, "otel.sdk.disabled").map(value -> value.toLowerCase(Locale.ROOT));
        if (disabled.isPresent() && !List.of("true", "false").contains(disabled.get())) {
            throw new ConfigurationException("OTEL_SDK_DISABLED is true or false, not " + disabled.get());
        }
        boolean on = disabled.map(value -> value.equals("false"))
                .orElseGet(() -> value(context, "otel.exporter.otlp.traces.endpoint")
                        .or(() -> value(context, "otel.exporter.otlp.endpoint"))
                        .isPresent());
        if (on) {
            for (String name : List.of("otel.exporter.otlp.traces.protocol", "otel.exporter.otlp.protocol")) {
                value(context, name)
                        .filter(protocol -> !protocol.equals(PROTOCOL))
                        .ifPresent(protocol -> {
                            throw new ConfigurationException(
                                    "OTEL_EXPORTER_OTLP_PROTOCOL is " + protocol
                                            + ", but this service sends " + PROTOCOL
                                            + ": leave it out, and name the port that the collector has for that, usually 4318");
                        });
            }
        }
        return on;
    }

    private static Optional<String> value(ConfigSourceContext context, String name) {
        return Optional.ofNullable(context.getValue(name))
                .map(ConfigValue::getValue)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }
}
