package dev.logikids.database.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;

/** Whatever a stranger sends is the stranger's fault, and tells nothing about the database. */
@QuarkusTest
class MalformedInputTest extends ApiTest {

    private static final int TRIES = 200;

    private static final Arbitrary<String> PATHS = Arbitraries.of(
            "/api/auth/register",
            "/api/auth/login",
            "/api/auth/refresh",
            "/api/api/auth/refresh",
            "/api/auth/logout",
            "/api/invite/check",
            "/api/invite/validate");

    private static final Arbitrary<String> TEXTS = Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(40),
            Arbitraries.strings().ascii().ofMaxLength(300),
            Arbitraries.of(
                    "",
                    " ",
                    "\u0000",
                    "a\u0000b",
                    "\ud800",
                    "'; DROP TABLE user_accounts; --",
                    "$1",
                    "%",
                    "\\",
                    "sha256:" + "0".repeat(64),
                    "0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a12",
                    "0".repeat(100_000)));

    private static final Arbitrary<Object> VALUES = Arbitraries.oneOf(
            TEXTS.asGeneric(),
            TEXTS.asGeneric(),
            Arbitraries.of(1, -1, 1.5e300, true, Long.MAX_VALUE, new JsonArray(), new JsonObject())
                    .asGeneric());

    private static final Arbitrary<String> BODIES = Arbitraries.oneOf(
            Arbitraries.maps(Arbitraries.of("userId", "inviteCode", "refreshToken", "code", "other"), VALUES)
                    .ofMaxSize(5)
                    .map(fields -> new JsonObject(new java.util.HashMap<>(fields)).encode()),
            Arbitraries.strings().ofMaxLength(60),
            Arbitraries.of("", "null", "[]", "1", "\"x\"", "{", "{\"userId\":", "{}{}", "[".repeat(5_000), "\ufeff{}"));

    private static final Arbitrary<String> TYPES = Arbitraries.of(
            "application/json", "application/json", "application/json;charset=utf-16", "text/plain", "x");

    @Test
    void aBodyNeverFailsTheService() {
        JqwikSession.run(() -> {
            for (int i = 0; i < TRIES; i++) {
                String path = PATHS.sample();
                String type = TYPES.sample();
                String body = BODIES.sample();

                Answer answer = api.postText(path, type, body);

                assertHarmless(path + " " + type + " " + body, answer);
            }
        });
    }

    @Test
    void anAuthorizationHeaderNeverFailsTheService() {
        Arbitrary<String> headers = Arbitraries.oneOf(
                Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(60),
                Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(60).map(text -> "Bearer " + text),
                Arbitraries.strings()
                        .withCharRange('a', 'z')
                        .withChars("-_=")
                        .ofMaxLength(30)
                        .list()
                        .ofMaxSize(6)
                        .map(parts -> "Bearer " + String.join(".", parts)));
        JqwikSession.run(() -> {
            for (int i = 0; i < TRIES; i++) {
                String header = headers.sample();

                Answer answer = api.getWith("/api/auth/verify", "Authorization", header);

                assertThat(answer.status()).as(header).isEqualTo(401);
                assertHarmless(header, answer);
            }
        });
    }

    private static void assertHarmless(String sent, Answer answer) {
        assertThat(answer.status()).as(sent).isLessThan(500);
        assertThat(answer.body().toLowerCase(Locale.ROOT))
                .as(sent)
                .doesNotContain("select", "insert", "sqlstate", "user_accounts", "refresh_tokens", "exception", "pg_");
    }
}
