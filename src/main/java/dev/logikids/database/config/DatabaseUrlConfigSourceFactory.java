package dev.logikids.database.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Derives the settings of both PostgreSQL clients from DATABASE_URL. */
public class DatabaseUrlConfigSourceFactory implements ConfigSourceFactory {

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue value = context.getValue("DATABASE_URL");
        if (value == null || value.getValue() == null) {
            return List.of();
        }
        DatabaseUrl url = DatabaseUrl.parse(value.getValue());
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.datasource.reactive.url", url.reactiveUrl());
        settings.put("quarkus.datasource.username", url.user());
        settings.put("quarkus.datasource.password", url.password());
        settings.put("quarkus.datasource.migration.jdbc.url", url.jdbcUrl());
        settings.put("quarkus.datasource.migration.username", url.user());
        settings.put("quarkus.datasource.migration.password", url.password());
        // an EnvConfigSource: a build never records its values in what it builds
        return List.of(new EnvConfigSource(settings, 290));
    }
}
