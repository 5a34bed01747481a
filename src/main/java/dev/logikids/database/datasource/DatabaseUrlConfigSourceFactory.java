package dev.logikids.database.datasource;

import dev.logikids.database.datasource.DatabaseUrl.InvalidUrl;
import dev.logikids.database.devdatabase.DevelopmentDatabase;
import io.quarkus.runtime.ExecutionMode;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.Expressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Derives the properties of both datasources from DATABASE_URL (or the file that DATABASE_URL_FILE names) and, for
 * migrations only, MIGRATION_DATABASE_URL (or MIGRATION_DATABASE_URL_FILE). Without any of them, dev mode and
 * {@code serve --embedded} start a {@link DevelopmentDatabase}; otherwise the start ends with exit code 1 and one line
 * that says what to set.
 */
public class DatabaseUrlConfigSourceFactory implements ConfigSourceFactory {

    // below system properties and environment variables, which may override a single derived setting
    private static final int ORDINAL = 290;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        // the build also calls this: it must neither need a database nor see its password
        if (ExecutionMode.current() == ExecutionMode.UNSET || ExecutionMode.current() == ExecutionMode.STATIC_INIT) {
            return List.of();
        }
        try {
            return List.of(source(context));
        } catch (InvalidUrl invalid) {
            // Quarkus prints only the message of this exception, without a stack trace, and exits with 1
            throw new ConfigurationException(invalid.getMessage());
        }
    }

    static ConfigSource source(ConfigSourceContext context) {
        DatabaseUrl url = url(context, "DATABASE_URL").orElseGet(() -> developmentUrl(context));
        DatabaseUrl migrationUrl = url(context, "MIGRATION_DATABASE_URL").orElse(url);
        Map<String, String> properties = new HashMap<>(DatasourceProperties.reactive(url));
        properties.putAll(DatasourceProperties.jdbc(migrationUrl));
        // a build records the values of other kinds of sources in the package, never those of an EnvConfigSource
        return new EnvConfigSource(properties, ORDINAL);
    }

    private static Optional<DatabaseUrl> url(ConfigSourceContext context, String variable) {
        String fileVariable = variable + "_FILE";
        Optional<String> text = value(context, variable);
        Optional<String> file = value(context, fileVariable);
        if (text.isPresent() && file.isPresent()) {
            throw new InvalidUrl("set " + variable + " or " + fileVariable + ", not both");
        }
        String source = file.isPresent() ? fileVariable : variable;
        try {
            return text.or(() -> file.map(DatabaseUrlConfigSourceFactory::content))
                    .map(DatabaseUrl::parse);
        } catch (InvalidUrl invalid) {
            throw new InvalidUrl(source + ": " + invalid.getMessage());
        }
    }

    private static String content(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new InvalidUrl("no readable text file " + file);
        }
    }

    private static DatabaseUrl developmentUrl(ConfigSourceContext context) {
        return DevelopmentDatabase.urlIfEnabled(name -> value(context, name))
                .map(DatabaseUrl::parse)
                .orElseThrow(() -> new InvalidUrl(
                        "No database is configured: set DATABASE_URL=postgresql://user:password@host:port/database"
                                + " (or DATABASE_URL_FILE to a file with it)"));
    }

    /** The value as written: a {@code $} in a password starts no expression. */
    private static Optional<String> value(ConfigSourceContext context, String name) {
        return Expressions.withoutExpansion(() -> Optional.ofNullable(context.getValue(name))
                .map(ConfigValue::getValue)
                .map(String::strip)
                .filter(text -> !text.isEmpty()));
    }
}
