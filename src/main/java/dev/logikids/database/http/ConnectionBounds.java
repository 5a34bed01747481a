package dev.logikids.database.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what a client can hold by a connection alone, and closes the connection of one that takes more:
 *
 * <ul>
 *   <li>the time for a request with no more than a small body, counted from the opening of the connection and later from
 *       the first byte of each request, and for the head of any other; between requests {@code quarkus.http.idle-timeout}
 *       counts, over larger bodies {@link BodyGate};
 *   <li>the requests that wait for their response on one connection;
 *   <li>responses that the client does not read: while there are some, nothing further is read from it;
 *   <li>the bytes that are taken from it before it is the turn of other connections.
 * </ul>
 *
 * <p>Vert.x 4.5 has no such bounds; Netty calls this class for every connection of a server (ADR 21).
 */
public final class ConnectionBounds extends ChannelInitializerExtension {

    // a mobile network resends lost packets well within it
    private static final int ARRIVAL_SECONDS = 10;
    // 1 MB at 35 KB per second
    private static final int READ_SECONDS = 30;
    // browsers and HTTP libraries send one at a time
    private static final int UNANSWERED_REQUESTS = 16;

    // some 400 of the shortest requests: a few milliseconds of an event loop
    private static final int TURN_BYTES = 16 * 1024;

    // as much as BodyGate lends to uploads; no constant, which a native executable would keep from its build
    private final long unreadBytes = Runtime.getRuntime().maxMemory() / BodyGate.SHARE_OF_HEAP;
    private final Set<Channel> unread = ConcurrentHashMap.newKeySet();

    /** Switches on this extension point of Netty. Call before the server starts. */
    public static void enable() {
        System.setProperty("io.netty.bootstrap.extensions", "serviceload");
    }

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        connection
                .config()
                .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(64, 2048, TURN_BYTES).maxMessagesPerRead(1));
        connection.pipeline().addFirst(new Bytes(unread, unreadBytes));
    }

    /** Next to the socket: sees when bytes come and whether bytes leave. */
    private static final class Bytes extends ChannelDuplexHandler {

        private final Set<Channel> unread;
        private final long unreadBytes;
        private boolean encoderFound;
        private boolean betweenRequests = true;
        private boolean readHeldBack;
        private Future<?> arrivalDeadline;
        private Future<?> readDeadline;

        Bytes(Set<Channel> unread, long unreadBytes) {
            this.unread = unread;
            this.unreadBytes = unreadBytes;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            expectArrival(context);
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (!encoderFound && !findEncoder(context)) {
                // HTTP/2, on the management port
                arrived();
                context.fireChannelRead(bytes);
                return;
            }
            if (betweenRequests && arrivalDeadline == null) {
                expectArrival(context);
            }
            context.fireChannelRead(bytes);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            arrived();
            everythingIsRead(context);
            context.fireChannelInactive();
        }

        @Override
        public void read(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                context.read();
            } else {
                holdBackRead(context);
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            context.write(message, promise);
            if (!context.channel().isWritable()) {
                unread.add(context.channel());
                if (unread.stream().mapToLong(Channel::bytesBeforeWritable).sum() > unreadBytes) {
                    context.close();
                }
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                everythingIsRead(context);
                if (readHeldBack) {
                    readHeldBack = false;
                    context.channel().config().setAutoRead(true);
                }
            } else {
                if (readDeadline == null) {
                    readDeadline = context.executor().schedule(() -> context.close(), READ_SECONDS, TimeUnit.SECONDS);
                }
                // otherwise Vert.x has paused the connection and will resume it
                if (context.channel().config().isAutoRead()) {
                    holdBackRead(context);
                }
            }
            context.fireChannelWritabilityChanged();
        }

        /** Vert.x has completed the pipeline of clients by now; on the management port it first looks for HTTP/2. */
        private boolean findEncoder(ChannelHandlerContext context) {
            ChannelHandlerContext encoder = context.pipeline().context(HttpResponseEncoder.class);
            if (encoder != null) {
                context.pipeline().addAfter(encoder.name(), null, new Messages(this));
                encoderFound = true;
            }
            return encoderFound;
        }

        private void expectArrival(ChannelHandlerContext context) {
            arrivalDeadline = context.executor().schedule(() -> context.close(), ARRIVAL_SECONDS, TimeUnit.SECONDS);
        }

        private void arrived() {
            if (arrivalDeadline != null) {
                arrivalDeadline.cancel(false);
                arrivalDeadline = null;
            }
        }

        private void holdBackRead(ChannelHandlerContext context) {
            readHeldBack = true;
            context.channel().config().setAutoRead(false);
        }

        private void everythingIsRead(ChannelHandlerContext context) {
            unread.remove(context.channel());
            if (readDeadline != null) {
                readDeadline.cancel(false);
                readDeadline = null;
            }
        }
    }

    /** Between the encoder and Vert.x: sees where requests and responses begin and end. */
    private static final class Messages extends ChannelDuplexHandler {

        private final Bytes bytes;
        private int unanswered;

        Messages(Bytes bytes) {
            this.bytes = bytes;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                if (BodyGate.isCounted(request.headers())) {
                    bytes.arrived();
                }
                bytes.betweenRequests = false;
                unanswered++;
                if (unanswered > UNANSWERED_REQUESTS) {
                    context.close();
                }
            }
            if (unanswered > UNANSWERED_REQUESTS) {
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof LastHttpContent) {
                bytes.arrived();
                bytes.betweenRequests = true;
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            boolean interim = message instanceof HttpResponse response
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (message instanceof LastHttpContent && !interim) {
                unanswered--;
            }
            context.write(message, promise);
        }
    }
}
