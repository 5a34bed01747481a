package dev.logikids.database.postgresql;

import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.util.function.Function;

/** One connection, lent by the pool for one piece of work. */
final class Lease {

    private final SqlConnection connection;
    private final Runnable released;
    private boolean dropped;

    Lease(SqlConnection connection, Runnable released) {
        // without a handler the driver prints what the server said to stderr; the statement under way fails with it too
        this.connection = connection.exceptionHandler(failure -> {});
        this.released = released;
    }

    Future<Void> execute(String sql) {
        return known(connection.query(sql).execute().mapEmpty());
    }

    /** Runs the work in the subscriber's context; what it throws is its failure. */
    <T> Future<T> perform(
            Function<io.vertx.mutiny.sqlclient.SqlConnection, Uni<T>> work, Context subscriber, Deadline deadline) {
        Promise<T> outcome = Promise.promise();
        var running = Uni.createFrom()
                .deferred(() -> work.apply(new io.vertx.mutiny.sqlclient.SqlConnection(connection)))
                .subscribe()
                .with(subscriber, outcome::complete, outcome::fail);
        return known(deadline.limit(outcome.future()).onFailure(failure -> running.cancel()));
    }

    /**
     * Closes the socket at once. {@code close()} would give the connection back, and even a protocol-level goodbye
     * waits behind the statement that is under way; only the driver's own classes reach the socket.
     */
    void drop() {
        dropped = true;
        SocketConnectionBase open = (SocketConnectionBase)
                ((SqlConnectionInternal) connection).unwrap().unwrap();
        // given back only after the pool has struck it off: earlier, it would be lent once more
        Handler<Void> giveBack = closed -> open.context().runOnContext(struckOff -> connection.close());
        connection.closeHandler(giveBack);
        open.socket().close();
        if (!open.isValid()) {
            // it had ended before the handler was there; giving back twice does no harm
            giveBack.handle(null);
        }
    }

    /** Gives the connection back, unless it was dropped. */
    Future<Void> release() {
        released.run();
        return dropped ? Future.succeededFuture() : connection.close();
    }

    private static <T> Future<T> known(Future<T> step) {
        return step.recover(failure -> Future.failedFuture(Failures.ofWork(failure)));
    }
}
