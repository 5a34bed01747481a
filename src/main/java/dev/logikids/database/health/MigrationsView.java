package dev.logikids.database.health;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.logikids.database.migration.MigrationFailure;
import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.Migrator;
import dev.logikids.database.migration.SchemaCatalogue.Drift;
import dev.logikids.database.migration.SchemaStatus;
import dev.logikids.database.migration.script.MigrationFile;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The migrations and what they made, for operators. */
@ApplicationScoped
public class MigrationsView {

    private final Migrator migrator;
    /** Each file of this build, which never changes while the process runs. */
    private final Map<String, String> sql = new TreeMap<>();

    MigrationsView(Migrator migrator) {
        this.migrator = migrator;
        for (MigrationFile file : MigrationFiles.ofThisBuild()) {
            sql.put(file.name(), file.sql());
        }
    }

    /**
     * The state of the schema.
     *
     * @param schema the name of the schema that holds the tables
     * @param files of this build and of {@code schema_migrations}, by name
     * @param drifted what is not as the applied files make it, for people
     * @param notCompared why nothing is known about that, else empty
     * @param invalidIndexes names of indexes that a failed CREATE INDEX CONCURRENTLY left behind
     * @param oddities what is unusual about the ledgers and does no harm
     * @param lockHolder the session that is migrating now, for people; empty if none
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record Migrations(
            String schema,
            String serverVersion,
            List<File> files,
            List<String> drifted,
            String notCompared,
            List<String> invalidIndexes,
            List<String> oddities,
            String lockHolder) {}

    /**
     * One file.
     *
     * @param appliedAt empty if it is not applied, or the ledger does not say when
     * @param took how long it ran, as far as this process has applied it: the ledgers do not know
     * @param inThisBuild whether {@link #sql} has its text
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record File(
            String name,
            SchemaStatus.State state,
            Optional<Instant> appliedAt,
            @JsonFormat(shape = JsonFormat.Shape.STRING) Optional<Duration> took,
            boolean inThisBuild) {}

    /**
     * Looks now, over the migration's connection, as the command {@code status} does. Fails with {@link MigrationFailure} when
     * the database does not answer.
     */
    public Uni<Migrations> look() {
        return Uni.createFrom()
                .item(this::outcome)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .map(outcome -> migrations(outcome.get()));
    }

    /** As a result, not thrown: the failure that a caller did not wait for would count as one that nobody handles. */
    private Supplier<SchemaStatus> outcome() {
        try {
            SchemaStatus status = migrator.status();
            return () -> status;
        } catch (MigrationFailure failure) {
            return () -> {
                throw failure;
            };
        }
    }

    /** Returns the text of a file of this build; empty for any other name. */
    public Optional<String> sql(String name) {
        return Optional.ofNullable(sql.get(name));
    }

    private Migrations migrations(SchemaStatus status) {
        return new Migrations(
                status.schema(),
                status.serverVersion(),
                status.files().stream()
                        .map(file -> new File(
                                file.name(),
                                file.state(),
                                Optional.ofNullable(file.appliedAt()),
                                migrator.duration(file.name()),
                                sql.containsKey(file.name())))
                        .toList(),
                status.drifted().stream().map(Drift::toString).toList(),
                Objects.requireNonNullElse(status.notCompared(), ""),
                status.invalidIndexes(),
                status.oddities(),
                Optional.ofNullable(status.lockHolder())
                        .map(holder ->
                                "pid " + holder.pid() + " (" + holder.application() + ") since " + holder.since())
                        .orElse(""));
    }
}
