package dev.logikids.database.postgresql;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Singleton;

/**
 * The schema that every new connection of the pool looks into first, whatever search path the database or the role has got
 * since the service found its tables there.
 */
@Singleton
class PinnedSchema {

    private volatile String name = "";

    /** Returns whether this is another schema than before. */
    boolean set(String schema) {
        boolean changed = !name.equals(schema);
        name = schema;
        return changed;
    }

    Future<Void> apply(SqlConnection connection) {
        if (name.isEmpty()) {
            return Future.succeededFuture();
        }
        return connection.preparedQuery("""
                        SELECT set_config('search_path',
                          concat_ws(', ', quote_ident($1), nullif(current_setting('search_path'), '')), false)
                        """).execute(Tuple.of(name)).mapEmpty();
    }
}
