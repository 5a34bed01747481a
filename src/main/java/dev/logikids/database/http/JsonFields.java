package dev.logikids.database.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The fields of a JSON object, as Jackson reads them into a tree. A long text, as the blob of an upload is, stays where it
 * is among the bytes of the body ({@link PlainText}); Jackson reads the rest, with an empty string in the text's place
 * (ADR 18).
 */
final class JsonFields {

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            // no request nests at all: enough for unknown fields, too little for the stack
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(32).build())
            // field names come from strangers; CANONICALIZE_FIELD_NAMES stays on: without it Jackson accepts
            // broken UTF-8
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build());

    private final Map<String, JsonNode> nodes = new HashMap<>();
    private final Map<String, ByteBuffer> plainTexts = new HashMap<>();

    private JsonFields() {}

    static JsonFields none() {
        return new JsonFields();
    }

    /**
     * Reads one object, or one array, which counts as an object without fields. Of a repeated field the last counts.
     *
     * @param body may be read later by {@link #plainText}: it must not change
     * @throws IOException for anything else; its message quotes the body
     */
    static JsonFields read(byte[] body) throws IOException {
        PlainText longText = PlainText.firstLong(body);
        JsonFields fields = new JsonFields();
        try (JsonParser parser = MAPPER.createParser(longText.cutOut())) {
            JsonToken start = parser.nextToken();
            if (start == JsonToken.START_OBJECT) {
                while (parser.nextFieldName() != null) {
                    fields.put(parser.currentName(), parser, longText);
                }
            } else if (start == JsonToken.START_ARRAY) {
                MAPPER.readTree(parser);
            } else {
                throw new StreamCorruptedException("neither an object nor an array");
            }
            if (parser.nextToken() != null) {
                throw new StreamCorruptedException("something follows the end");
            }
        }
        return fields;
    }

    private void put(String field, JsonParser parser, PlainText longText) throws IOException {
        if (parser.nextToken() == JsonToken.VALUE_STRING
                && parser.currentTokenLocation().getByteOffset() == longText.openingQuote()) {
            nodes.remove(field);
            plainTexts.put(field, longText.content());
        } else {
            plainTexts.remove(field);
            nodes.put(field, MAPPER.readTree(parser));
        }
    }

    /** The value of a field, a missing node when there is none. */
    JsonNode node(String field) {
        ByteBuffer plain = plainTexts.get(field);
        return plain == null
                ? nodes.getOrDefault(field, MissingNode.getInstance())
                : TextNode.valueOf(
                        StandardCharsets.US_ASCII.decode(plain.duplicate()).toString());
    }

    /** The text of a field that is a long one of ASCII characters; null for any other. */
    ByteBuffer plainText(String field) {
        return plainTexts.get(field);
    }
}
