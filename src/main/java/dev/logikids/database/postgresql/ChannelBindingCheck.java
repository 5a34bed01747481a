package dev.logikids.database.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import io.vertx.core.VertxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * {@code channel_binding=require} for one connection (ADR 23): the driver (Vert.x 4.5) binds to the TLS channel whenever the
 * server offers it, but also accepts a server that does not. Between TLS and the driver's codec, this ends a connection
 * unless the server has proved with SCRAM-SHA-256-PLUS that it knows the password and holds the other end of the channel.
 * Nothing but the startup message is sent to a server that asks for another proof.
 */
final class ChannelBindingCheck extends ByteToMessageCodec<ByteBuf> {

    /** Of the start-up message, PostgreSQL 16 manual, 55.7. */
    private static final int PROTOCOL_3 = 3 << 16;

    private static final byte[] MECHANISM = "SCRAM-SHA-256-PLUS\0".getBytes(StandardCharsets.US_ASCII);
    /** The length of a message, and a byte for its type before it, except in the start-up message. */
    private static final int START = 4;

    private static final int HEADER = 1 + START;
    private static final int AUTHENTICATION_OK = 0;
    private static final int SASL_FINAL = 12;
    /** No message before the end of an authentication is longer. */
    private static final int LONGEST = 64 * 1024;

    private boolean started;
    private boolean bound;
    private boolean proved;

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf message, ByteBuf out) {
        if (!started) {
            // before it come the request for TLS and an empty buffer
            started = message.readableBytes() > START && message.getInt(message.readerIndex() + START) == PROTOCOL_3;
        } else if (!bound && message.isReadable()) {
            bound = choosesMechanism(message);
            if (!bound) {
                refuse(context);
                return;
            }
        }
        out.writeBytes(message);
    }

    private static boolean choosesMechanism(ByteBuf message) {
        int start = message.readerIndex();
        if (message.readableBytes() < HEADER + MECHANISM.length || message.getByte(start) != 'p') {
            return false;
        }
        byte[] chosen = new byte[MECHANISM.length];
        message.getBytes(start + HEADER, chosen);
        return Arrays.equals(chosen, MECHANISM);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!started) {
            out.add(in.readRetainedSlice(in.readableBytes()));
            return;
        }
        if (in.readableBytes() < HEADER) {
            return;
        }
        int start = in.readerIndex();
        int length = 1 + in.getInt(start + 1);
        if (length < HEADER || length > LONGEST) {
            in.skipBytes(in.readableBytes());
            refuse(context);
            return;
        }
        if (in.readableBytes() < length) {
            return;
        }
        boolean finished = false;
        if (in.getByte(start) == 'R' && length >= HEADER + START) {
            int step = in.getInt(start + HEADER);
            // the driver checks the proof itself
            proved = proved || bound && step == SASL_FINAL;
            finished = step == AUTHENTICATION_OK;
        }
        if (finished && !proved) {
            in.skipBytes(in.readableBytes());
            refuse(context);
            return;
        }
        out.add(in.readRetainedSlice(length));
        if (finished) {
            context.pipeline().remove(this);
        }
    }

    private static void refuse(ChannelHandlerContext context) {
        context.fireExceptionCaught(new VertxException(
                "channel_binding=require, but the server does not authenticate with SCRAM and channel binding", true));
        context.close();
    }
}
