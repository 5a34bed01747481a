package dev.logikids.database.datasource;

import dev.logikids.database.datasource.DatabaseUrl.Host;
import dev.logikids.database.datasource.DatabaseUrl.InvalidUrl;
import dev.logikids.database.datasource.DatabaseUrl.SslMode;
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
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Derives the properties of both datasources from DATABASE_URL (or the file that DATABASE_URL_FILE names) and, for
 * migrations only, MIGRATION_DATABASE_URL (or MIGRATION_DATABASE_URL_FILE), and those of a third one, for reads that may be some
 * seconds old, from DATABASE_URL_READ_ONLY (or DATABASE_URL_READ_ONLY_FILE). Without any of them, dev mode and
 * {@code serve --embedded} start a {@link DevelopmentDatabase}; otherwise the start ends with exit code 1 and one line
 * that says what to set.
 */
public class DatabaseUrlConfigSourceFactory implements ConfigSourceFactory {

    // below system properties and environment variables, which may override a single derived setting
    private static final int ORDINAL = 290;
    private static final String READ_ONLY = "DATABASE_URL_READ_ONLY";
    private static final String REQUIRE_VERIFIED_TLS = "logikids.database.require-verified-tls";

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
        Optional<DatabaseUrl> migrationUrl = url(context, "MIGRATION_DATABASE_URL");
        Map<String, String> properties = new HashMap<>(DatasourceProperties.reactive(url));
        properties.putAll(DatasourceProperties.jdbc(migrationUrl.orElse(url)));
        Optional<DatabaseUrl> readOnlyUrl = url(context, READ_ONLY);
        readOnlyUrl.ifPresent(replica -> {
            if (replica.hosts().size() > 1) {
                throw new InvalidUrl(READ_ONLY + ": give one host, of a standby or of what balances several:"
                        + " while it does not answer, DATABASE_URL is read");
            }
            properties.putAll(DatasourceProperties.readOnly(replica));
        });
        properties.put("quarkus.datasource.read-only.active", Boolean.toString(readOnlyUrl.isPresent()));
        if (requiresVerifiedTls(context)) {
            checkVerified("DATABASE_URL", url);
            migrationUrl.ifPresent(other -> checkVerified("MIGRATION_DATABASE_URL", other));
            readOnlyUrl.ifPresent(other -> checkVerified(READ_ONLY, other));
            checkNotOverridden(context, properties.keySet());
        }
        String clearTextHosts = Stream.of(Optional.of(url), migrationUrl, readOnlyUrl)
                .flatMap(Optional::stream)
                .flatMap(each -> each.clearTextHosts().stream())
                .map(Host::toString)
                .distinct()
                .collect(Collectors.joining(","));
        if (!clearTextHosts.isEmpty()) {
            properties.put("logikids.database.clear-text-hosts", clearTextHosts);
        }
        // a build records the values of other kinds of sources in the package, never those of an EnvConfigSource
        return new EnvConfigSource(properties, ORDINAL);
    }

    private static boolean requiresVerifiedTls(ConfigSourceContext context) {
        String value = value(context, REQUIRE_VERIFIED_TLS).orElse("false").toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            throw new InvalidUrl(REQUIRE_VERIFIED_TLS + " is true or false");
        }
        return value.equals("true");
    }

    private static void checkVerified(String variable, DatabaseUrl url) {
        if (url.sslMode() != SslMode.VERIFY_FULL) {
            throw new InvalidUrl(
                    variable + ": " + REQUIRE_VERIFIED_TLS + " is set, but the URL has sslmode="
                            + url.sslMode().value()
                            + ": write sslmode=verify-full with sslrootcert=FILE, or sslrootcert=system for the public authorities");
        }
    }

    /** Other sources may replace any single derived setting (ADR 3), the TLS ones too. */
    private static void checkNotOverridden(ConfigSourceContext context, Set<String> derived) {
        derived.stream()
                .filter(name -> name.startsWith("quarkus.datasource."))
                .filter(name -> value(context, name).isPresent())
                .min(Comparator.naturalOrder())
                .ifPresent(name -> {
                    throw new InvalidUrl(REQUIRE_VERIFIED_TLS + " is set, but " + name
                            + " is set too and replaces what DATABASE_URL says: remove it");
                });
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
        } catch (IOException | InvalidPathException e) {
            throw new InvalidUrl("no readable text file in UTF-8: " + file);
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
