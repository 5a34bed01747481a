package dev.logikids.database.sync;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is done with a blob between the body and the connection; {@code characters} is its length. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
public class StoreBlob {

    @Param({"10000", "1000000"})
    public int characters;

    // more than a branch predictor learns by heart
    private final String[] texts = new String[64];
    private final SyncUpload[] uploads = new SyncUpload[texts.length];
    private int turn;

    @Setup
    public void blobs() {
        Random random = new Random(1);
        byte[] ciphertext = new byte[characters / 4 * 3];
        for (int i = 0; i < texts.length; i++) {
            random.nextBytes(ciphertext);
            texts[i] = Base64.getEncoder().encodeToString(ciphertext);
            ByteBuffer blob = ByteBuffer.wrap(texts[i].getBytes(StandardCharsets.UTF_8));
            uploads[i] = new SyncUpload(blob, "ABCDEFGHIJKLMNOP", 1, "0".repeat(64));
        }
    }

    private String text() {
        return texts[turn++ % texts.length];
    }

    private SyncUpload upload() {
        return uploads[turn++ % uploads.length];
    }

    @Benchmark
    public int decodedSize() {
        return upload().decodedSize();
    }

    /** The rule of decodedSize spelt out. */
    @Benchmark
    public int decodedSizeByComparison() {
        String text = text();
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || c == '+'
                    || c == '/'
                    || c == '-'
                    || c == '_') {
                digits++;
            }
        }
        return digits * 3 / 4;
    }

    /** As the driver writes a parameter of type bytea. */
    @Benchmark
    public int driverWritesBytes() {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.ioBuffer();
        out.writeBytes(Unpooled.wrappedBuffer(upload().encryptedBlob()));
        int capacity = out.capacity();
        out.release();
        return capacity;
    }

    /** As the driver writes a parameter of type text. */
    @Benchmark
    public int driverWritesText() {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.ioBuffer();
        out.writeCharSequence(text(), StandardCharsets.UTF_8);
        int capacity = out.capacity();
        out.release();
        return capacity;
    }
}
