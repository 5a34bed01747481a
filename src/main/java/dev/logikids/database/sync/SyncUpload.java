package dev.logikids.database.sync;

import com.fasterxml.jackson.databind.JsonNode;
import dev.logikids.database.http.JsonBody;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.FieldError;
import dev.logikids.database.problem.ProblemCode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The checked body of a PUT.
 *
 * @param encryptedBlob its text in UTF-8
 */
@Schema(
        requiredProperties = {"encryptedBlob", "iv", "timestamp", "checksum"},
        examples = """
                {"encryptedBlob": "c29tZSBjaXBoZXJ0ZXh0", "iv": "MTIzNDU2Nzg5MDEy", "timestamp": 1767225600000,
                  "checksum": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
                """)
record SyncUpload(
        @Schema(implementation = String.class) ByteBuffer encryptedBlob, String iv, long timestamp, String checksum) {

    private static final int MAX_BLOB = 1_000_000;
    private static final Pattern IV = Pattern.compile("[A-Za-z0-9+/]{16}");
    private static final Pattern CHECKSUM = Pattern.compile("[0-9A-Fa-f]{64}");
    /** 1 for the digits of base64, in its usual form and in that of URLs, otherwise 0. */
    private static final byte[] DIGIT = new byte[256];

    static {
        for (byte digit : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
                .getBytes(StandardCharsets.US_ASCII)) {
            DIGIT[digit] = 1;
        }
    }

    private static final String INVALID_TYPE = "invalid_type";
    private static final String TOO_SMALL = "too_small";
    private static final String TOO_BIG = "too_big";

    /**
     * Checks all fields and reports every invalid one, with the messages of the legacy service.
     *
     * @throws ApiException PAYLOAD_TOO_LARGE for a blob of more than 1 000 000 characters, VALIDATION with details, or
     *     what {@link JsonBody} throws
     */
    static SyncUpload from(JsonBody body) {
        Optional<ByteBuffer> blob = body.utf8("encryptedBlob");
        if (blob.filter(SyncUpload::isTooLarge).isPresent()) {
            throw new ApiException(ProblemCode.PAYLOAD_TOO_LARGE);
        }
        JsonNode iv = body.field("iv");
        JsonNode timestamp = body.field("timestamp");
        JsonNode checksum = body.field("checksum");
        List<FieldError> errors = new ArrayList<>();
        if (blob.isEmpty()) {
            isType("encryptedBlob", body.field("encryptedBlob"), "string", errors);
        } else if (!blob.get().hasRemaining()) {
            errors.add(new FieldError("encryptedBlob", "String must contain at least 1 character(s)", TOO_SMALL));
        }
        checkText("iv", iv, 16, IV, errors);
        checkTimestamp(timestamp, errors);
        checkText("checksum", checksum, 64, CHECKSUM, errors);
        if (!errors.isEmpty()) {
            throw new ApiException(ProblemCode.VALIDATION, errors);
        }
        return new SyncUpload(
                blob.get(),
                iv.textValue(),
                timestamp.longValue(),
                checksum.textValue().toLowerCase(Locale.ROOT));
    }

    /** Returns how many bytes the blob decodes to; as in the legacy service, foreign characters are skipped. */
    int decodedSize() {
        int digits = 0;
        for (int i = 0; i < encryptedBlob.limit(); i++) {
            digits += DIGIT[encryptedBlob.get(i) & 0xff];
        }
        return digits * 3 / 4;
    }

    @Override
    public String toString() {
        return "SyncUpload[" + encryptedBlob.remaining() + " bytes]";
    }

    private static boolean isTooLarge(ByteBuffer blob) {
        // no text has more characters than bytes
        return blob.remaining() > MAX_BLOB
                && StandardCharsets.UTF_8.decode(blob.duplicate()).length() > MAX_BLOB;
    }

    private static void checkText(String field, JsonNode value, int length, Pattern pattern, List<FieldError> errors) {
        if (!isType(field, value, "string", errors)) {
            return;
        }
        String text = value.textValue();
        if (text.length() != length) {
            errors.add(new FieldError(
                    field,
                    "String must contain exactly " + length + " character(s)",
                    text.length() < length ? TOO_SMALL : TOO_BIG));
        } else if (!pattern.matcher(text).matches()) {
            errors.add(new FieldError(field, "Invalid", "invalid_string"));
        }
    }

    private static void checkTimestamp(JsonNode value, List<FieldError> errors) {
        if (!isType("timestamp", value, "number", errors)) {
            return;
        }
        double number = value.doubleValue();
        if (value.isFloatingPointNumber() && (Double.isInfinite(number) || number != Math.rint(number))) {
            errors.add(new FieldError("timestamp", "Expected integer, received float", INVALID_TYPE));
        } else if (number <= 0) {
            errors.add(new FieldError("timestamp", "Number must be greater than 0", TOO_SMALL));
        } else if (isAboveLong(value)) {
            errors.add(new FieldError("timestamp", "Number must be less than or equal to " + Long.MAX_VALUE, TOO_BIG));
        }
    }

    private static boolean isAboveLong(JsonNode number) {
        return number.isFloatingPointNumber()
                // 2^63: the next smaller double fits
                ? number.doubleValue() >= 0x1p63
                : number.bigIntegerValue().compareTo(BigInteger.valueOf(Long.MAX_VALUE)) > 0;
    }

    private static boolean isType(String field, JsonNode value, String expected, List<FieldError> errors) {
        if (value.isMissingNode()) {
            errors.add(new FieldError(field, "Required", INVALID_TYPE));
            return false;
        }
        String actual = value.getNodeType().name().toLowerCase(Locale.ROOT);
        if (!actual.equals(expected)) {
            errors.add(new FieldError(field, "Expected " + expected + ", received " + actual, INVALID_TYPE));
            return false;
        }
        return true;
    }
}
