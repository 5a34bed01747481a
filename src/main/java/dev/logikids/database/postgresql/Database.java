package dev.logikids.database.postgresql;

import dev.logikids.database.postgresql.DatabaseMetrics.End;
import dev.logikids.database.postgresql.DatabaseMetrics.Rejection;
import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The only holder of the PostgreSQL pool.
 *
 * <ul>
 *   <li>Failures of the database become a {@link DatabaseFailure}; what else the work fails with or throws is passed on
 *       unchanged.
 *   <li>Before the caller sees the outcome, the connection is back in the pool or closed: after success, failure, throw,
 *       cancellation, timeout and loss of the connection alike. A connection that several reads share is back before the last
 *       of them has its outcome.
 *   <li>A call ends within {@link PoolConfig#callTimeout()}, its wait for a connection included.
 *   <li>Cancelling the subscription does not stop work that has begun: a transaction runs to its end. Work that still
 *       waits for a connection never begins.
 *   <li>A connection to a host that hangs or no longer takes writes, or whose prepared statements are those of an earlier
 *       schema, is closed, and so are the unused ones before their next use: new ones go to a host that takes writes.
 *   <li>A table or column that is missing is logged once, until {@link #schemaIsWhole}.
 *   <li>A method that takes a connection joins its caller's transaction. Calling this class again inside work fails with
 *       {@link IllegalStateException}: callers that hold one connection and wait for a second would starve the pool.
 * </ul>
 */
@ApplicationScoped
public class Database {

    private static final Logger LOG = Logger.getLogger(Database.class);

    private static final String HOLDS_CONNECTION = Database.class.getName();

    /** About as long as the transactions that collide take. */
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

    private final Map<Statement, Reads> reads = new EnumMap<>(Statement.class);
    private final Pool pool;
    private final PoolConfig config;
    private final Vertx vertx;
    private final PinnedSchema pinnedSchema;
    private final SyncOwners syncOwners;
    private final DatabaseMetrics metrics;
    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean schemaMissing = new AtomicBoolean();
    private volatile long distrustedAt = System.nanoTime();

    Database(
            Pool pool,
            PoolConfig config,
            Vertx vertx,
            PinnedSchema pinnedSchema,
            SyncOwners syncOwners,
            DatabaseMetrics metrics) {
        this.pool = pool;
        this.config = config;
        this.vertx = vertx;
        this.pinnedSchema = pinnedSchema;
        this.syncOwners = syncOwners;
        this.metrics = metrics;
        for (Statement statement : Statement.values()) {
            reads.put(statement, new Reads(statement, this, config, (VertxInternal) vertx));
        }
    }

    /** Of a read replica: what is missing there is for the caller to log. */
    static Database ofReplica(Pool pool, PoolConfig bounds, Vertx vertx, PinnedSchema schema, DatabaseMetrics metrics) {
        Database replica = new Database(pool, bounds, vertx, schema, new SyncOwners(), metrics);
        replica.schemaMissing.set(true);
        return replica;
    }

    /** Runs work without a transaction: each statement commits by itself. A single statement costs one round trip. */
    public <T> Uni<T> withConnection(Function<SqlConnection, Uni<T>> work) {
        return withConnection(config.callTimeout(), work);
    }

    /**
     * Runs one statement that changes nothing, needs nothing but itself and finds its rows by their key. It shares a connection
     * with others of the same statement, and may be sent twice: {@link Reads}.
     */
    public Uni<RowSet<Row>> read(Statement statement, String sql, Tuple parameters) {
        return read(statement, () -> sql, parameters);
    }

    /**
     * As {@link #read(Statement, String, Tuple)}.
     *
     * @param sql asked for whenever it is sent, on a connection: {@link #isDistributed} is known then
     */
    public Uni<RowSet<Row>> read(Statement statement, Supplier<String> sql, Tuple parameters) {
        if (config.pgbouncer()) {
            return withConnection(connection -> statement.execute(connection, sql.get(), parameters));
        }
        return Uni.createFrom()
                .context(subscriber -> subscriber.contains(HOLDS_CONNECTION)
                        ? holdsConnection()
                        : reads.get(statement).run(sql, parameters));
    }

    /** Runs the work in a transaction with {@link TransactionOptions#DEFAULT}. */
    public <T> Uni<T> inTransaction(Function<SqlConnection, Uni<T>> work) {
        return inTransaction(TransactionOptions.DEFAULT, work);
    }

    /**
     * Runs the work in a transaction: committed when its Uni emits an item, rolled back when it fails or throws. Work that
     * collides with another transaction is retried, {@link PoolConfig#transactionAttempts()} times in all, so it must be
     * safe to repeat: no effect but through its connection. A transaction whose work ignores the failure of a statement
     * fails instead of committing.
     */
    public <T> Uni<T> inTransaction(TransactionOptions options, Function<SqlConnection, Uni<T>> work) {
        Duration longest = options.timeout().orElse(config.callTimeout());
        return call(longest, (subscriber, deadline) -> new Transaction<>(options, work, subscriber, deadline).run());
    }

    /**
     * Returns the server's version, to see whether a caller would get an answer now.
     *
     * @param longest how long the answer may take, the wait for a connection included: an exhausted pool fails it too
     */
    public Uni<String> ping(Duration longest) {
        return withConnection(
                longest,
                connection -> Statement.POOL_PING
                        .execute(connection, "SHOW server_version")
                        .map(rows -> rows.iterator().next().getString(0)));
    }

    /**
     * The schema has been seen whole: the next failure for want of a table or column is logged again. From now on connections
     * look into that schema first, whatever the search path of the database or the role becomes; behind PgBouncer they do not.
     *
     * @param distributed what {@link #isDistributed} returns from now on
     */
    public void schemaIsWhole(String schema, boolean distributed) {
        schemaMissing.set(false);
        syncOwners.set(distributed);
        if (pinnedSchema.set(schema)) {
            // those made before may be of another search path
            distrustedAt = System.nanoTime();
        }
    }

    /** Returns whether {@code sync_owners} was complete when it was seen last (ADR 35); asks nobody. Known once there is a connection. */
    public boolean isDistributed() {
        return syncOwners.complete();
    }

    /** Returns how busy the pool is now. */
    public PoolFigures figures() {
        int unsent = reads.values().stream().mapToInt(Reads::waiting).sum();
        return new PoolFigures(config.maxSize(), pool.size(), inUse.get(), waiting.get() + unsent);
    }

    /**
     * As {@link #withConnection(Function)}, for work that is of no use later.
     *
     * @param longest how long the call may take, the wait for a connection included
     */
    public <T> Uni<T> withConnection(Duration longest, Function<SqlConnection, Uni<T>> work) {
        return call(
                longest,
                (subscriber, deadline) -> leased(deadline, lease -> lease.perform(work, subscriber, deadline)));
    }

    /** Runs a body that goes on when its subscriber cancels. */
    private <T> Uni<T> call(Duration longest, Body<T> body) {
        return Uni.createFrom().context(subscriber -> {
            if (subscriber.contains(HOLDS_CONNECTION)) {
                return holdsConnection();
            }
            return Uni.createFrom().emitter(emitter -> {
                Deadline deadline = new Deadline(vertx, longest);
                emitter.onTermination(deadline::abandon);
                body.run(holdingConnection(subscriber), deadline).onComplete(outcome -> {
                    deadline.met();
                    if (outcome.succeeded()) {
                        emitter.complete(outcome.result());
                    } else {
                        emitter.fail(outcome.cause());
                    }
                });
            });
        });
    }

    private static <T> Uni<T> holdsConnection() {
        return Uni.createFrom()
                .failure(new IllegalStateException("this work holds a connection already: pass it on by hand"));
    }

    private static Context holdingConnection(Context subscriber) {
        Map<String, Object> entries = new HashMap<>();
        subscriber.keys().forEach(key -> entries.put(key, subscriber.get(key)));
        entries.put(HOLDS_CONNECTION, true);
        return Context.from(entries);
    }

    private <T> Future<T> leased(Deadline deadline, Function<Lease, Future<T>> body) {
        waiting.incrementAndGet();
        return acquire(deadline, distrustedAt, () -> 1)
                .onComplete(done -> waiting.decrementAndGet())
                .compose(lease -> body.apply(lease)
                        .onFailure(failure -> {
                            if (deadline.hasPassed() || failure instanceof DatabaseFailure.Unavailable) {
                                drop(lease, deadline.hasPassed() || Failures.concernsAllConnections(failure));
                            }
                            noteMissing(failure);
                        })
                        .eventually(lease::release));
    }

    /** Logs the first failure for want of a table or column. */
    void noteMissing(Throwable failure) {
        if (failure instanceof DatabaseFailure.SchemaMissing && schemaMissing.compareAndSet(false, true)) {
            LOG.error(failure.getMessage() + ": what needs it fails until it is restored");
        }
    }

    /**
     * Closes the connection.
     *
     * @param distrustOthers whether what the pool keeps unused is of no use either, so that its next callers would find
     *     that out one by one: the host hangs, no longer takes writes, or has another schema
     */
    void drop(Lease lease, boolean distrustOthers) {
        if (distrustOthers) {
            distrustedAt = System.nanoTime();
        }
        lease.drop();
    }

    /** Returns whether a connection that was lent at that {@link System#nanoTime()} is of the host and schema of now. */
    boolean trusts(long acquiredAt) {
        return acquiredAt - distrustedAt >= 0;
    }

    /** Counts a call that is refused, and returns its failure. */
    DatabaseFailure tooMany() {
        metrics.rejected(Rejection.QUEUE, 1);
        return new DatabaseFailure.Busy(Failures.TOO_MANY);
    }

    /**
     * Lends a connection of the pool.
     *
     * @param usedSince the {@link System#nanoTime()} since when it must have been used, unless it is new
     * @param calls how many calls wait for it
     */
    Future<Lease> acquire(Deadline deadline, long usedSince, IntSupplier calls) {
        long start = System.nanoTime();
        Promise<Lease> acquired = Promise.promise();
        Acquisition acquisition = new Acquisition(deadline, usedSince, calls, acquired);
        acquired.future().onSuccess(lease -> metrics.acquired(start));
        deadline.onPassing(failure -> acquisition.reject(Rejection.TIMEOUT, failure));
        acquisition.run();
        if (!acquired.future().isComplete()) {
            long timer = vertx.setTimer(
                    config.acquireTimeout().toMillis(),
                    late -> acquisition.reject(
                            Rejection.TIMEOUT, new DatabaseFailure.Busy("no connection became free in time")));
            acquired.future().onComplete(done -> vertx.cancelTimer(timer));
        }
        return acquired.future();
    }

    private final class Acquisition {

        private final Deadline deadline;
        private final long usedSince;
        private final IntSupplier calls;
        private final Promise<Lease> acquired;

        Acquisition(Deadline deadline, long usedSince, IntSupplier calls, Promise<Lease> acquired) {
            this.deadline = deadline;
            this.usedSince = usedSince;
            this.calls = calls;
            this.acquired = acquired;
        }

        void run() {
            pool.getConnection().onComplete(outcome -> {
                if (outcome.failed()) {
                    DatabaseFailure failure = Failures.ofAcquiring(outcome.cause());
                    boolean queueIsFull = failure instanceof DatabaseFailure.Busy;
                    reject(queueIsFull ? Rejection.QUEUE : Rejection.UNAVAILABLE, failure);
                    return;
                }
                inUse.incrementAndGet();
                Lease lease = new Lease(outcome.result(), inUse::decrementAndGet);
                boolean distrusted = lease.unusedSince(distrustedAt) || lease.unusedSince(usedSince);
                if (distrusted) {
                    lease.drop();
                }
                if (deadline.isAbandoned()) {
                    acquired.tryFail(new CancellationException());
                }
                if (distrusted && !acquired.future().isComplete()) {
                    lease.release();
                    run();
                } else if (distrusted || !acquired.tryComplete(lease)) {
                    lease.release();
                }
            });
        }

        void reject(Rejection reason, Throwable failure) {
            int rejected = calls.getAsInt();
            if (acquired.tryFail(failure)) {
                metrics.rejected(reason, rejected);
            }
        }
    }

    private interface Body<T> {
        Future<T> run(Context subscriber, Deadline deadline);
    }

    /** One transaction with all its attempts. */
    private final class Transaction<T> {

        private final TransactionOptions options;
        private final Function<SqlConnection, Uni<T>> work;
        private final Context subscriber;
        private final Deadline deadline;
        private final List<Throwable> collisions = new ArrayList<>();

        Transaction(
                TransactionOptions options,
                Function<SqlConnection, Uni<T>> work,
                Context subscriber,
                Deadline deadline) {
            this.options = options;
            this.work = work;
            this.subscriber = subscriber;
            this.deadline = deadline;
        }

        Future<T> run() {
            return leased(deadline, this::attempt).recover(failure -> {
                if (!runsAgainAfter(failure)) {
                    collisions.forEach(failure::addSuppressed);
                    return Future.failedFuture(failure);
                }
                collisions.add(failure);
                return vertx.timer(pause()).compose(elapsed -> run());
            });
        }

        private Future<T> attempt(Lease lease) {
            return deadline.limit(lease.execute(Statement.TRANSACTION_BEGIN, options.beginSql(config)))
                    .compose(begun -> lease.perform(work, subscriber, deadline))
                    .compose(value -> commit(lease).map(value), failure -> rollback(lease, failure))
                    .onSuccess(value -> metrics.ended(End.COMMITTED))
                    .onFailure(failure -> metrics.ended(endOf(failure)));
        }

        private boolean runsAgainAfter(Throwable failure) {
            return failure instanceof DatabaseFailure.Conflict && collisions.size() + 1 < config.transactionAttempts();
        }

        private End endOf(Throwable failure) {
            if (failure instanceof DatabaseFailure.Unavailable lost && lost.outcomeUnknown()) {
                return End.UNKNOWN;
            }
            return runsAgainAfter(failure) ? End.RETRIED : End.ROLLED_BACK;
        }

        private Future<Void> commit(Lease lease) {
            // after a failed statement COMMIT alone would roll back without an error
            return deadline.limit(lease.execute(Statement.TRANSACTION_COMMIT, "SELECT; COMMIT"))
                    .recover(failure -> {
                        boolean unanswered = deadline.hasPassed() || failure instanceof DatabaseFailure.Unavailable;
                        return rollback(
                                lease, unanswered ? DatabaseFailure.Unavailable.duringCommit(failure) : failure);
                    });
        }

        private <R> Future<R> rollback(Lease lease, Throwable failure) {
            if (deadline.hasPassed() || failure instanceof DatabaseFailure.Unavailable) {
                // the connection is dropped, and its transaction with it
                return Future.failedFuture(failure);
            }
            return deadline.limit(lease.execute(Statement.TRANSACTION_ROLLBACK, "ROLLBACK"))
                    .transform(done -> {
                        if (done.failed()) {
                            drop(lease, deadline.hasPassed());
                        }
                        return Future.failedFuture(failure);
                    });
        }

        private long pause() {
            // doubles each time, at most 32 times the first one; the deadline bounds them all
            long longest = RETRY_PAUSE.toMillis() << Math.min(collisions.size() - 1, 5);
            // half of it is random, so that two that collided do not meet again
            return 1 + ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
        }
    }
}
