package dev.logikids.database.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The JSON object of a request body, as a parameter of a resource method. It is parsed when the first field is asked
 * for, so that checks which come before the body also answer before it.
 *
 * <p>No body, one that is not {@code application/json}, or an array counts as an object without fields. Unknown fields are
 * ignored, of a repeated one the last counts. Every method throws an {@link ApiException} {@code MALFORMED_BODY} for
 * anything but one JSON object or array in UTF-8 and for strings that PostgreSQL cannot store (a NUL character, half a
 * surrogate pair), and {@code UNSUPPORTED_MEDIA_TYPE} for another charset or a compressed body.
 */
@Schema(hidden = true)
@Problems({ProblemCode.MALFORMED_BODY, ProblemCode.PAYLOAD_TOO_LARGE, ProblemCode.UNSUPPORTED_MEDIA_TYPE})
public final class JsonBody {

    private byte[] bytes;
    private final String contentType;
    private final String contentEncoding;
    private JsonFields fields;

    JsonBody(byte[] bytes, String contentType, String contentEncoding) {
        this.bytes = bytes;
        this.contentType = contentType;
        this.contentEncoding = contentEncoding;
    }

    /** The text of a field; empty when it is missing or no string. */
    public Optional<String> text(String field) {
        JsonNode value = field(field);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    /** As {@link #text}, in UTF-8: the cheaper form for a long text. */
    public Optional<ByteBuffer> utf8(String field) {
        return fields().plainText(field)
                .or(() -> text(field).map(text -> ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** The value of a field, a missing node when there is none. */
    public JsonNode field(String field) {
        JsonNode value = fields().node(field);
        if (value.isTextual() && !storable(value.textValue())) {
            throw new ApiException(ProblemCode.MALFORMED_BODY);
        }
        return value;
    }

    @Override
    public String toString() {
        return "JsonBody";
    }

    private JsonFields fields() {
        if (fields == null) {
            fields = read();
            // the bytes of a large body need not live as long as its fields
            bytes = new byte[0];
        }
        return fields;
    }

    private JsonFields read() {
        if (bytes.length == 0 || !isJson()) {
            return JsonFields.none();
        }
        try {
            return JsonFields.read(bytes);
        } catch (IOException e) {
            // the parser's message quotes the body: it goes nowhere
            throw new ApiException(ProblemCode.MALFORMED_BODY);
        }
    }

    private boolean isJson() {
        MediaType type;
        try {
            type = contentType == null ? MediaType.WILDCARD_TYPE : MediaType.valueOf(contentType);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (!"application".equalsIgnoreCase(type.getType()) || !"json".equalsIgnoreCase(type.getSubtype())) {
            return false;
        }
        String charset = type.getParameters().getOrDefault(MediaType.CHARSET_PARAMETER, "utf-8");
        boolean plain = contentEncoding == null || contentEncoding.equalsIgnoreCase("identity");
        if (!plain || !charset.equalsIgnoreCase("utf-8")) {
            throw new ApiException(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        }
        return true;
    }

    private static boolean storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0) {
                return false;
            }
            if (Character.isSurrogate(unit)) {
                if (Character.isLowSurrogate(unit)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
