package dev.logikids.database.health;

import dev.logikids.database.health.SchemaView.Schema;
import dev.logikids.database.migration.MigrationAtStart;
import dev.logikids.database.migration.MigrationAtStart.Phase;
import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.Migrator;
import dev.logikids.database.migration.SchemaStatus.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Readiness;

/**
 * The metrics {@code logikids_ready}, {@code logikids_schema_…} and {@code logikids_migration…}. A scrape reads what was
 * last seen and never asks the database: probes look, and so does {@link #refresh}. Until the first look all of them are 0.
 */
@Singleton
class SchemaMetrics {

    /** What seldom changes: it takes a session of its own and a look at the whole catalogue. */
    private static final Duration COMPARED_EVERY = Duration.ofMinutes(5);

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    private final ReadinessCheck readiness;
    private final SchemaView schemaView;
    private final SchemaComparison comparison;
    private final MigrationAtStart migration;
    private final Migrator migrator;
    private volatile long compareAt = System.nanoTime();
    private volatile int changed;

    SchemaMetrics(
            @Readiness ReadinessCheck readiness,
            SchemaView schemaView,
            SchemaComparison comparison,
            MigrationAtStart migration,
            Migrator migrator) {
        this.readiness = readiness;
        this.schemaView = schemaView;
        this.comparison = comparison;
        this.migration = migration;
        this.migrator = migrator;
    }

    void begin(@Observes StartupEvent started, MeterRegistry registry) {
        gauge(
                registry,
                "logikids.ready",
                "1 while the service is ready, as the last probe saw it",
                () -> readiness.isReady() ? 1 : 0);
        gauge(registry, "logikids.schema.version", "The number of the newest applied file", this::version);
        gauge(
                registry,
                "logikids.schema.drifted",
                "Objects of the schema that are not as the applied migrations make them",
                comparison::drifted);
        gauge(
                registry,
                "logikids.migrations.pending",
                "Files of this build that are not applied",
                () -> schemaView.latest().map(schema -> schema.pending().size()).orElse(0));
        gauge(
                registry,
                "logikids.migrations.changed",
                "Applied files that have another content in this build",
                () -> changed);
        gauge(
                registry,
                "logikids.migration.failed",
                "1 when the migration of this process failed and a person has to act",
                () -> migration.phase() == Phase.FAILED ? 1 : 0);
        time(registry, "logikids.migration", "The migration of this process, so far while it runs", migrator::duration);
        time(
                registry,
                "logikids.migration.lock.wait",
                "The wait of this process for the migration of another, so far while it waits",
                migrator::lockWait);
    }

    private static void gauge(MeterRegistry registry, String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private static void time(MeterRegistry registry, String name, String description, Supplier<Duration> time) {
        TimeGauge.builder(name, () -> time.get().toNanos(), TimeUnit.NANOSECONDS)
                .description(description)
                .register(registry);
    }

    private int version() {
        String newest = schemaView.latest().map(Schema::version).orElse("");
        Matcher number = NUMBER.matcher(newest);
        return number.lookingAt() ? Integer.parseInt(number.group()) : 0;
    }

    /** Looks at what no probe looked at meanwhile. Never fails. */
    @Scheduled(
            identity = "metrics",
            every = "{logikids.metrics.refresh}",
            delayed = "5s",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> refresh() {
        return readiness
                .call()
                .chain(answer -> answer.getStatus() == Status.UP ? compare() : lookWhileMigrating())
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private Uni<?> lookWhileMigrating() {
        Phase phase = migration.phase();
        // readiness does not look then
        return phase == Phase.RUNNING || phase == Phase.FAILED
                ? schemaView.look()
                : Uni.createFrom().nullItem();
    }

    private Uni<?> compare() {
        if (System.nanoTime() - compareAt < 0) {
            return Uni.createFrom().nullItem();
        }
        compareAt = System.nanoTime() + COMPARED_EVERY.toNanos();
        return comparison
                .compare()
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .invoke(() -> changed = migrator.status(MigrationFiles.ofThisBuild())
                        .names(State.CHANGED)
                        .size());
    }
}
