package dev.logikids.database.health;

import static dev.logikids.database.postgresql.Statement.SCHEMA_CATALOGUE;
import static dev.logikids.database.postgresql.Statement.SCHEMA_LOOK_AT;

import dev.logikids.database.health.SchemaView.Schema;
import dev.logikids.database.migration.ExpectedSchema;
import dev.logikids.database.migration.MigrationAtStart;
import dev.logikids.database.migration.MigrationAtStart.Phase;
import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.Migrator;
import dev.logikids.database.migration.SchemaCatalogue;
import dev.logikids.database.migration.SchemaCatalogue.Drift;
import dev.logikids.database.postgresql.Database;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Compares the live schema with what the applied files of this build make (ADR 24). What the files make is found out once by the migration's connection, the live
 * schema is read through the pool.
 */
@ApplicationScoped
class SchemaComparison {

    private static final Logger LOG = Logger.getLogger(SchemaComparison.class);

    /** Strangers may ask; a change by hand may be seen this much later. */
    private static final Duration KEPT = Duration.ofSeconds(10);

    private final SchemaView schemaView;
    private final Database database;
    private final MigrationAtStart migration;
    private final Migrator migrator;
    private final List<String> filesOfThisBuild = MigrationFiles.namesOfThisBuild();
    private final Uni<Result> compared = Uni.createFrom()
            .deferred(this::compareNow)
            .invoke(this::keep)
            .memoize()
            .forFixedDuration(KEPT);
    private volatile Optional<Expectation> expectation = Optional.empty();
    private volatile int drifted;

    SchemaComparison(SchemaView schemaView, Database database, MigrationAtStart migration, Migrator migrator) {
        this.schemaView = schemaView;
        this.database = database;
        this.migration = migration;
        this.migrator = migrator;
    }

    /**
     * The outcome of a comparison.
     *
     * @param drifted what is missing or different, by name
     * @param obstacle why nothing was compared
     */
    record Result(List<String> drifted, Optional<String> obstacle) {

        static Result none(String obstacle) {
            return new Result(List.of(), Optional.of(obstacle));
        }
    }

    /** What the files make, as long as the same ones are pending. */
    private record Expectation(List<String> pending, ExpectedSchema schema) {}

    /** Returns the outcome, at most ten seconds old. Never fails. */
    Uni<Result> compare() {
        return compared;
    }

    /** Returns how many differences the last comparison found; asks nobody. */
    int drifted() {
        return drifted;
    }

    private void keep(Result result) {
        if (result.obstacle().isEmpty()) {
            drifted = result.drifted().size();
        }
    }

    private Uni<Result> compareNow() {
        Phase phase = migration.phase();
        if (phase == Phase.RUNNING || phase == Phase.FAILED) {
            return Uni.createFrom().item(Result.none("the migration has not ended"));
        }
        return schemaView.look().flatMap(this::compared).onFailure().recoverWithItem(failure -> {
            LOG.debug("the schema was not compared", failure);
            return Result.none("the database does not answer");
        });
    }

    private Uni<Result> compared(Schema schema) {
        return schema.name().isEmpty()
                ? Uni.createFrom().item(Result.none("no file of this build has been applied"))
                : expected(schema).flatMap(expected -> compare(schema, expected));
    }

    private Uni<ExpectedSchema> expected(Schema schema) {
        Optional<ExpectedSchema> known = expectation
                .filter(earlier -> earlier.pending().equals(schema.pending()))
                .map(Expectation::schema);
        if (known.isPresent()) {
            return Uni.createFrom().item(known.get());
        }
        return Uni.createFrom()
                .item(() -> migrator.expectedSchema(schema.name()))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .invoke(found -> expectation = Optional.of(new Expectation(schema.pending(), found)));
    }

    private Uni<Result> compare(Schema schema, ExpectedSchema expected) {
        if (expected.catalogue().isEmpty()) {
            return Uni.createFrom().item(Result.none(expected.obstacle()));
        }
        boolean newer = !filesOfThisBuild.containsAll(schema.applied().keySet());
        return live(expected.schema())
                .map(live -> new Result(
                        expected.catalogue().get().driftOf(live, newer).stream()
                                .map(Drift::toString)
                                .toList(),
                        Optional.empty()));
    }

    private Uni<SchemaCatalogue> live(String schema) {
        return database.inTransaction(connection -> SCHEMA_LOOK_AT
                .execute(connection, SchemaCatalogue.LOOK_AT, Tuple.of(schema))
                .flatMap(looking -> SCHEMA_CATALOGUE.execute(connection, SchemaCatalogue.QUERY))
                .map(rows -> {
                    Map<String, String> definitions = new LinkedHashMap<>();
                    rows.forEach(row -> definitions.put(row.getString(0), row.getString(1)));
                    return new SchemaCatalogue(definitions);
                }));
    }
}
