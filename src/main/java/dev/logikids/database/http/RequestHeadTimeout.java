package dev.logikids.database.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client takes too long over the head of a request: counted from the opening of the
 * connection, and later from the first byte of each request. Between requests {@code quarkus.http.idle-timeout} counts,
 * over a body {@link BodyGate}. Vert.x 4.5 has no such time-out; Netty calls this class for every connection of a server
 * (ADR 21).
 */
public final class RequestHeadTimeout extends ChannelInitializerExtension {

    // a mobile network resends lost packets well within it
    private static final int SECONDS = 10;

    /** Switches on this extension point of Netty. Call before the server starts. */
    public static void enable() {
        System.setProperty("io.netty.bootstrap.extensions", "serviceload");
    }

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        connection.pipeline().addFirst(new Arrivals());
    }

    /** Before the decoder: sees when bytes come. */
    private static final class Arrivals extends ChannelInboundHandlerAdapter {

        private boolean decoderFound;
        private boolean betweenRequests = true;
        private Future<?> deadline;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            expectHead(context);
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (!decoderFound && !findDecoder(context)) {
                headIsThere();
                context.fireChannelRead(bytes);
                context.pipeline().remove(this);
                return;
            }
            if (betweenRequests && deadline == null) {
                expectHead(context);
            }
            context.fireChannelRead(bytes);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            headIsThere();
            context.fireChannelInactive();
        }

        /** Vert.x has completed the pipeline of clients by now; on the management port it first looks for HTTP/2. */
        private boolean findDecoder(ChannelHandlerContext context) {
            ChannelHandlerContext decoder = context.pipeline().context(HttpRequestDecoder.class);
            if (decoder != null) {
                context.pipeline().addAfter(decoder.name(), null, new Requests(this));
                decoderFound = true;
            }
            return decoderFound;
        }

        private void expectHead(ChannelHandlerContext context) {
            deadline = context.executor().schedule(() -> context.close(), SECONDS, TimeUnit.SECONDS);
        }

        private void headIsThere() {
            if (deadline != null) {
                deadline.cancel(false);
                deadline = null;
            }
        }
    }

    /** After the decoder: sees where requests begin and end. */
    private static final class Requests extends ChannelInboundHandlerAdapter {

        private final Arrivals arrivals;

        Requests(Arrivals arrivals) {
            this.arrivals = arrivals;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                arrivals.headIsThere();
                arrivals.betweenRequests = false;
            }
            if (message instanceof LastHttpContent) {
                arrivals.betweenRequests = true;
            }
            context.fireChannelRead(message);
        }
    }
}
