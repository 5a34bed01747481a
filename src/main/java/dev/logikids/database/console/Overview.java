package dev.logikids.database.console;

import dev.logikids.database.health.ActivityView;
import dev.logikids.database.health.ActivityView.Activity;
import dev.logikids.database.health.Build;
import dev.logikids.database.health.MigrationsView;
import dev.logikids.database.health.MigrationsView.Migrations;
import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.PoolFigures;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Looks at everything that the overview shows, and never waits long for a database that does not answer. */
@ApplicationScoped
class Overview {

    private static final Logger LOG = Logger.getLogger(Overview.class);

    /** The page appears within a second. */
    private static final Duration LONGEST = Duration.ofMillis(800);

    /** However many look at once, the database is asked once. */
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final SmallRyeHealthReporter health;
    private final MigrationsView migrations;
    private final ActivityView activity;
    private final Database database;
    private final LoadHistory load;
    private final Clock clock;
    private final Build build = Build.read();
    private final Uni<Now> now =
            Uni.createFrom().deferred(this::lookNow).memoize().forFixedDuration(KEPT);

    Overview(
            SmallRyeHealthReporter health,
            MigrationsView migrations,
            ActivityView activity,
            Database database,
            LoadHistory load,
            Clock clock) {
        this.health = health;
        this.migrations = migrations;
        this.activity = activity;
        this.database = database;
        this.load = load;
        this.clock = clock;
    }

    /**
     * One moment.
     *
     * @param checks of readiness; empty if they have not answered in time
     * @param migrations empty if the database has not answered in time
     * @param activity empty likewise
     */
    public record Now(
            Instant at,
            Build build,
            Optional<List<Check>> checks,
            Optional<Migrations> migrations,
            Optional<Activity> activity,
            PoolFigures pool,
            Load load) {

        public boolean isReady() {
            return checks.isPresent() && checks.get().stream().allMatch(Check::up);
        }

        public boolean isDatabaseAnswering() {
            return activity.isPresent();
        }

        /** The last file applied; an empty text if there is none, or it is not known. */
        public String getSchemaVersion() {
            return files(State.APPLIED, State.ADOPTABLE, State.CHANGED, State.UNKNOWN).stream()
                    .reduce("", (first, second) -> second);
        }

        public List<String> getPending() {
            return files(State.PENDING);
        }

        public List<String> getChanged() {
            return files(State.CHANGED);
        }

        private List<String> files(State... states) {
            return migrations.stream()
                    .flatMap(seen -> seen.files().stream())
                    .filter(file -> List.of(states).contains(file.state()))
                    .map(MigrationsView.File::name)
                    .toList();
        }

        /** Connections that wait for work. */
        public int getIdle() {
            return Math.max(0, pool.open() - pool.inUse());
        }
    }

    /** One readiness check; {@code reason} is empty unless it is down and says why. */
    public record Check(String name, boolean up, String reason) {

        static Check of(JsonObject check) {
            JsonObject data = check.getJsonObject("data");
            return new Check(
                    check.getString("name"),
                    check.getString("status").equals("UP"),
                    data == null ? "" : data.getString("reason", ""));
        }
    }

    /** Looks now. Never fails, and ends within a second. */
    Uni<Now> look() {
        return now;
    }

    private Uni<Now> lookNow() {
        return Uni.combine()
                .all()
                .unis(inTime(health.getReadinessAsync()), inTime(migrations.look()), inTime(activity.look()))
                .asTuple()
                .map(seen -> new Now(
                        clock.instant(),
                        build,
                        seen.getItem1().map(Overview::checks),
                        seen.getItem2(),
                        seen.getItem3(),
                        database.figures(),
                        new Load(load.lastHour())));
    }

    private static List<Check> checks(SmallRyeHealth health) {
        return health.getPayload().getJsonArray("checks").getValuesAs(JsonObject.class).stream()
                .map(Check::of)
                .toList();
    }

    static <T> Uni<Optional<T>> inTime(Uni<T> asked) {
        return asked.map(Optional::of)
                .ifNoItem()
                .after(LONGEST)
                .recoverWithItem(Optional.empty())
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.debug("the overview does without", failure);
                    return Optional.empty();
                });
    }
}
