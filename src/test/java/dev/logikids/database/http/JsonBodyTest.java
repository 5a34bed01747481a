package dev.logikids.database.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

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

    @Property(tries = 2000)
    void anyBytesAreReadOrRefused(@ForAll("bodies") byte[] bytes) {
        JsonBody body = new JsonBody(bytes, "application/json", null);
        try {
            assertThat(body.text("a").orElse("")).doesNotContain("\0");
        } catch (ApiException refused) {
            assertThat(refused.code()).isEqualTo(ProblemCode.MALFORMED_BODY);
            assertThatExceptionOfType(ApiException.class).isThrownBy(() -> body.field("a"));
        }
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        Arbitrary<byte[]> nearJson = Arbitraries.of(
                        "{", "}", "[", "]", "\"a\"", ":", ",", "\"", "\\u0000", "\\", "1e9", "null", "\0")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts).getBytes(StandardCharsets.UTF_8));
        return Arbitraries.oneOf(noise, nearJson);
    }
}
