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
                // on in a standby, and in a primary that was fenced before another one takes over
                .query("SHOW transaction_read_only")
                .execute()
                .compose(rows -> rows.iterator().next().getString(0).equals("on")
                        ? Future.failedFuture(new IOException("the server takes no writes"))
                        : Future.succeededFuture());
    }
}
