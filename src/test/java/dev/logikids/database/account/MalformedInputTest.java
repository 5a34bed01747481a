package dev.logikids.database.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                    .map(fields -> new JsonObject(new HashMap<>(fields)).encode()),
            Arbitraries.strings().ofMaxLength(60),
            Arbitraries.of("", "null", "[]", "1", "\"x\"", "{", "{\"userId\":", "{}{}", "[".repeat(5_000), "\ufeff{}"));

    private static final Arbitrary<String> TYPES = Arbitraries.of(
            "application/json", "application/json", "application/json;charset=utf-16", "text/plain", "x");

    private static final Arbitrary<String> CONDITIONS = Arbitraries.oneOf(
            Arbitraries.of("*", "\"a\"", "W/\"a\"", "\"", ",", "\"a\",\"b\"", "\"a\" \"b\"", "'", "a"),
            Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(60));

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

    @ParameterizedTest
    @CsvSource({
        "/api/auth/register, Invalid userId format",
        "/api/auth/login, Invalid userId format",
        "/api/auth/refresh, Invalid refreshToken format",
        "/api/api/auth/refresh, Invalid refreshToken format",
        "/api/auth/logout, Invalid refreshToken format",
        "/api/invite/check, Invalid code format",
        "/api/invite/validate, Invalid code format",
    })
    void anArrayCountsAsAnObjectWithoutFields(String path, String error) {
        String right = new JsonObject()
                .put("userId", Rows.newUserId())
                .put("refreshToken", "0".repeat(128))
                .put("code", rows.invite())
                .encode();
        for (String array : List.of("[]", "[1,2]", "[" + right + "]")) {
            assertThat(api.postText(path, "application/json", array).whole())
                    .isEqualTo("400 " + new JsonObject().put("error", error).encode());
        }
    }

    @Test
    void anArrayAsAnUploadLacksEveryField() {
        Answer entry = registered();
        Answer answer = api.as(entry.text("accessToken"))
                .send("PUT", "/api/sync/" + userId(entry), "application/json", "[" + upload() + "]")
                .join();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().getJsonArray("details"))
                .extracting(detail -> ((JsonObject) detail).getString("message"))
                .containsExactly("Required", "Required", "Required", "Required");
    }

    @Test
    void anUploadOfAUserNeverFailsTheService() {
        Answer entry = registered();
        String path = "/api/sync/" + userId(entry);
        Arbitrary<String> uploads = Arbitraries.oneOf(
                Arbitraries.maps(Arbitraries.of("encryptedBlob", "iv", "timestamp", "checksum", "other"), VALUES)
                        .ofMaxSize(2)
                        .map(bad -> upload().mergeIn(new JsonObject(new HashMap<>(bad)))
                                .encode()),
                BODIES);
        JqwikSession.run(() -> {
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < 2 * TRIES; i++) {
                String type = TYPES.sample();
                String body = uploads.sample();
                String condition = CONDITIONS.sample();

                Answer answer = api.as(entry.text("accessToken"))
                        .with(i % 2 == 0 ? "If-Match" : "If-None-Match", condition)
                        .send("PUT", path, type, body)
                        .join();

                assertHarmless(type + " " + condition + " " + body, answer);
                seen.add(answer.status());
            }
            assertThat(seen).contains(200, 400, 412);
        });
        assertThat(api.get(path, entry.text("accessToken")).status()).isIn(200, 404);
    }

    @Test
    void aPathOfAUserNeverFailsTheService() {
        Answer entry = registered();
        Arbitrary<String> segments = Arbitraries.oneOf(
                TEXTS, Arbitraries.of(userId(entry), userId(entry).toUpperCase(Locale.ROOT), ".", "..", ";a=b"));
        JqwikSession.run(() -> {
            for (int i = 0; i < TRIES; i++) {
                String segment = URLEncoder.encode(segments.sample(), StandardCharsets.UTF_8);
                for (String path : List.of("/api/sync/" + segment, "/api/auth/sessions/" + segment)) {
                    if (path.length() < 4_000) {
                        assertHarmless(path, api.get(path, entry.text("accessToken")));
                        assertHarmless(path, api.delete(path, entry.text("accessToken")));
                    }
                }
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

                Answer answer = api.with("Authorization", header).get("/api/auth/verify");

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
