package dev.logikids.database.sync;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Type;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Writes the bytes that Jackson would write, at once and so with a {@code Content-Length}. Jackson itself is asked only for a
 * blob with letters that JSON escapes; base64 has none, and Jackson needs 18 us to find that out over 10 KB (ADR 32).
 */
@Provider
class SyncDataWriter implements ServerMessageBodyWriter<SyncData> {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final ObjectMapper jackson;

    SyncDataWriter(ObjectMapper jackson) {
        this.jackson = jackson;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == SyncData.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == SyncData.class;
    }

    @Override
    public void writeResponse(SyncData data, Type generic, ServerRequestContext context) throws IOException {
        context.serverResponse().end(json(data));
    }

    @Override
    public void writeTo(
            SyncData data,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        out.write(json(data));
    }

    byte[] json(SyncData data) throws IOException {
        byte[] blob = data.encryptedBlob().getBytes(StandardCharsets.UTF_8);
        if (!isPlain(blob)) {
            return jackson.writeValueAsBytes(data);
        }
        byte[] before = "{\"encryptedBlob\":\"".getBytes(StandardCharsets.US_ASCII);
        byte[] after = ("\",\"iv\":\"" + data.iv() + "\",\"timestamp\":\"" + data.timestamp() + "\",\"checksum\":\""
                        + data.checksum() + "\"}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] json = new byte[before.length + blob.length + after.length];
        System.arraycopy(before, 0, json, 0, before.length);
        System.arraycopy(blob, 0, json, before.length, blob.length);
        System.arraycopy(after, 0, json, before.length + blob.length, after.length);
        return json;
    }

    /** Whether all is ASCII, without control characters, {@code "} and {@code \}; looks at eight bytes at a time. */
    private static boolean isPlain(byte[] utf8) {
        int i = 0;
        for (; i <= utf8.length - Long.BYTES; i += Long.BYTES) {
            long bytes = (long) LONGS.get(utf8, i);
            // each sets the high bit of a byte that it names; a borrow reaches further bytes only from one that is
            // named
            long control = bytes - 0x20 * EACH;
            long quote = (bytes ^ '"' * EACH) - EACH;
            long backslash = (bytes ^ '\\' * EACH) - EACH;
            if (((bytes | control | quote | backslash) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; i < utf8.length; i++) {
            // as bytes are signed, this is every foreign one too
            if (utf8[i] < 0x20 || utf8[i] == '"' || utf8[i] == '\\') {
                return false;
            }
        }
        return true;
    }
}
