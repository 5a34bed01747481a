package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.SmallLimits;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What settings other than the default ones change. */
@QuarkusTest
@TestProfile(SmallLimits.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OtherSettingsTest extends ApiTest {

    @Test
    @Order(1)
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
    @Order(1)
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
    @Order(2)
    void afterTooManyFailuresEveryFailureIsLimitedAndNoSuccessIs() {
        Answer entry = registered();
        JsonObject unknown = new JsonObject().put("code", "NONE-SUCH");
        assertThat(api.post("/api/invite/check", unknown).status()).isEqualTo(200);
        assertThat(api.post("/api/auth/login", user(Rows.newUserId())).error()).isEqualTo("404 Account not found");
        assertThat(api.post("/api/auth/refresh", token("x")).error()).isEqualTo("401 Invalid refresh token");

        for (Answer limited : new Answer[] {
            api.post("/api/invite/check", unknown),
            api.post("/api/invite/validate", unknown),
            api.post("/api/auth/login", user(Rows.newUserId())),
            api.post("/api/auth/refresh", token("x")),
            api.post("/api/auth/register", registration(Rows.newUserId(), "NONE-SUCH")),
        }) {
            assertThat(limited.error()).isEqualTo("429 Too many failed attempts. Please try again later.");
            assertThat(Long.parseLong(limited.header("Retry-After"))).isBetween(3_500L, 3_600L);
        }
        assertThat(refresh(entry).status()).isEqualTo(200);
        assertThat(api.post("/api/auth/login", user(userId(entry))).status()).isEqualTo(200);
        assertThat(registered().status()).isEqualTo(201);
    }

    private Answer refresh(Answer entry) {
        return api.post("/api/auth/refresh", token(entry.text("refreshToken")));
    }
}
