package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.user.UserId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is done to a valid access token, it is no access token any more. */
class AccessTokensPropertyTest {

    private static final AccessTokens TOKENS =
            AccessTokensTest.tokens(Map.of("JWT_SECRET", "a secret of this test, 32 bytes or more"), 1_800_000_000);
    private static final UserId USER = new UserId("0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10");
    private static final String VALID = TOKENS.issue(USER, "ABCD-EFGH");

    @Property
    void noOtherTokenIsAccepted(@ForAll("tokens") String token) {
        if (token.equals(VALID)) {
            assertThat(TOKENS.verify("Bearer " + token).userId()).isEqualTo(USER);
            return;
        }
        assertThat(catchThrowable(() -> TOKENS.verify("Bearer " + token)))
                .as(token)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ProblemCode.TOKEN_INVALID));
    }

    @Property
    void anyHeaderIsAnsweredWithADocumentedError(@ForAll("headers") String header) {
        assertThat(catchThrowable(() -> TOKENS.verify(header)))
                .as(header)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.code())
                                .isIn(
                                        ProblemCode.AUTHORIZATION_MISSING,
                                        ProblemCode.AUTHORIZATION_FORMAT,
                                        ProblemCode.TOKEN_INVALID));
    }

    @Provide
    Arbitrary<String> tokens() {
        Arbitrary<String> edited = Combinators.combine(
                        Arbitraries.integers().between(0, VALID.length()),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.strings()
                                .withChars("AZaz09-_.=+/ \n\u0000é")
                                .ofMaxLength(3))
                .as((at, cut, piece) ->
                        VALID.substring(0, at) + piece + VALID.substring(Math.min(at + cut, VALID.length())));
        Arbitrary<String> header = Arbitraries.of(
                        "{\"alg\":\"none\"}",
                        "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
                        "{\"alg\":\"HS256\",\"alg\":\"none\"}",
                        "{\"alg\":[\"HS256\"]}",
                        "{\"alg\":null}",
                        "{\"alg\":\"HS256\",\"zip\":\"DEF\"}",
                        "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}",
                        "{\"alg\":\"dir\",\"enc\":\"A128GCM\"}",
                        "[]",
                        "null",
                        "")
                .map(AccessTokensPropertyTest::encoded);
        List<String> parts = List.of(VALID.split("\\."));
        Arbitrary<String> part = Arbitraries.oneOf(
                Arbitraries.of(parts),
                Arbitraries.of("", "e30", "bnVsbA", "W10", parts.get(2) + "="),
                header,
                Arbitraries.strings().ofMaxLength(12).map(AccessTokensPropertyTest::encoded));
        Arbitrary<String> assembled = part.list().ofMaxSize(5).map(list -> String.join(".", list));
        return Arbitraries.oneOf(edited, assembled);
    }

    @Provide
    Arbitrary<String> headers() {
        return Combinators.combine(
                        Arbitraries.of("", "Bearer ", "Bearer", "bearer ", "Basic "),
                        Arbitraries.strings().ofMaxLength(40))
                .as(String::concat);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
