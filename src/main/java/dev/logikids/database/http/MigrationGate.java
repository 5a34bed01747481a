package dev.logikids.database.http;

import dev.logikids.database.migration.MigrationAtStart;
import dev.logikids.database.migration.MigrationAtStart.Phase;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Answers 503 under /api until the schema is there: no request meets a half-migrated database. */
@ApplicationScoped
class MigrationGate {

    // after CORS (300), so that a browser can read the answer
    private static final int PRIORITY = 200;

    private final MigrationAtStart migration;

    MigrationGate(MigrationAtStart migration) {
        this.migration = migration;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        Phase phase = migration.phase();
        boolean open = phase == Phase.DONE || phase == Phase.OFF;
        if (open || !context.normalizedPath().startsWith("/api/")) {
            context.next();
            return;
        }
        ProblemResponse.end(context, ProblemCode.SERVICE_UNAVAILABLE);
    }
}
