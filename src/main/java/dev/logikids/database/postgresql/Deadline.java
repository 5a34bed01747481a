package dev.logikids.database.postgresql;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;

/** The time limit of one call, and whether its caller still waits. */
final class Deadline {

    private final Vertx vertx;
    private final long timer;
    private final Promise<Void> passing = Promise.promise();
    private volatile boolean abandoned;

    Deadline(Vertx vertx, Duration longest) {
        this.vertx = vertx;
        this.timer = vertx.setTimer(Math.max(1, longest.toMillis()), fired -> passing.tryFail(passed(longest)));
    }

    static DatabaseFailure.Busy passed(Duration longest) {
        return new DatabaseFailure.Busy("no answer within " + longest.toMillis() + " ms");
    }

    /** Returns the outcome of the step, or the failure of this deadline if that comes first. */
    <T> Future<T> limit(Future<T> step) {
        if (step.isComplete()) {
            return step;
        }
        Promise<T> first = Promise.promise();
        step.onComplete(outcome -> {
            if (outcome.succeeded()) {
                first.tryComplete(outcome.result());
            } else {
                first.tryFail(outcome.cause());
            }
        });
        onPassing(first::tryFail);
        return first.future();
    }

    void onPassing(Handler<Throwable> handler) {
        passing.future().onFailure(handler);
    }

    boolean hasPassed() {
        return passing.future().failed();
    }

    /** The call has its outcome: the limit no longer applies. */
    void met() {
        vertx.cancelTimer(timer);
    }

    /** The caller cancelled. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
