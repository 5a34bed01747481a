package dev.logikids.database.http;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Bounds the memory that request bodies take. A body over the limit is rejected before it is read. Of the others, all but
 * the small ones are read only while there is memory for them; the rest wait, unread, in the order of their arrival.
 * Callers with a good access token never wait for strangers, and no caller can hold more than a share. The memory is
 * given back when its request ends, and at the latest when the request has used up its time.
 */
@ApplicationScoped
public class BodyGate {

    // bodies of other calls than an upload are below it, and as many connections as may be open hold 16 MB of such
    private static final long SMALL_BYTES = 4 * 1024;

    private static final String CALLER = BodyGate.class.getName();
    private static final String STRANGER = "";

    // largest bodies at a time: a stranger has nothing large to send that could succeed
    private static final int STRANGERS = 2;

    // largest bodies of one account at a time: it may have many devices
    private static final int PER_CALLER = 4;
    private static final int WAITING_PER_CALLER = 64;
    private static final int WAITING = 512;
    /** A body costs about five times its size until its request ends: at most a third of the heap. */
    static final int SHARE_OF_HEAP = 16;

    // longer than that a client rather tries again
    private static final int WAIT_SECONDS = 10;
    // 1 MB at 35 KB per second
    private static final int UPLOAD_SECONDS = 30;
    // packets lost on a bad mobile network come again within it
    private static final int SILENCE_SECONDS = 5;
    // above the time within which the API promises an answer
    private static final int ANSWER_SECONDS = 15;
    // a client that is still sending needs some time to see the response
    private static final int LINGER_SECONDS = 3;

    private final long maxBytes;
    private final Lane callers;
    private final Lane strangers;

    BodyGate(@ConfigProperty(name = "logikids.body.max") MemorySize max) {
        this.maxBytes = max.asLongValue();
        long forCallers = Math.max(maxBytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
        this.callers = new Lane(forCallers, Math.min(PER_CALLER * maxBytes, forCallers), WAITING, WAITING_PER_CALLER);
        this.strangers = new Lane(STRANGERS * maxBytes, STRANGERS * maxBytes, WAITING_PER_CALLER, WAITING_PER_CALLER);
    }

    /** Whether the body is counted: what is worth knowing about its sender is asked for these only. */
    public static boolean isCounted(HttpServerRequest request) {
        return declaredLength(request) > SMALL_BYTES;
    }

    static boolean isCounted(io.netty.handler.codec.http.HttpHeaders head) {
        return declaredLength(head.get(HttpHeaders.CONTENT_LENGTH), head.contains(HttpHeaders.TRANSFER_ENCODING))
                > SMALL_BYTES;
    }

    /**
     * Notes that the sender of the request has proven who it is. Call before {@link ApiRoutes} sees the request.
     *
     * @param caller the same text for every request of one account; it stays in memory while the request lasts
     */
    public static void identify(RoutingContext request, String caller) {
        request.put(CALLER, caller);
    }

    /** Lets the request on to the next handler now or later, or ends it. Call on the request's event loop. */
    void enter(RoutingContext request) {
        if (!isCounted(request.request())) {
            request.next();
        } else if (declaredLength(request.request()) > maxBytes && isLengthKnown(request.request())) {
            request.addEndHandler(end -> lingerOver(request));
            ProblemResponse.end(request, ProblemCode.PAYLOAD_TOO_LARGE);
        } else {
            String caller = request.get(CALLER, STRANGER);
            long bytes = Math.min(declaredLength(request.request()), maxBytes);
            new Upload(request, caller, bytes, caller.equals(STRANGER) ? strangers : callers).enter();
        }
    }

    /** A request with a counted body; all of it runs on the request's event loop. */
    private static final class Upload {

        private final RoutingContext request;
        private final Lane lane;
        private final Lane.Visit visit;
        private boolean reading;
        private int seconds;
        private int silentSeconds;
        private long bytesRead;

        Upload(RoutingContext request, String caller, long bytes, Lane lane) {
            Context eventLoop = Vertx.currentContext();
            this.request = request;
            this.lane = lane;
            this.visit = new Lane.Visit(caller, bytes, () -> eventLoop.runOnContext(turn -> read()));
        }

        void enter() {
            long timer = request.vertx().setPeriodic(1000, this::second);
            request.addEndHandler(end -> {
                request.vertx().cancelTimer(timer);
                lane.leave(visit);
                lingerOver(request);
            });
            switch (lane.enter(visit)) {
                case ENTERED -> read();
                case FULL -> ProblemResponse.end(request, ProblemCode.SERVICE_UNAVAILABLE);
                case WAITS -> {}
            }
            if (request.response().closed()) {
                // the client had gone before the end handler was there
                request.vertx().cancelTimer(timer);
                lane.leave(visit);
            }
        }

        private void read() {
            reading = true;
            seconds = 0;
            bytesRead = request.request().bytesRead();
            request.next();
        }

        private void second(long timer) {
            seconds++;
            if (!reading) {
                if (seconds >= WAIT_SECONDS && lane.stopWaiting(visit)) {
                    ProblemResponse.end(request, ProblemCode.SERVICE_UNAVAILABLE);
                }
            } else if (!request.request().isEnded()) {
                silentSeconds = request.request().bytesRead() == bytesRead ? silentSeconds + 1 : 0;
                bytesRead = request.request().bytesRead();
                if (silentSeconds >= SILENCE_SECONDS || seconds >= UPLOAD_SECONDS) {
                    request.request().connection().close();
                    giveUp(timer);
                }
            } else if (seconds >= UPLOAD_SECONDS + ANSWER_SECONDS) {
                giveUp(timer);
            }
        }

        /** Normally the end handler has done it; no memory may depend on that. */
        private void giveUp(long timer) {
            request.vertx().cancelTimer(timer);
            lane.leave(visit);
        }
    }

    /**
     * After a response to a request that has not ended: a client that is still sending would miss the response if the
     * connection closed at once, so the rest is read and thrown away for a while.
     */
    private static void lingerOver(RoutingContext request) {
        HttpServerRequest incoming = request.request();
        if (!incoming.isEnded()) {
            incoming.handler(rest -> {}).resume();
            request.vertx().setTimer(LINGER_SECONDS * 1000, late -> {
                if (!incoming.isEnded()) {
                    incoming.connection().close();
                }
            });
        }
    }

    private static boolean isLengthKnown(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH);
    }

    private static long declaredLength(HttpServerRequest request) {
        return declaredLength(
                request.getHeader(HttpHeaders.CONTENT_LENGTH),
                request.headers().contains(HttpHeaders.TRANSFER_ENCODING));
    }

    /** A body of unknown length may be as large as any. */
    private static long declaredLength(String length, boolean transferEncoding) {
        if (length == null) {
            return transferEncoding ? Long.MAX_VALUE : 0;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
