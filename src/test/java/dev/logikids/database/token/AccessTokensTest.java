package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.testsupport.MovableClock;
import dev.logikids.database.user.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokensTest {

    private static final String SECRET = "a secret with ${an} expression, 32+ bytes";
    private static final String OLD_SECRET = "the secret of last year, also 32 bytes";
    private static final UserId USER = new UserId("0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10");
    private static final long NOW = 1_800_000_000;
    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

    private final AccessTokens tokens = tokens(Map.of("JWT_SECRET", SECRET), NOW);

    @Test
    void anIssuedTokenHasExactlyTheHeaderAndTheClaimsThatClientsKnow() {
        String[] parts = tokens.issue(USER, "ABCD-EFGH").split("\\.");

        assertThat(text(parts[0])).isIn(HEADER, "{\"typ\":\"JWT\",\"alg\":\"HS256\"}");
        assertThat(text(parts[1]))
                .isEqualTo(
                        "{\"userId\":\"%s\",\"inviteCode\":\"ABCD-EFGH\",\"iat\":%d,\"exp\":%d}",
                        USER.text(), NOW, NOW + 3600);
        assertThat(parts[2]).isEqualTo(mac(SECRET, parts[0] + "." + parts[1]));
    }

    @Test
    void anIssuedTokenIsAccepted() {
        assertThat(tokens.verify("Bearer " + tokens.issue(USER, "ABCD-EFGH"))).isEqualTo(new AccessToken(USER));
    }

    @Test
    void anAccessTokenIsNotWrittenOut() {
        assertThat(new AccessToken(USER).toString()).doesNotContain(USER.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "null          | AUTHORIZATION_MISSING",
                "''            | AUTHORIZATION_MISSING",
                "Bearer        | AUTHORIZATION_FORMAT",
                "bearer abc    | AUTHORIZATION_FORMAT",
                "BEARER abc    | AUTHORIZATION_FORMAT",
                "Basic abc     | AUTHORIZATION_FORMAT",
                "'Bearer\tabc' | AUTHORIZATION_FORMAT",
                "'Bearer '     | TOKEN_INVALID",
                "Bearer abc    | TOKEN_INVALID",
                "Bearer a.b.c  | TOKEN_INVALID",
                "Bearer ..     | TOKEN_INVALID",
                "Bearer a.b.c.d.e | TOKEN_INVALID",
                "Bearer \uD800 | TOKEN_INVALID",
                "Bearer ŁŁŁ.é.é | TOKEN_INVALID",
            })
    void aHeaderWithoutATokenIsRefused(String header, ProblemCode code) {
        assertRefused(tokens, header, code);
    }

    @Test
    void aSecondBlankIsRefused() {
        assertRefused(tokens, "Bearer  " + tokens.issue(USER, "A"), ProblemCode.TOKEN_INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\",\"typ\":\"JWT\"}",
                "{\"alg\":\"HS384\",\"typ\":\"JWT\"}",
                "{\"alg\":\"HS512\",\"typ\":\"JWT\"}",
                "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
                "{\"alg\":\"hs256\",\"typ\":\"JWT\"}",
                "{\"alg\":256,\"typ\":\"JWT\"}",
                "{\"alg\":null}",
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
                "{\"alg\":\"HS256\",\"crit\":\"exp\"}",
                "{\"alg\":[\"HS256\"]}",
                "{\"typ\":\"JWT\"}",
                "{}",
                "[]",
                "null",
                "HS256",
            })
    void anyOtherHeaderIsRefused(String header) {
        assertRefused(tokens, "Bearer " + signed(SECRET, header, claims(NOW + 60)), ProblemCode.TOKEN_INVALID);
    }

    @Test
    void aTokenWithoutASignatureIsRefused() {
        String unsigned = encode("{\"alg\":\"none\"}") + "." + encode(claims(NOW + 60)) + ".";

        assertRefused(tokens, "Bearer " + unsigned, ProblemCode.TOKEN_INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "1",
                "\"text\"",
                "{",
                "",
                "{}",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\",\"inviteCode\":\"A\",\"iat\":1}",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\",\"exp\":\"1900000000\"}",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\",\"exp\":null}",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\",\"exp\":1900000000,\"nbf\":1800000001}",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\",\"exp\":1900000000,\"nbf\":\"x\"}",
                "{\"inviteCode\":\"A\",\"exp\":1900000000}",
                "{\"userId\":7,\"exp\":1900000000}",
                "{\"userId\":null,\"exp\":1900000000}",
            })
    void aSignedPayloadThatSaysNotEnoughIsRefused(String payload) {
        assertRefused(tokens, "Bearer " + signed(SECRET, HEADER, payload), ProblemCode.TOKEN_INVALID);
    }

    @Test
    void aTokenEndsExactlyAtItsExpiry() {
        assertThat(tokens.verify("Bearer " + signed(SECRET, HEADER, claims(NOW + 1)))
                        .userId())
                .isEqualTo(USER);
        assertRefused(tokens, "Bearer " + signed(SECRET, HEADER, claims(NOW)), ProblemCode.TOKEN_EXPIRED);
    }

    @Test
    void aTokenThatWasGoodEndsAtItsExpiryAllTheSame() {
        MovableClock clock = new MovableClock(Instant.ofEpochSecond(NOW));
        AccessTokens patient = tokens(Map.of("JWT_SECRET", SECRET), clock);
        String header = "Bearer " + patient.issue(USER, "A");
        assertThat(patient.verify(header)).isEqualTo(new AccessToken(USER));

        clock.advance(Duration.ofSeconds(3_599));
        assertThat(patient.verify(header)).isEqualTo(new AccessToken(USER));
        clock.advance(Duration.ofSeconds(1));
        assertRefused(patient, header, ProblemCode.TOKEN_EXPIRED);

        // a clock that is set back
        clock.advance(Duration.ofSeconds(-1));
        assertThat(patient.verify(header)).isEqualTo(new AccessToken(USER));
    }

    @Test
    void aTokenThatWasGoodIsTooYoungAgainWhenTheClockGoesBack() {
        MovableClock clock = new MovableClock(Instant.ofEpochSecond(NOW));
        AccessTokens patient = tokens(Map.of("JWT_SECRET", SECRET), clock);
        String header = "Bearer "
                + signed(
                        SECRET,
                        HEADER,
                        "{\"userId\":\"%s\",\"exp\":%d,\"nbf\":%d}".formatted(USER.text(), NOW + 60, NOW));
        assertThat(patient.verify(header)).isEqualTo(new AccessToken(USER));

        clock.advance(Duration.ofSeconds(-1));
        assertRefused(patient, header, ProblemCode.TOKEN_INVALID);
    }

    @Test
    void aTokenThatWasGoodIsRefusedWithAnyOtherSignatureHeaderOrPayload() {
        String token = tokens.issue(USER, "A");
        assertThat(tokens.verify("Bearer " + token)).isEqualTo(new AccessToken(USER));

        for (int at = 0; at < token.length(); at++) {
            char other = token.charAt(at) == 'A' ? 'B' : 'A';
            assertRefused(
                    tokens,
                    "Bearer " + token.substring(0, at) + other + token.substring(at + 1),
                    ProblemCode.TOKEN_INVALID);
        }
        assertThat(tokens.verify("Bearer " + token)).isEqualTo(new AccessToken(USER));
    }

    @Test
    void anExpiredTokenWithAWrongSignatureIsInvalidAndNotExpired() {
        assertRefused(tokens, "Bearer " + signed(OLD_SECRET, HEADER, claims(NOW - 1)), ProblemCode.TOKEN_INVALID);
    }

    @Test
    void everyOtherSpellingOfTheSignatureIsRefused() {
        String token = tokens.issue(USER, "A");
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ .";
        for (char other : alphabet.toCharArray()) {
            if (other != token.charAt(token.length() - 1)) {
                assertRefused(
                        tokens, "Bearer " + token.substring(0, token.length() - 1) + other, ProblemCode.TOKEN_INVALID);
            }
            assertRefused(tokens, "Bearer " + token + other, ProblemCode.TOKEN_INVALID);
        }
    }

    @Test
    void anIdThatNoAccountCanHaveIsNoAccount() {
        String payload = "{\"userId\":\"nobody\",\"inviteCode\":\"A\",\"exp\":" + (NOW + 60) + "}";

        assertRefused(tokens, "Bearer " + signed(SECRET, HEADER, payload), ProblemCode.USER_ACCOUNT_NOT_FOUND);
    }

    @Test
    void thePreviousSecretVerifiesAndTheNewOneSigns() {
        AccessTokens changed = tokens(Map.of("JWT_SECRET", SECRET, "JWT_SECRET_PREVIOUS", OLD_SECRET), NOW);

        assertThat(changed.verify("Bearer " + signed(OLD_SECRET, HEADER, claims(NOW + 60)))
                        .userId())
                .isEqualTo(USER);
        assertThat(tokens.verify("Bearer " + changed.issue(USER, "A")).userId()).isEqualTo(USER);
    }

    @Test
    void aSecretFromAFileLosesItsClosingLineBreakOnly(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        AccessTokens fromFile = tokens(Map.of("JWT_SECRET_FILE", file.toString()), NOW);

        assertThat(tokens.verify("Bearer " + fromFile.issue(USER, "A")).userId())
                .isEqualTo(USER);
    }

    @Test
    void aShortSecretIsRefusedAndNotShown() {
        assertThatThrownBy(() -> tokens(Map.of("JWT_SECRET", "short and secret"), NOW))
                .hasMessage("JWT_SECRET is too short: 16 bytes, at least 32 are needed");
    }

    private static void assertRefused(AccessTokens tokens, String header, ProblemCode code) {
        assertThatThrownBy(() -> tokens.verify(header))
                .asInstanceOf(type(ApiException.class))
                .extracting(ApiException::code)
                .isEqualTo(code);
    }

    static AccessTokens tokens(Map<String, String> settings, long nowSeconds) {
        return tokens(settings, Clock.fixed(Instant.ofEpochSecond(nowSeconds), ZoneOffset.UTC));
    }

    static AccessTokens tokens(Map<String, String> settings, Clock clock) {
        JwtSecrets secrets = new JwtSecrets(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .addDefaultInterceptors()
                .build());
        secrets.load(null);
        return new AccessTokens(secrets, clock, new TokenMetrics(new SimpleMeterRegistry()));
    }

    private static String claims(long expires) {
        return "{\"userId\":\"" + USER.text() + "\",\"inviteCode\":\"A\",\"iat\":1,\"exp\":" + expires + "}";
    }

    private static String signed(String secret, String header, String payload) {
        String content = encode(header) + "." + encode(payload);
        return content + "." + mac(secret, content);
    }

    private static String mac(String secret, String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String encoded) {
        return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
}
