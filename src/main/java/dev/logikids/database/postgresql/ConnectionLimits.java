package dev.logikids.database.postgresql;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Warns at start when the full pools of all instances would need more connections than PostgreSQL allows. Instances are
 * told apart by the addresses from which this service is connected now, those of a rolling update included, and on one address
 * by the number of the process in the name of the connections. Where that name comes from DATABASE_URL, several with one address
 * count once they have more connections than one instance may open. The start does not wait for the answer; without an answer, and behind
 * PgBouncer, nothing is logged.
 */
@ApplicationScoped
class ConnectionLimits {

    private static final Logger LOG = Logger.getLogger(ConnectionLimits.class);

    /** The bound of the datasource {@code migration} in application.properties. */
    static final int FOR_MIGRATIONS = 3;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** The limit with the fewest places left. All may read the columns used here, of sessions of other roles too. */
    private static final String TIGHTEST = """
            WITH session AS (
              SELECT datname, usename, coalesce(host(client_addr), 'local') AS address, application_name AS name,
                coalesce(datname = current_database() AND starts_with(
                  application_name, regexp_replace(current_setting('application_name'), ' \\d+$', '')), false) AS ours
              FROM pg_stat_activity
              WHERE usesysid IS NOT NULL
            ), found AS (
              SELECT greatest(
                  count(DISTINCT address) FILTER (WHERE ours),
                  count(DISTINCT (address, name)) FILTER (WHERE ours AND name ~ ' \\d+$')) AS instances,
                count(*) FILTER (WHERE ours) AS ours,
                count(*) FILTER (WHERE NOT ours) AS others,
                count(*) FILTER (WHERE NOT ours AND datname = current_database()) AS others_here,
                count(*) FILTER (WHERE NOT ours AND usename = current_user) AS others_of_role
              FROM session
            )
            SELECT name, allowed, others, instances, ours
            FROM (
              SELECT 'max_connections of the server, without those reserved for superusers' AS name,
                current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                  - coalesce(current_setting('reserved_connections', true)::int, 0) AS allowed,
                others, instances, ours
              FROM found
              UNION ALL
              SELECT 'CONNECTION LIMIT of the database', datconnlimit, others_here, instances, ours
              FROM found, pg_database WHERE datname = current_database()
              UNION ALL
              SELECT 'CONNECTION LIMIT of the role', rolconnlimit, others_of_role, instances, ours
              FROM found, pg_roles WHERE rolname = current_user
            ) AS bound
            WHERE allowed >= 0
            ORDER BY allowed - others
            LIMIT 1
            """;

    private final Database database;
    private final PoolConfig config;
    private volatile Cancellable asking = () -> {};

    ConnectionLimits(Database database, PoolConfig config) {
        this.database = database;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        if (config.pgbouncer() || ConfigUtils.isProfileActive("command")) {
            return;
        }
        asking = shortage()
                .onFailure(DatabaseFailure.Unavailable.class)
                .retry()
                .withBackOff(Duration.ofSeconds(1), LONGEST_PAUSE)
                .indefinitely()
                .subscribe()
                .with(
                        shortage -> shortage.ifPresent(LOG::warn),
                        failure -> LOG.debug("the limits of connections are not known", failure));
    }

    void stop(@Observes ShutdownEvent event) {
        asking.cancel();
    }

    /** Returns what to warn of, or nothing when all connections fit. */
    Uni<Optional<String>> shortage() {
        return database.withConnection(connection -> Statement.POOL_LIMITS.execute(connection, TIGHTEST))
                .map(rows -> shortage(rows.iterator().next()));
    }

    private Optional<String> shortage(Row limit) {
        int each = config.maxSize() + FOR_MIGRATIONS;
        long instances = Math.max(limit.getLong("instances"), (limit.getLong("ours") + each - 1) / each);
        long others = limit.getLong("others");
        int allowed = limit.getInteger("allowed");
        long all = instances * each + others;
        if (all <= allowed) {
            return Optional.empty();
        }
        return Optional.of(
                ("connections may run out: each instance of this service may open %d (logikids.pool.max-size and"
                                + " %d for migrations), instances connected now: %d, connections of other programs: %d, together: %d,"
                                + " allowed: %d (%s): lower logikids.pool.max-size or raise that limit")
                        .formatted(each, FOR_MIGRATIONS, instances, others, all, allowed, limit.getString("name")));
    }
}
