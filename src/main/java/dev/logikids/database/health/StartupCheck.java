package dev.logikids.database.health;

import dev.logikids.database.migration.MigrationAtStart;
import dev.logikids.database.migration.MigrationAtStart.Phase;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started once the schema has been at the version of this build; stays so when the database goes away later. */
@Startup
@ApplicationScoped
public class StartupCheck implements AsyncHealthCheck {

    private final SchemaView schemaView;
    private final MigrationAtStart migration;
    private volatile boolean started;

    StartupCheck(SchemaView schemaView, MigrationAtStart migration) {
        this.schemaView = schemaView;
        this.migration = migration;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        Phase phase = migration.phase();
        if (started || phase == Phase.DONE) {
            started = true;
            return answer(true);
        }
        if (phase != Phase.OFF) {
            return answer(false);
        }
        return schemaView
                .look()
                .invoke(schema -> started = schema.matches())
                .flatMap(schema -> answer(started))
                .onFailure()
                .recoverWithUni(() -> answer(false));
    }

    private static Uni<HealthCheckResponse> answer(boolean up) {
        return Uni.createFrom()
                .item(HealthCheckResponse.named("schema").status(up).build());
    }
}
