package dev.logikids.database.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SessionResourceTest extends ApiTest {

    private static final String SESSIONS = "/api/auth/sessions";

    @Test
    void aSessionIsOneEntryHoweverOftenItIsRefreshed() {
        Answer entry = registered();
        long began = entry.json().getJsonObject("account").getLong("created_at");
        Answer refreshed = refresh(refresh(entry));

        JsonArray sessions = api.get(SESSIONS, refreshed.text("accessToken")).array();

        assertThat(sessions).hasSize(1);
        JsonObject session = sessions.getJsonObject(0);
        assertThat(session.fieldNames()).containsExactly("id", "created_at", "expires_at", "last_used_at");
        assertThat(session.getLong("created_at")).isBetween(began - 50, began + 50);
        assertThat(session.getLong("last_used_at")).isGreaterThanOrEqualTo(began);
        assertThat(session.getLong("expires_at")).isEqualTo(session.getLong("last_used_at") + 31_536_000_000L);
    }

    @Test
    void everyLoginIsASessionAndTheIdStaysWithARefresh() {
        Answer entry = registered();
        Answer second = api.post("/api/auth/login", user(userId(entry)));
        JsonArray before = api.get(SESSIONS, entry.text("accessToken")).array();

        refresh(second);

        JsonArray after = api.get(SESSIONS, entry.text("accessToken")).array();
        assertThat(before).hasSize(2);
        assertThat(after.getJsonObject(0).getLong("id"))
                .isEqualTo(before.getJsonObject(0).getLong("id"));
    }

    @Test
    void oneSessionCanBeEndedAndEndedAgain() {
        Answer entry = registered();
        long first = onlySession(entry);
        Answer second = api.post("/api/auth/login", user(userId(entry)));

        for (int i = 0; i < 2; i++) {
            assertThat(api.delete(SESSIONS + "/" + first, second.text("accessToken"))
                            .body())
                    .isEqualTo("{\"success\":true}");
        }

        assertThat(refresh(entry).error()).isEqualTo("401 Invalid refresh token");
        assertThat(refresh(second).status()).isEqualTo(200);
        assertThat(api.get(SESSIONS, second.text("accessToken")).array()).hasSize(1);
    }

    @Test
    void allSessionsCanBeEndedAndEndedAgain() {
        Answer entry = registered();
        Answer second = api.post("/api/auth/login", user(userId(entry)));
        refresh(second);

        assertThat(api.delete(SESSIONS, entry.text("accessToken")).body())
                .isEqualTo("{\"success\":true,\"revoked\":2}");
        assertThat(api.delete(SESSIONS, entry.text("accessToken")).body())
                .isEqualTo("{\"success\":true,\"revoked\":0}");

        assertThat(refresh(entry).error()).isEqualTo("401 Invalid refresh token");
        assertThat(refresh(second).error()).isEqualTo("401 Invalid refresh token");
        assertThat(api.get(SESSIONS, entry.text("accessToken")).array()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "99999999999999999999", "2147483648", "1%20OR%201=1"})
    void anUnknownSessionIsNotFound(String id) {
        assertThat(api.delete(SESSIONS + "/" + id, registered().text("accessToken"))
                        .error())
                .isEqualTo("404 Session not found");
    }

    @Test
    void theSessionOfAnotherUserIsNotFoundAndGoesOn() {
        Answer other = registered();

        assertThat(api.delete(SESSIONS + "/" + onlySession(other), registered().text("accessToken"))
                        .error())
                .isEqualTo("404 Session not found");
        assertThat(refresh(other).status()).isEqualTo(200);
    }

    private long onlySession(Answer entry) {
        return api.get(SESSIONS, entry.text("accessToken"))
                .array()
                .getJsonObject(0)
                .getLong("id");
    }

    private Answer refresh(Answer entry) {
        return api.post("/api/auth/refresh", token(entry.text("refreshToken")));
    }
}
