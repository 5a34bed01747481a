package dev.logikids.database.postgresql;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * The reads of one statement. Those under way at the same time share one connection of the pool: each is sent without
 * waiting for the answers to the ones before it (ADR 31). So a read waits only for others of the same statement, and the
 * reads of one statement take one connection, however many they are.
 *
 * <ul>
 *   <li>A connection that is lost, has another schema, or gives no answer for {@link #SILENCE} is closed, and the reads on
 *       it are sent once more on another one.
 *   <li>When PostgreSQL ends a read because of a lock or its time, those behind it waited for the same and fail with it.
 *   <li>A read that was sent twice waits for its answer until its call timeout, and no longer than 100 ms more.
 * </ul>
 */
final class Reads {

    /** Sent ahead of their answers: as many as a busy service has requests under way. The others wait. */
    static final int PIPELINED = 64;

    /** Of rows on the workers of Citus: a connection asks for them one after the other, so several connections share them. */
    private static final int SHARED_ON_CITUS = 16;

    /** Ten thousand times what a read by its key takes, and less than the lock timeout. */
    static final Duration SILENCE = Duration.ofSeconds(1);

    /** A connection under constant load goes back to the pool after it, which may then replace it. */
    private static final Duration LONGEST_SHARING = Duration.ofSeconds(10);

    private static final Duration WATCH = Duration.ofMillis(100);

    private final Statement statement;
    private final Database database;
    private final PoolConfig config;
    private final VertxInternal vertx;

    /** The one that takes further reads; guarded by this. */
    private Pipeline open;

    /** Connections that nobody has used since then may be as silent as one was; guarded by this. */
    private long silentSince = System.nanoTime();

    Reads(Statement statement, Database database, PoolConfig config, VertxInternal vertx) {
        this.statement = statement;
        this.database = database;
        this.config = config;
        this.vertx = vertx;
    }

    Uni<RowSet<Row>> run(Supplier<String> sql, Tuple parameters) {
        return Uni.createFrom().emitter(emitter -> add(new Read(sql, parameters, emitter, vertx.getOrCreateContext())));
    }

    /** Returns how many of them are not sent yet. */
    synchronized int waiting() {
        return open == null ? 0 : open.waiting();
    }

    private void add(Read read) {
        Pipeline joined;
        boolean opens;
        boolean sends;
        synchronized (this) {
            opens = open == null || !open.takesMore();
            if (opens) {
                open = new Pipeline();
            }
            joined = open;
            if (joined.reads.size() >= PIPELINED + config.maxWaiting()) {
                read.fail(database.tooMany());
                return;
            }
            joined.reads.add(read);
            sends = joined.lease != null;
        }
        if (opens) {
            joined.open();
        } else if (sends) {
            joined.send(read);
        }
    }

    private final class Read {

        private final Supplier<String> sql;
        private final Tuple parameters;
        private final UniEmitter<? super RowSet<Row>> emitter;
        private final ContextInternal context;
        private final long start = System.nanoTime();
        private volatile boolean abandoned;
        private boolean sentBefore;

        Read(Supplier<String> sql, Tuple parameters, UniEmitter<? super RowSet<Row>> emitter, ContextInternal context) {
            this.sql = sql;
            this.parameters = parameters;
            this.emitter = emitter;
            this.context = context;
            emitter.onTermination(() -> abandoned = true);
        }

        Duration remaining() {
            return config.callTimeout().minusNanos(System.nanoTime() - start);
        }

        void complete(RowSet<Row> rows) {
            context.emit(end -> emitter.complete(rows));
        }

        void fail(Throwable failure) {
            context.emit(end -> emitter.fail(failure));
        }
    }

    /** One connection and the reads that share it; its fields are guarded by the {@link Reads}. */
    private final class Pipeline {

        /** The oldest first, as PostgreSQL answers them. */
        private final Deque<Read> reads = new ArrayDeque<>();

        private Lease lease;
        private long acquiredAt;
        private long answeredAt;
        private boolean closed;
        private boolean dropped;
        private DatabaseFailure.Busy stuck;
        private long watch;

        boolean takesMore() {
            return !closed
                    && reads.size() < most()
                    && (lease == null
                            || (database.trusts(acquiredAt)
                                    && System.nanoTime() - acquiredAt < LONGEST_SHARING.toNanos()));
        }

        private int most() {
            return statement.readsSyncData() && database.isDistributed() ? SHARED_ON_CITUS : Integer.MAX_VALUE;
        }

        int waiting() {
            return lease == null ? reads.size() : Math.max(0, reads.size() - PIPELINED);
        }

        void open() {
            Deadline deadline;
            long usedSince;
            synchronized (Reads.this) {
                deadline = new Deadline(vertx, reads.element().remaining());
                usedSince = silentSince;
            }
            database.acquire(deadline, usedSince, this::size).onComplete(outcome -> {
                deadline.met();
                if (outcome.succeeded()) {
                    opened(outcome.result());
                } else {
                    close().forEach(read -> read.fail(outcome.cause()));
                }
            });
        }

        private int size() {
            synchronized (Reads.this) {
                return reads.size();
            }
        }

        private List<Read> close() {
            synchronized (Reads.this) {
                closed = true;
                if (open == this) {
                    open = null;
                }
                return List.copyOf(reads);
            }
        }

        private void opened(Lease acquired) {
            List<Read> first;
            synchronized (Reads.this) {
                lease = acquired;
                acquiredAt = System.nanoTime();
                answeredAt = acquiredAt;
                first = List.copyOf(reads);
                watchOn();
            }
            first.forEach(this::send);
        }

        void send(Read read) {
            if (read.abandoned) {
                ended(read);
                return;
            }
            statement
                    .execute(lease.sharedIn(read.context), read.sql.get(), read.parameters)
                    .subscribe()
                    .with(
                            rows -> ended(read).onComplete(back -> read.complete(rows)),
                            failure -> failed(read, Failures.ofWork(failure)));
        }

        /** Completes when the connection is back in the pool or closed, if it was the last read on it. */
        private Future<Void> ended(Read read) {
            synchronized (Reads.this) {
                reads.remove(read);
                answeredAt = System.nanoTime();
                if (!reads.isEmpty()) {
                    return Future.succeededFuture();
                }
                close();
            }
            vertx.cancelTimer(watch);
            if (!dropped && !database.trusts(acquiredAt)) {
                lease.drop();
            }
            return lease.release();
        }

        private void failed(Read read, Throwable failure) {
            boolean lost = failure instanceof DatabaseFailure.Unavailable
                    && !(failure instanceof DatabaseFailure.SchemaMissing);
            boolean drops = false;
            Throwable outcome;
            synchronized (Reads.this) {
                if (!dropped && (lost || failure instanceof DatabaseFailure.Busy)) {
                    stuck = failure instanceof DatabaseFailure.Busy busy ? busy : null;
                    drops = true;
                    closeAsUseless();
                }
                outcome = lost && stuck != null ? stuck : failure;
            }
            if (drops) {
                database.drop(lease, Failures.concernsAllConnections(failure));
            }
            boolean again = lost && outcome == failure && !read.sentBefore && !read.abandoned;
            database.noteMissing(failure);
            ended(read).onComplete(back -> {
                if (again) {
                    read.sentBefore = true;
                    add(read);
                } else {
                    read.fail(outcome);
                }
            });
        }

        private void closeAsUseless() {
            close();
            dropped = true;
        }

        private void watchOn() {
            watch = vertx.setTimer(WATCH.toMillis(), fired -> look());
        }

        private void look() {
            boolean late;
            synchronized (Reads.this) {
                if (dropped || reads.isEmpty()) {
                    return;
                }
                late = reads.stream().anyMatch(read -> read.remaining().isNegative());
                boolean silent = !reads.element().sentBefore && System.nanoTime() - answeredAt > SILENCE.toNanos();
                if (!late && !silent) {
                    watchOn();
                    return;
                }
                if (late) {
                    stuck = Deadline.passed(config.callTimeout());
                } else {
                    silentSince = answeredAt;
                }
                closeAsUseless();
            }
            database.drop(lease, late);
        }
    }
}
