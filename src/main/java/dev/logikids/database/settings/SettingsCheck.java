package dev.logikids.database.settings;

import static dev.logikids.database.settings.Bound.cron;
import static dev.logikids.database.settings.Bound.every;
import static dev.logikids.database.settings.Bound.flag;
import static dev.logikids.database.settings.Bound.memory;
import static dev.logikids.database.settings.Bound.number;
import static dev.logikids.database.settings.Bound.oneOf;
import static dev.logikids.database.settings.Bound.origins;
import static dev.logikids.database.settings.Bound.port;
import static dev.logikids.database.settings.Bound.time;
import static dev.logikids.database.settings.Bound.url;

import io.quarkus.runtime.ExecutionMode;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Ends a start with a value that cannot be meant, in one line and before anything begins: those of {@code logikids.*}, and those
 * of Quarkus that the documentation names, which would otherwise end in a stack trace or be taken without a word. URLs of databases,
 * networks and secrets are checked where they are read.
 */
public class SettingsCheck implements ConfigSourceFactory {

    private static final Duration NONE = Duration.ZERO;
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);

    /** PostgreSQL and Vert.x count milliseconds in 32 bits. */
    private static final Duration LONGEST_TIMER = Duration.ofDays(24);

    private static final long ANY_LIMIT = 1_000_000_000;

    static final List<Bound> BOUNDS = List.of(
            port("PORT"),
            port("MANAGEMENT_PORT"),
            port("quarkus.http.port"),
            port("quarkus.management.port"),
            port("logikids.dev.postgresql.port"),
            // each has a thread and its selectors
            number("quarkus.vertx.event-loops-pool-size", 1, 1_000),
            number("quarkus.thread-pool.max-threads", 1, 1_000),
            number("quarkus.http.limits.max-connections", 1, 1_000_000),
            time("quarkus.http.idle-timeout", SECOND, LONGEST_TIMER),
            origins("quarkus.http.cors.origins"),
            flag("quarkus.http.http2"),
            flag("quarkus.http.access-log.enabled"),
            flag("quarkus.oidc.tenant-enabled"),
            url("quarkus.oidc.auth-server-url").orEmpty(),
            oneOf(
                            "otel.traces.sampler",
                            "always_on",
                            "always_off",
                            "traceidratio",
                            "parentbased_always_on",
                            "parentbased_always_off",
                            "parentbased_traceidratio")
                    .orEmpty(),
            // milliseconds
            number("otel.exporter.otlp.timeout", 0, Integer.MAX_VALUE).orEmpty(),
            number("otel.bsp.schedule.delay", 1, Integer.MAX_VALUE).orEmpty(),
            number("otel.bsp.export.timeout", 1, Integer.MAX_VALUE).orEmpty(),
            number("otel.bsp.max.queue.size", 1, 1_000_000).orEmpty(),
            number("otel.bsp.max.export.batch.size", 1, 1_000_000).orEmpty(),
            time("quarkus.shutdown.delay", NONE, DAY),
            time("quarkus.shutdown.timeout", NONE, DAY),
            // a body is one array, and takes five times its size while it is read
            memory("logikids.body.max", "1K", "256M"),
            flag("logikids.database.require-verified-tls"),
            number("logikids.pool.max-size", 1, 1_000),
            number("logikids.pool.max-waiting", 0, 100_000),
            number("logikids.pool.transaction-attempts", 1, 100),
            time("logikids.pool.acquire-timeout", MILLISECOND, DAY),
            time("logikids.pool.connect-timeout", MILLISECOND, DAY),
            time("logikids.pool.idle-timeout", MILLISECOND, LONGEST_TIMER),
            time("logikids.pool.max-lifetime", MILLISECOND, LONGEST_TIMER),
            // 0 would be no limit at all
            time("logikids.pool.statement-timeout", MILLISECOND, DAY),
            time("logikids.pool.lock-timeout", MILLISECOND, DAY),
            time("logikids.pool.call-timeout", MILLISECOND, DAY),
            flag("logikids.pool.pgbouncer"),
            flag("logikids.pool.require-channel-binding"),
            flag("logikids.migration.at-start"),
            flag("logikids.migration.citus"),
            time("logikids.migration.wait-for-database", NONE, YEAR),
            time("logikids.migration.wait-for-lock", NONE, YEAR),
            time("logikids.migration.lock-timeout", MILLISECOND, DAY),
            number("logikids.migration.lock-attempts", 1, 10_000),
            time("logikids.migration.statement-timeout", NONE, LONGEST_TIMER),
            flag("logikids.tokens.rotate"),
            time("logikids.tokens.grace", NONE, DAY),
            flag("logikids.attempts.enabled"),
            number("logikids.attempts.limit", 1, ANY_LIMIT),
            number("logikids.attempts.ceiling", 1, ANY_LIMIT),
            time("logikids.attempts.window", SECOND, YEAR),
            number("logikids.admin.attempts", 1, ANY_LIMIT),
            flag("logikids.sync.limit.enabled"),
            number("logikids.sync.limit.requests", 1, ANY_LIMIT),
            time("logikids.sync.limit.window", SECOND, YEAR),
            every("logikids.metrics.refresh", SECOND, DAY),
            cron("logikids.cleanup.cron"),
            // less would remove what its owner has just stored
            time("logikids.cleanup.blobs-after", DAY, Duration.ofDays(36_500)),
            number("logikids.cleanup.batch", 1, 1_000_000),
            number("logikids.cleanup.batches", 1, 1_000_000));

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        // the build also calls this
        if (ExecutionMode.current() != ExecutionMode.UNSET && ExecutionMode.current() != ExecutionMode.STATIC_INIT) {
            BOUNDS.stream()
                    .flatMap(bound -> violation(context, bound))
                    .findFirst()
                    .ifPresent(wrong -> {
                        throw new ConfigurationException(wrong);
                    });
        }
        return List.of();
    }

    private static Stream<String> violation(ConfigSourceContext context, Bound bound) {
        return Optional.ofNullable(context.getValue(bound.setting()))
                .flatMap(found -> Optional.ofNullable(found.getValue()))
                .flatMap(bound::violation)
                .stream();
    }
}
