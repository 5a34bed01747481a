package dev.logikids.database.postgresql;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.util.List;

/** The hosts of DATABASE_URL, of which one takes writes. */
final class Hosts {

    private final List<Host> hosts;
    private volatile int preferred;

    Hosts(List<Host> hosts) {
        this.hosts = hosts;
    }

    /** Connects to the host that worked last, or else to the next one that takes writes; tries each of them once. */
    Future<SqlConnection> connect(Context context) {
        return connect(context, preferred, hosts.size() - 1);
    }

    private Future<SqlConnection> connect(Context context, int host, int others) {
        return hosts.get(host)
                .connect(context, this::check)
                .onSuccess(connected -> preferred = host)
                .recover(failure -> others > 0
                        ? connect(context, (host + 1) % hosts.size(), others - 1)
                        : Future.failedFuture(failure));
    }

    private Future<Void> check(SqlConnection connection) {
        if (hosts.size() == 1) {
            return Future.succeededFuture();
        }
        return connection
                .query("SELECT pg_is_in_recovery()")
                .execute()
                .compose(rows -> rows.iterator().next().getBoolean(0)
                        ? Future.failedFuture(new IOException("the server is a standby"))
                        : Future.succeededFuture());
    }
}
