package dev.logikids.database.http;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the memory that request bodies take. A body over the limit is refused before it is read. Of those that are
 * large, only some are read at a time: the others wait, unread, in the order of their arrival.
 */
@ApplicationScoped
class BodyGate {

    private final BodyConfig limits;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private int free;

    BodyGate(BodyConfig limits) {
        this.limits = limits;
        this.free = limits.largeAtOnce();
    }

    private record Waiting(RoutingContext request, Context eventLoop, AtomicBoolean decided) {}

    /** Lets the request on to the next handler now or later, or ends it. Call on the request's event loop. */
    void enter(RoutingContext request) {
        long length = declaredLength(request.request());
        if (length > limits.max().asLongValue()) {
            refuse(request, ProblemCode.PAYLOAD_TOO_LARGE);
        } else if (length <= limits.large().asLongValue()) {
            request.next();
        } else {
            enterLarge(request);
        }
    }

    private void enterLarge(RoutingContext request) {
        Waiting waiting = new Waiting(request, Vertx.currentContext(), new AtomicBoolean());
        boolean full;
        synchronized (queue) {
            full = free == 0 && queue.size() >= limits.waiting();
            if (free > 0) {
                free--;
                waiting.decided().set(true);
            } else if (!full) {
                queue.add(waiting);
            }
        }
        if (full) {
            refuse(request, ProblemCode.SERVICE_UNAVAILABLE);
        } else if (waiting.decided().get()) {
            read(request);
        } else {
            request.vertx().setTimer(limits.patience().toMillis(), timer -> giveUp(waiting));
            request.addEndHandler(gone -> leave(waiting));
        }
    }

    private void giveUp(Waiting waiting) {
        if (leave(waiting)) {
            refuse(waiting.request(), ProblemCode.SERVICE_UNAVAILABLE);
        }
    }

    private boolean leave(Waiting waiting) {
        if (!waiting.decided().compareAndSet(false, true)) {
            return false;
        }
        synchronized (queue) {
            queue.remove(waiting);
        }
        return true;
    }

    private void read(RoutingContext request) {
        long deadline = request.vertx().setTimer(limits.upload().toMillis(), timer -> {
            if (!request.request().isEnded()) {
                request.request().connection().close();
            }
        });
        AtomicBoolean released = new AtomicBoolean();
        request.addEndHandler(end -> {
            request.vertx().cancelTimer(deadline);
            lingerOver(request);
            if (released.compareAndSet(false, true)) {
                release();
            }
        });
        request.next();
    }

    private void release() {
        Waiting next;
        synchronized (queue) {
            do {
                next = queue.poll();
            } while (next != null && !next.decided().compareAndSet(false, true));
            if (next == null) {
                free++;
            }
        }
        if (next != null) {
            RoutingContext request = next.request();
            next.eventLoop().runOnContext(go -> read(request));
        }
    }

    private void refuse(RoutingContext request, ProblemCode code) {
        ProblemResponse.end(request, code);
        lingerOver(request);
    }

    /**
     * After an answer to a request that has not ended: a client that is still sending would miss the answer if the
     * connection closed at once, so the rest is read and thrown away for a while.
     */
    private void lingerOver(RoutingContext request) {
        HttpServerRequest incoming = request.request();
        if (!incoming.isEnded()) {
            incoming.handler(rest -> {}).resume();
            request.vertx().setTimer(limits.linger().toMillis(), timer -> {
                if (!incoming.isEnded()) {
                    incoming.connection().close();
                }
            });
        }
    }

    /** A body of unknown length counts as the largest one allowed. */
    private long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            try {
                return Long.parseLong(length);
            } catch (NumberFormatException e) {
                return Long.MAX_VALUE;
            }
        }
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                ? limits.max().asLongValue()
                : 0;
    }
}
