package dev.logikids.database.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    private static final String LONG = "x".repeat(1024);

    private static final ObjectReader JACKSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static JsonBody json(String text) {
        return new JsonBody(text.getBytes(StandardCharsets.UTF_8), "application/json", null);
    }

    private static ProblemCode refusal(JsonBody body) {
        return org.assertj.core.api.Assertions.catchThrowableOfType(ApiException.class, () -> body.text("a"))
                .code();
    }

    @Test
    void textOfAField() {
        JsonBody body = json("{\"a\":\"text\",\"b\":5,\"c\":null,\"d\":{}}");
        assertThat(body.text("a")).hasValue("text");
        assertThat(body.text("b")).isEmpty();
        assertThat(body.text("c")).isEmpty();
        assertThat(body.text("d")).isEmpty();
        assertThat(body.text("missing")).isEmpty();
        assertThat(body.field("b").intValue()).isEqualTo(5);
        assertThat(body.field("missing").isMissingNode()).isTrue();
        assertThat(body).hasToString("JsonBody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", " [ ] ", "[{\"a\":\"b\"}]", "[\"a\",\"b\"]", "[[1],null,\"\\u0000\"]"})
    void anArrayHasNoFields(String text) {
        assertThat(json(text).text("a")).isEmpty();
        assertThat(json(text).field("0").isMissingNode()).isTrue();
    }

    @Test
    void theLastOfRepeatedFieldsCounts() {
        assertThat(json("{\"a\":\"1\",\"a\":\"2\"}").text("a")).hasValue("2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "null",
                "true",
                "5",
                "\"a\"",
                "[",
                "[]x",
                "[] []",
                "{\"a\":\"b\"}x",
                "{} {}",
                " ",
                "{'a':'b'}",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\u0000\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\udc00\\ud800\"}",
                "{\"a\":\"\\ud800x\"}",
                "// c\n{}"
            })
    void whatIsNoObjectOrCannotBeStoredIsMalformed(String text) {
        assertThat(refusal(json(text))).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @Test
    void surrogatePairsAreText() {
        assertThat(json("{\"a\":\"\\ud83d\\ude00\"}").text("a")).hasValue("😀");
    }

    @Test
    void deepNestingIsRefusedWithoutAStackOverflow() {
        String deep = "{\"x\":" + "[".repeat(500_000) + "]".repeat(500_000) + "}";
        assertThat(refusal(json(deep))).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(json("{\"x\":" + "[".repeat(20) + "]".repeat(20) + "}").text("a"))
                .isEmpty();
    }

    @Test
    void bytesThatAreNoUtf8AreMalformed() {
        byte[] bytes = "{\"a\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(refusal(new JsonBody(bytes, "application/json", null))).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-", "text/plain", "''", "application/x-www-form-urlencoded", "garbage", "application/vnd.x+json"})
    void anotherContentTypeCountsAsNoFields(String contentType) {
        JsonBody body = new JsonBody("{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_8), contentType, null);
        assertThat(body.text("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\""
            })
    void jsonInUtf8IsRead(String contentType) {
        JsonBody body = new JsonBody("{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_8), contentType, "identity");
        assertThat(body.text("a")).hasValue("b");
    }

    @Test
    void anotherCharsetOrACompressedBodyIsUnsupported() {
        byte[] bytes = "{}".getBytes(Charset.forName("UTF-16"));
        assertThat(refusal(new JsonBody(bytes, "application/json; charset=utf-16", null)))
                .isEqualTo(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        assertThat(refusal(new JsonBody(bytes, "application/json", "gzip")))
                .isEqualTo(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
    }

    @Test
    void noBodyHasNoFieldsWhateverItsType() {
        assertThat(new JsonBody(new byte[0], "application/json; charset=x", "gzip").text("a"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1023, 1024, 100_000})
    void aTextOfAnyLengthIsReadInBothForms(int length) {
        String text = "x".repeat(length);
        JsonBody body = json("{\"b\": \"y\", \"a\" : \"" + text + "\"}");
        assertThat(body.utf8("a").map(JsonBodyTest::decoded)).hasValue(text);
        assertThat(body.text("a")).hasValue(text);
        assertThat(body.utf8("b").map(JsonBodyTest::decoded)).hasValue("y");
        assertThat(body.utf8("missing")).isEmpty();
    }

    @Test
    void aLongTextIsNotCopied() {
        byte[] bytes = ("{\"a\":\"" + "x".repeat(1024) + "\"}").getBytes(StandardCharsets.UTF_8);
        JsonBody body = new JsonBody(bytes, "application/json", null);
        assertThat(body.utf8("a").orElseThrow().array()).isSameAs(bytes);
    }

    /** A tree by Jackson is what JsonBody promises; only what PostgreSQL cannot store is rejected beyond it. */
    @Property(edgeCases = EdgeCasesMode.NONE)
    void whatIsReadIsWhatJacksonsTreeHas(@ForAll("bodies") byte[] bytes) {
        Optional<JsonNode> tree = tree(bytes);
        for (String field : List.of("a", "b", "")) {
            Optional<JsonNode> expected = tree.map(fields -> fields.path(field))
                    .filter(value -> !value.isTextual() || isStorable(value.textValue()));
            JsonBody body = new JsonBody(bytes, "application/json", null);
            assertThat(readOrRejected(() -> Optional.of(body.field(field)))).isEqualTo(expected);
            assertThat(readOrRejected(() -> body.utf8(field).map(JsonBodyTest::decoded)))
                    .isEqualTo(expected.map(JsonNode::textValue));
            assertThat(readOrRejected(() -> body.text(field))).isEqualTo(expected.map(JsonNode::textValue));
        }
    }

    private static Optional<JsonNode> tree(byte[] bytes) {
        if (bytes.length == 0) {
            return Optional.of(JsonNodeFactory.instance.objectNode());
        }
        try {
            return Optional.of(JACKSON.readTree(bytes)).filter(JsonNode::isContainerNode);
        } catch (IOException rejected) {
            return Optional.empty();
        }
    }

    private static boolean isStorable(String text) {
        return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static <T> Optional<T> readOrRejected(Supplier<Optional<T>> read) {
        try {
            return read.get();
        } catch (ApiException rejected) {
            assertThat(rejected.code()).isEqualTo(ProblemCode.MALFORMED_BODY);
            return Optional.empty();
        }
    }

    private static String decoded(ByteBuffer utf8) {
        return StandardCharsets.UTF_8.decode(utf8.duplicate()).toString();
    }

    /** Noise, scraps of JSON, and objects with texts around the length from which they are not decoded. */
    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        Arbitrary<String> scraps = Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        "\"a\"",
                        ":",
                        ",",
                        "\"",
                        "\\u0000",
                        "\\",
                        "1e9",
                        "null",
                        "\0",
                        LONG,
                        "\"" + LONG + "\"")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
        Arbitrary<String> texts = Combinators.combine(
                        Arbitraries.of("", LONG.substring(1), LONG, LONG + LONG),
                        Arbitraries.of(
                                "",
                                "",
                                "",
                                "!",
                                "\u007f",
                                "\\n",
                                "\\\"",
                                "\\\\",
                                "\\u0041",
                                "\\u0000",
                                "\\ud800",
                                "\\x",
                                "\n",
                                "\0",
                                "ä",
                                "€",
                                "😀",
                                "\u4122\u2241"),
                        Arbitraries.of("", "A", LONG))
                .as((before, odd, after) -> '"' + before + odd + after + '"');
        Arbitrary<String> values = Arbitraries.frequencyOf(
                Tuple.of(4, texts),
                Tuple.of(1, texts.map(text -> "{\"a\":[" + text + "]}")),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "1", "01", "1e400", "9".repeat(1001), "null", "tru", "[".repeat(32) + "]".repeat(32))));
        Arbitrary<String> names = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.of("\"a\"", "\"b\"", "\"\"", "\"\\u0061\"")), Tuple.of(1, texts));
        Arbitrary<String> objects = Combinators.combine(names, Arbitraries.of(":", " :\n"), values)
                .as((name, colon, value) -> name + colon + value)
                .list()
                .ofMaxSize(4)
                .map(members -> "{" + String.join(", ", members) + "}");
        Arbitrary<byte[]> encoded = Combinators.combine(
                        Arbitraries.frequencyOf(Tuple.of(1, scraps), Tuple.of(4, objects)),
                        Arbitraries.of("", "", "", "", "\ufeff", " "),
                        Arbitraries.frequency(
                                Tuple.of(20, StandardCharsets.UTF_8),
                                Tuple.of(1, StandardCharsets.ISO_8859_1),
                                Tuple.of(1, StandardCharsets.UTF_16BE),
                                Tuple.of(1, StandardCharsets.UTF_16LE),
                                Tuple.of(1, Charset.forName("UTF-32BE"))))
                .as((text, before, charset) -> (before + text).getBytes(charset));
        Arbitrary<byte[]> damaged = Combinators.combine(
                        encoded.filter(bytes -> bytes.length > 0),
                        Arbitraries.integers().between(0, 1_000_000),
                        Arbitraries.bytes())
                .as((bytes, place, replacement) -> {
                    byte[] copy = bytes.clone();
                    copy[place % copy.length] = replacement;
                    return copy;
                });
        return Arbitraries.oneOf(noise, encoded, damaged);
    }
}
