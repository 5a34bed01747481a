package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TokenResourceTest extends ApiTest {

    private static final String REFRESH = "/api/auth/refresh";
    private static final String LOGOUT = "/api/auth/logout";
    private static final long YEAR = 31_536_000_000L;

    @Inject
    MeterRegistry metrics;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"refreshToken\":\"\"}",
                "{\"refreshToken\":null}",
                "{\"refreshToken\":1}",
                "{\"refreshToken\":[\"a\"]}"
            })
    void aTokenThatIsMissingEmptyOrNoStringIsRefused(String body) {
        assertThat(api.postText(REFRESH, "application/json", body).error())
                .isEqualTo("400 Invalid refreshToken format");
        assertThat(api.postText(LOGOUT, "application/json", body).error()).isEqualTo("400 Invalid refreshToken format");
    }

    @Test
    void aRefreshAnswersANewPair() {
        Answer entry = registered();

        Answer answer = refresh(entry.text("refreshToken"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.json().fieldNames()).containsExactly("accessToken", "refreshToken");
        assertThat(answer.text("refreshToken")).matches("[0-9a-f]{128}").isNotEqualTo(entry.text("refreshToken"));
        assertThat(api.get("/api/auth/verify", answer.text("accessToken")).text("userId"))
                .isEqualTo(userId(entry));
        assertThat(refresh(answer.text("refreshToken")).status()).isEqualTo(200);
    }

    @Test
    void theDoubledPrefixOfOldFrontEndsWorksToo() {
        Answer entry = registered();

        assertThat(api.post("/api/api/auth/refresh", token(entry.text("refreshToken")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void nothingButTheExactTokenIsGood() {
        Answer entry = registered();
        String token = entry.text("refreshToken");
        String stored = rows.texts("SELECT token FROM refresh_tokens WHERE user_id = ?", userId(entry))
                .get(0);

        for (String other : new String[] {
            token.toUpperCase(Locale.ROOT),
            token + " ",
            " " + token,
            token.substring(1),
            stored,
            stored.substring(7),
            "x"
        }) {
            assertThat(refresh(other).error()).isEqualTo("401 Invalid refresh token");
        }
        assertThat(refresh(token).status()).isEqualTo(200);
    }

    @Test
    void aTokenInClearOfTheLegacyServiceIsGoodAndHashedWhenUsed() {
        String userId = rows.account(Rows.newUserId(), 5_000, null);
        String token = rows.legacyToken(userId, System.currentTimeMillis(), false);

        Answer answer = refresh(token);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(rows.texts("SELECT token FROM refresh_tokens WHERE user_id = ?", userId))
                .hasSize(2)
                .allMatch(stored -> stored.matches("sha256:[0-9a-f]{64}"));
        assertThat(refresh(token).text("refreshToken")).isEqualTo(answer.text("refreshToken"));
    }

    @Test
    void aTokenOfTheLegacyServiceThatIsRevokedOrUnfinishedIsInvalid() {
        String userId = rows.account(Rows.newUserId(), 5_000, false);

        assertThat(refresh(rows.legacyToken(userId, System.currentTimeMillis(), true))
                        .error())
                .isEqualTo("401 Invalid refresh token");
        assertThat(refresh(rows.legacyToken(userId, System.currentTimeMillis(), null))
                        .error())
                .isEqualTo("401 Invalid refresh token");
    }

    @Test
    void aTokenEndsAfterAYear() {
        String userId = rows.account(Rows.newUserId(), 5_000, false);

        assertThat(refresh(rows.legacyToken(userId, System.currentTimeMillis() - YEAR, false))
                        .error())
                .isEqualTo("401 Refresh token expired");
        assertThat(refresh(rows.legacyToken(userId, System.currentTimeMillis() - YEAR + 60_000, false))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aRevokedAccountIsForbidden() {
        Answer entry = registered();
        rows.run("UPDATE user_accounts SET revoked = true WHERE user_id = ?", userId(entry));

        assertThat(refresh(entry.text("refreshToken")).error()).isEqualTo("403 Account has been revoked");

        rows.run("UPDATE user_accounts SET revoked = false WHERE user_id = ?", userId(entry));
        assertThat(refresh(entry.text("refreshToken")).status()).isEqualTo(200);
    }

    @Test
    void withinTheGraceALostAnswerIsAnsweredAgain() {
        Answer entry = registered();
        String child = refresh(entry.text("refreshToken")).text("refreshToken");
        age(entry, 29_000);

        assertThat(refresh(entry.text("refreshToken")).text("refreshToken")).isEqualTo(child);

        String grandchild = refresh(child).text("refreshToken");
        assertThat(refresh(grandchild).status()).isEqualTo(200);
        assertThat(live(entry)).isEqualTo(1);
    }

    @Test
    void aReplayAfterTheGraceEndsTheWholeSessionAndNoOther() {
        Answer entry = registered();
        Answer other = api.post("/api/auth/login", user(userId(entry)));
        String child = refresh(entry.text("refreshToken")).text("refreshToken");
        age(entry, 31_000);
        double before = metrics.counter("logikids.tokens.reuse.detected").count();

        assertThat(refresh(entry.text("refreshToken")).error()).isEqualTo("401 Invalid refresh token");

        assertThat(rows.number(
                        "SELECT count(*) FROM refresh_tokens WHERE user_id = ? AND revoked_at IS NOT NULL",
                        userId(entry)))
                .isEqualTo(2);
        assertThat(refresh(child).error()).isEqualTo("401 Invalid refresh token");
        assertThat(refresh(entry.text("refreshToken")).error()).isEqualTo("401 Invalid refresh token");
        assertThat(refresh(other.text("refreshToken")).status()).isEqualTo(200);
        assertThat(metrics.counter("logikids.tokens.reuse.detected").count()).isEqualTo(before + 1);
    }

    @Test
    void aLogoutEndsItsSessionAndNoOtherAndMayBeRepeated() {
        Answer entry = registered();
        Answer other = api.post("/api/auth/login", user(userId(entry)));
        String child = refresh(entry.text("refreshToken")).text("refreshToken");

        for (int i = 0; i < 2; i++) {
            assertThat(logout(child).body()).isEqualTo("{\"success\":true}");
        }

        assertThat(refresh(child).error()).isEqualTo("401 Invalid refresh token");
        assertThat(refresh(entry.text("refreshToken")).error()).isEqualTo("401 Invalid refresh token");
        assertThat(refresh(other.text("refreshToken")).status()).isEqualTo(200);
    }

    @Test
    void aLogoutWithATokenInClearOfTheLegacyServiceWorks() {
        String userId = rows.account(Rows.newUserId(), 5_000, false);
        String token = rows.legacyToken(userId, System.currentTimeMillis(), false);

        assertThat(logout(token).status()).isEqualTo(200);

        assertThat(refresh(token).error()).isEqualTo("401 Invalid refresh token");
    }

    /** Else PostgreSQL may read all tokens of the user: the plan that a connection keeps, which knows no token and no user. */
    @Test
    void aRefreshFindsItsTokenByKeyHoweverManyTheUserHas() throws SQLException {
        String user = rows.account(Rows.newUserId(), 5_000, false);
        rows.run("INSERT INTO refresh_tokens (token, user_id, expires_at, created_at)"
                + " SELECT 'sha256:many-' || n, '" + user + "', 4102444800000, 1 FROM generate_series(1, 5000) n");
        rows.run("ANALYZE refresh_tokens, user_accounts");
        try (Connection connection = rows.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET plan_cache_mode = force_generic_plan");
            statement.execute("PREPARE refresh AS " + TokenRepository.USE);
            ResultSet plan = statement.executeQuery("EXPLAIN EXECUTE refresh ('sha256:many-7', 'many-7', 1, true)");
            List<String> lines = new ArrayList<>();
            while (plan.next()) {
                lines.add(plan.getString(1));
            }
            assertThat(lines)
                    .as("the presented token, then its row")
                    .anyMatch(line -> line.matches(".*refresh_tokens_token.* on refresh_tokens .*"))
                    .anyMatch(line -> line.contains("refresh_tokens_pkey on refresh_tokens token"))
                    .noneMatch(line ->
                            line.contains("Seq Scan on refresh_tokens") || line.contains("refresh_tokens_user_id"));
        }
        rows.run("DELETE FROM refresh_tokens WHERE user_id = ?", user);
    }

    @Test
    void anUnknownTokenLogsOutToo() {
        assertThat(logout("x").body()).isEqualTo("{\"success\":true}");
    }

    /** As if the session's tokens had been traded that much earlier. */
    private void age(Answer entry, long millis) {
        rows.run("UPDATE refresh_tokens SET retired_at = retired_at - ? WHERE user_id = ?", millis, userId(entry));
    }

    private long live(Answer entry) {
        return rows.number("SELECT count(*) FROM refresh_tokens WHERE user_id = ? AND revoked = false", userId(entry));
    }

    private Answer refresh(String refreshToken) {
        return api.post(REFRESH, token(refreshToken));
    }

    private Answer logout(String refreshToken) {
        return api.post(LOGOUT, token(refreshToken));
    }
}
