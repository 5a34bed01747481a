package dev.logikids.database.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
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

/** From the bytes of an upload to its blob; {@code characters} is the length of the blob. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
public class ReadBody {

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build());
    private static final ObjectReader TREE =
            MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Param({"20", "10000", "1000000"})
    public int characters;

    private byte[] body;

    @Setup
    public void upload() {
        byte[] ciphertext = new byte[characters / 4 * 3];
        new Random(1).nextBytes(ciphertext);
        body = """
                {"encryptedBlob":"%s","iv":"ABCDEFGHIJKLMNOP","timestamp":1767225600000,"checksum":"%s"}"""
                .formatted(Base64.getEncoder().encodeToString(ciphertext), "0".repeat(64))
                .getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public ByteBuffer ours() {
        return new JsonBody(body, "application/json", null).utf8("encryptedBlob").orElseThrow();
    }

    /** The text is checked for what PostgreSQL cannot store, as in JsonBody. */
    @Benchmark
    public String jacksonsTree() throws IOException {
        JsonNode blob = TREE.readTree(body).path("encryptedBlob");
        String text = blob.textValue();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0 || Character.isSurrogate(unit)) {
                throw new IllegalStateException();
            }
        }
        return text;
    }

    /** Only the text that is asked for is decoded. */
    @Benchmark
    public String jacksonsStream() throws IOException {
        String blob = null;
        try (JsonParser parser = MAPPER.createParser(body)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals("encryptedBlob")) {
                    blob = parser.getText();
                }
            }
        }
        return blob;
    }

    /** No text is decoded: what Jackson's own scan of the bytes costs. */
    @Benchmark
    public int jacksonsScan() throws IOException {
        int tokens = 0;
        try (JsonParser parser = MAPPER.createParser(body)) {
            while (parser.nextToken() != null) {
                tokens++;
            }
        }
        return tokens;
    }
}
