package dev.logikids.database.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/**
 * Hands the driver whole messages of PostgreSQL's protocol only. The driver (Vert.x 4.5) keeps, and copies again and again,
 * all that it has received until nothing of a message is left over; behind pipelined statements with large rows that may be never.
 */
final class WholeMessages extends ByteToMessageDecoder {

    /** A message is one byte for its type and four for the length of itself and the content (manual, 53.7). */
    private static final int TYPE = 1;

    private static final int HEAD = TYPE + Integer.BYTES;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int readable = in.readableBytes();
        int whole = 0;
        while (readable - whole >= HEAD) {
            int length = in.getInt(in.readerIndex() + whole + TYPE);
            if (length < Integer.BYTES) {
                throw new CorruptedFrameException("a message of length " + length);
            }
            if (length > readable - whole - TYPE) {
                break;
            }
            whole += TYPE + length;
        }
        if (whole > 0) {
            out.add(in.readRetainedSlice(whole));
        }
    }
}
