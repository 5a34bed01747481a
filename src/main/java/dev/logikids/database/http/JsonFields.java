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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a JSON object, as Jackson reads them into a tree; but a long plain text, as the blob of an upload is,
 * stays where it is among the bytes of the body and is not decoded (ADR 18).
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

    // below it a String costs next to nothing
    private static final int LONG = 1024;

    /** By byte, whether it is a character of its own in a string of JSON, and the same one in UTF-8 and Latin-1. */
    private static final boolean[] PLAIN = new boolean[256];

    static {
        Arrays.fill(PLAIN, ' ', 128, true);
        PLAIN['"'] = false;
        PLAIN['\\'] = false;
    }

    private final Map<String, JsonNode> nodes = new HashMap<>();
    private final Map<String, ByteBuffer> plainTexts = new HashMap<>();

    private JsonFields() {}

    static JsonFields none() {
        return new JsonFields();
    }

    /**
     * Reads one object, or one array, which counts as an object without fields. Of a repeated field the last counts.
     *
     * @param body must not change afterwards: long texts are read from it later
     * @throws IOException for anything else; its message quotes the body
     */
    static JsonFields read(byte[] body) throws IOException {
        JsonFields fields = new JsonFields();
        try (JsonParser parser = MAPPER.createParser(body)) {
            JsonToken start = parser.nextToken();
            if (start == JsonToken.START_OBJECT) {
                for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                    fields.put(field, parser, body);
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

    private void put(String field, JsonParser parser, byte[] body) throws IOException {
        Optional<ByteBuffer> longText = parser.nextToken() == JsonToken.VALUE_STRING
                ? longPlainText(body, (int) parser.currentTokenLocation().getByteOffset())
                : Optional.empty();
        if (longText.isPresent()) {
            nodes.remove(field);
            plainTexts.put(field, longText.get());
        } else {
            plainTexts.remove(field);
            nodes.put(field, MAPPER.readTree(parser));
        }
    }

    /**
     * The content of a string of at least 1 KB that is all of plain bytes. The parser checks it too when it skips it.
     *
     * @param openingQuote -1 in UTF-16 and UTF-32, in which the parser does not count bytes
     */
    private static Optional<ByteBuffer> longPlainText(byte[] body, int openingQuote) {
        if (openingQuote < 0) {
            return Optional.empty();
        }
        int from = openingQuote + 1;
        int to = from;
        while (to < body.length && PLAIN[body[to] & 0xff]) {
            to++;
        }
        boolean closed = to < body.length && body[to] == '"';
        return closed && to - from >= LONG
                ? Optional.of(ByteBuffer.wrap(body, from, to - from).slice())
                : Optional.empty();
    }

    /** The value of a field, a missing node when there is none. */
    JsonNode node(String field) {
        return plainText(field)
                .<JsonNode>map(text -> TextNode.valueOf(
                        StandardCharsets.ISO_8859_1.decode(text.duplicate()).toString()))
                .orElseGet(() -> nodes.getOrDefault(field, MissingNode.getInstance()));
    }

    /** A long plain text, in ASCII; empty for any other value. */
    Optional<ByteBuffer> plainText(String field) {
        return Optional.ofNullable(plainTexts.get(field));
    }
}
