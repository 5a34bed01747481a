package dev.logikids.database.postgresql;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** The hosts of DATABASE_URL, of which one takes writes. */
final class Hosts {

    private final List<Host> hosts;
    private final Function<SqlConnection, Future<Void>> preparation;
    private final DatabaseMetrics metrics;
    private volatile int preferred;

    /**
     * @param preparation what is done with each new connection before it is used
     */
    Hosts(List<Host> hosts, Function<SqlConnection, Future<Void>> preparation, DatabaseMetrics metrics) {
        this.hosts = hosts;
        this.preparation = preparation;
        this.metrics = metrics;
    }

    /** Connects to the host that worked last, or else to the next one that takes writes; tries each of them once. */
    Future<SqlConnection> connect(Context context) {
        return connect(context, preferred, hosts.size() - 1);
    }

    private Future<SqlConnection> connect(Context context, int host, int others) {
        return hosts.get(host)
                .connect(context, connection -> check(connection).compose(passed -> preparation.apply(connection)))
                .onComplete(metrics::connected)
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
