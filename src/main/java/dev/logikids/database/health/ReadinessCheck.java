package dev.logikids.database.health;

import dev.logikids.database.health.SchemaView.Schema;
import dev.logikids.database.migration.MigrationAtStart;
import dev.logikids.database.migration.MigrationAtStart.Phase;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.DatabaseFailure;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * Ready when the pool answers and the schema is at least the one of this build, with all that this build needs of it.
 * Logs one line when that ends and for each new reason, and one when it is so again.
 */
@Readiness
@ApplicationScoped
public class ReadinessCheck implements AsyncHealthCheck {

    private static final Logger LOG = Logger.getLogger(ReadinessCheck.class);

    // below the 5 s after which most probes give up
    private static final Duration LONGEST = Duration.ofSeconds(3);

    private final Database database;
    private final SchemaView schemaView;
    private final MigrationAtStart migration;
    private volatile boolean stopping;
    private volatile boolean ready;
    /** Empty while ready. */
    private String loggedReason = "";

    private long downSince;

    ReadinessCheck(Database database, SchemaView schemaView, MigrationAtStart migration) {
        this.database = database;
        this.schemaView = schemaView;
        this.migration = migration;
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
        ready = false;
    }

    /** Returns what the last call answered; asks nobody. */
    boolean isReady() {
        return ready;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return look().invoke(answer -> ready = answer.getStatus() == Status.UP);
    }

    private Uni<HealthCheckResponse> look() {
        if (stopping) {
            // at once: a slow database must not hold back the news that this replica goes away
            return Uni.createFrom().item(expected("the service is stopping"));
        }
        Phase phase = migration.phase();
        if (phase == Phase.RUNNING || phase == Phase.FAILED) {
            return Uni.createFrom().item(expected("migration " + phase.name().toLowerCase(Locale.ROOT)));
        }
        return database.ping(LONGEST)
                .flatMap(version -> schemaView.look().map(schema -> answer(version, schema)))
                .ifNoItem()
                .after(LONGEST)
                .fail()
                .onFailure()
                .recoverWithItem(this::unanswered);
    }

    private HealthCheckResponse answer(String serverVersion, Schema schema) {
        if (schema.matches()) {
            logUp();
        } else {
            logDown(Level.WARN, "the schema is not whole", ": " + shortfall(schema));
        }
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("database")
                .status(schema.matches())
                .withData("server_version", serverVersion)
                .withData("schema_version", schema.version())
                .withData("applied", schema.applied().size())
                .withData("pending", schema.pending().size());
        if (!schema.missing().isEmpty()) {
            answer.withData("missing", String.join(", ", schema.missing()));
        }
        if (!schema.elsewhere().isEmpty()) {
            answer.withData("elsewhere", schema.elsewhere());
        }
        return answer.build();
    }

    private static String shortfall(Schema schema) {
        if (!schema.elsewhere().isEmpty()) {
            return schema.elsewhere();
        }
        return schema.pending().isEmpty()
                ? "without " + String.join(", ", schema.missing())
                : "pending " + String.join(", ", schema.pending());
    }

    private HealthCheckResponse unanswered(Throwable failure) {
        String reason = "the database does not answer";
        // the log alone says why: strangers may read the health endpoints
        logDown(Level.WARN, reason, failure instanceof DatabaseFailure ? ": " + failure.getMessage() : "");
        return down(reason);
    }

    private HealthCheckResponse expected(String reason) {
        logDown(Level.INFO, reason, "");
        return down(reason);
    }

    private static HealthCheckResponse down(String reason) {
        return HealthCheckResponse.named("database")
                .down()
                .withData("reason", reason)
                .build();
    }

    /** Logs what is new; the detail may differ from probe to probe. */
    private synchronized void logDown(Level level, String reason, String detail) {
        if (loggedReason.isEmpty()) {
            downSince = System.nanoTime();
        }
        if (!loggedReason.equals(reason)) {
            loggedReason = reason;
            LOG.log(level, "not ready: " + reason + detail);
        }
    }

    private synchronized void logUp() {
        if (!loggedReason.isEmpty()) {
            loggedReason = "";
            LOG.infof(
                    "ready after %d s",
                    Duration.ofNanos(System.nanoTime() - downSince).toSeconds());
        }
    }
}
