package dev.logikids.database.postgresql;

import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.util.function.Function;

/** One connection, lent by the pool for one piece of work. */
final class Lease {

    private static final AttributeKey<Long> RETURNED_AT = AttributeKey.valueOf(Lease.class, "returnedAt");

    private final SqlConnection connection;
    private final Runnable released;
    private Future<Void> dropped;

    Lease(SqlConnection connection, Runnable released) {
        // without a handler the driver prints what the server said to stderr; the statement under way fails with it too
        this.connection = connection.exceptionHandler(failure -> {});
        this.released = released;
    }

    Future<Void> execute(Statement statement, String sql) {
        long start = System.nanoTime();
        return known(connection
                .query(sql)
                .execute()
                .onComplete(done -> statement.ended(start, done.succeeded()))
                .mapEmpty());
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

    /** Returns the connection for one of several callers that use it at the same time: answers come in the caller's context. */
    io.vertx.mutiny.sqlclient.SqlConnection sharedIn(ContextInternal caller) {
        SqlConnectionBase<?> own = (SqlConnectionBase<?>) connection;
        return new io.vertx.mutiny.sqlclient.SqlConnection(
                PgDriver.INSTANCE.wrapConnection(caller, own.factory(), own.unwrap()));
    }

    /**
     * Closes the connection instead of giving it back: at once, whatever the server does. A goodbye by the protocol would
     * wait behind the statement that runs.
     */
    void drop() {
        Promise<Void> closed = Promise.promise();
        dropped = closed.future();
        SocketConnectionBase driver = driver();
        // closed for the pool only after the pool has evicted it, or the pool would lend it again
        Handler<Void> giveBack = end -> driver.context().runOnContext(evicted -> {
            connection.close();
            closed.tryComplete();
        });
        connection.closeHandler(giveBack);
        Host.close(driver.socket().channelHandlerContext().pipeline());
        if (!driver.isValid()) {
            // the socket ended before the handler was set; giving back twice does no harm
            giveBack.handle(null);
        }
    }

    /** Returns the connection to the pool, or completes once a dropped one has left it. */
    Future<Void> release() {
        released.run();
        if (dropped != null) {
            return dropped;
        }
        returnedAt().set(System.nanoTime());
        return connection.close();
    }

    /** Returns whether the pool has kept the connection unused since before that {@link System#nanoTime()}. */
    boolean unusedSince(long moment) {
        Long returned = returnedAt().get();
        return returned != null && returned - moment < 0;
    }

    private Attribute<Long> returnedAt() {
        return driver().socket().channelHandlerContext().channel().attr(RETURNED_AT);
    }

    /** Only the driver's own classes reach the socket. */
    private SocketConnectionBase driver() {
        return (SocketConnectionBase)
                ((SqlConnectionInternal) connection).unwrap().unwrap();
    }

    private static <T> Future<T> known(Future<T> step) {
        return step.recover(failure -> Future.failedFuture(Failures.ofWork(failure)));
    }
}
