package dev.logikids.database.sync;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
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

/** From a row to the response of a read; {@code characters} is the length of the blob. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
public class AnswerBlob {

    private static final ObjectWriter WRITER = new ObjectMapper().writerFor(SyncData.class);

    @Param({"10000", "1000000"})
    public int characters;

    private SyncData data;

    @Setup
    public void row() {
        byte[] ciphertext = new byte[characters / 4 * 3];
        new Random(1).nextBytes(ciphertext);
        data = new SyncData(
                Base64.getEncoder().encodeToString(ciphertext), "ABCDEFGHIJKLMNOP", "1767225600000", "0".repeat(64));
    }

    @Benchmark
    public byte[] jacksonWrites() throws IOException {
        return WRITER.writeValueAsBytes(data);
    }

    /** The plain way to hash the parts of an entity tag. */
    @Benchmark
    public String entityTagPlain() throws NoSuchAlgorithmException {
        String parts = "7." + data.iv() + '.' + data.timestamp() + ".7500.1767225600.123456";
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(parts.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 16);
    }
}
