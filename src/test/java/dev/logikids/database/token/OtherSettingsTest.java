package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.SmallLimits;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What settings other than the default ones change. */
@QuarkusTest
@TestProfile(SmallLimits.class)
class OtherSettingsTest extends ApiTest {

    @Test
    void withoutRotationTheSameTokenComesBack() {
        Answer entry = registered();

        for (int i = 0; i < 3; i++) {
            Answer answer = refresh(entry);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text("refreshToken")).isEqualTo(entry.text("refreshToken"));
        }
        assertThat(rows.number("SELECT count(*) FROM refresh_tokens WHERE user_id = ?", userId(entry)))
                .isEqualTo(1);
    }

    @Test
    void withoutRotationATokenInClearIsHashedAllTheSame() {
        String userId = rows.account(Rows.newUserId(), 5_000, null);
        String token = rows.legacyToken(userId, System.currentTimeMillis(), false);

        assertThat(api.post("/api/auth/refresh", token(token)).text("refreshToken"))
                .isEqualTo(token);

        assertThat(rows.texts("SELECT token FROM refresh_tokens WHERE user_id = ?", userId)
                        .get(0))
                .startsWith("sha256:");
    }

    @Test
    void anAddressThatATrustedProxyNamesHasItsOwnLimit() {
        Answer entry = registered();
        ApiClient guesser = api.with("X-Forwarded-For", "198.51.100.1, 192.0.2.1");
        JsonObject unknown = new JsonObject().put("code", "NONE-SUCH");
        for (int i = 0; i < SmallLimits.FAILED_ATTEMPTS; i++) {
            ApiClient disguised = api.with("X-Forwarded-For", "198.51.100." + i + ", 192.0.2.1");
            assertThat(disguised.post("/api/invite/check", unknown).status()).isEqualTo(200);
        }

        for (Answer limited : List.of(
                guesser.post("/api/invite/check", new JsonObject().put("code", rows.invite())),
                guesser.post("/api/invite/validate", unknown),
                guesser.post("/api/auth/login", user(Rows.newUserId())),
                guesser.post("/api/auth/refresh", token("x")),
                guesser.post("/api/auth/register", registration(Rows.newUserId(), rows.invite())))) {
            assertThat(limited.error()).isEqualTo("429 Too many failed attempts. Please try again later.");
            assertThat(Long.parseLong(limited.header("Retry-After"))).isBetween(3_500L, 3_600L);
        }
        assertThat(guesser.post("/api/auth/refresh", token(entry.text("refreshToken")))
                        .status())
                .isEqualTo(200);
        assertThat(guesser.post("/api/auth/login", user(userId(entry))).status())
                .isEqualTo(200);
        assertThat(registered().status()).isEqualTo(201);
    }

    private Answer refresh(Answer entry) {
        return api.post("/api/auth/refresh", token(entry.text("refreshToken")));
    }
}
