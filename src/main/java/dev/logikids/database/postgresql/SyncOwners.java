package dev.logikids.database.postgresql;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import jakarta.inject.Singleton;

/**
 * Whether the table {@code sync_owners} is complete, so that sync data is read and written with the statements for a distributed
 * table (ADR 35). Each new connection asks before its first use: so the first request of a replica knows it already.
 */
@Singleton
class SyncOwners {

    // the search path is that of the other statements
    private static final String COMPLETE =
            "SELECT coalesce(obj_description(to_regclass('sync_owners'), 'pg_class') LIKE 'complete%', false)";

    private volatile boolean complete;

    boolean complete() {
        return complete;
    }

    void set(boolean seen) {
        complete = seen;
    }

    Future<Void> look(SqlConnection connection) {
        return connection
                .query(COMPLETE)
                .execute()
                .onSuccess(rows -> set(rows.iterator().next().getBoolean(0)))
                .mapEmpty();
    }
}
