package dev.logikids.database.health;

import dev.logikids.database.migration.MigrationAtStart;
import dev.logikids.database.migration.MigrationAtStart.Phase;
import dev.logikids.database.postgresql.Database;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the pool answers and the schema is at least the one of this build. */
@Readiness
@ApplicationScoped
public class ReadinessCheck implements AsyncHealthCheck {

    // below the 5 s after which most probes give up
    private static final Duration LONGEST = Duration.ofSeconds(3);

    private final Database database;
    private final SchemaView schemaView;
    private final MigrationAtStart migration;
    private volatile boolean stopping;

    ReadinessCheck(Database database, SchemaView schemaView, MigrationAtStart migration) {
        this.database = database;
        this.schemaView = schemaView;
        this.migration = migration;
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        if (stopping) {
            // at once: a slow database must not hold back the news that this replica goes away
            return down("the service is stopping");
        }
        Phase phase = migration.phase();
        if (phase == Phase.RUNNING || phase == Phase.FAILED) {
            return down("migration " + phase.name().toLowerCase(Locale.ROOT));
        }
        return database.ping(LONGEST)
                .flatMap(version -> schemaView
                        .look()
                        .map(schema -> HealthCheckResponse.named("database")
                                .status(schema.matches())
                                .withData("server_version", version)
                                .withData("schema_version", schema.version())
                                .withData("applied", schema.applied().size())
                                .withData("pending", schema.pending().size())
                                .build()))
                .ifNoItem()
                .after(LONGEST)
                .fail()
                .onFailure()
                .recoverWithUni(() -> down("the database does not answer"));
    }

    private static Uni<HealthCheckResponse> down(String reason) {
        return Uni.createFrom()
                .item(HealthCheckResponse.named("database")
                        .down()
                        .withData("reason", reason)
                        .build());
    }
}
