package dev.logikids.database.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.admin.AdminActions;
import dev.logikids.database.admin.Operator;
import dev.logikids.database.admin.Operator.Channel;
import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rounds;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.user.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What happens at once must end as if it had happened one after the other. */
@QuarkusTest
class RaceTest extends ApiTest {

    @Inject
    AdminActions operators;

    @Test
    void oneInviteMakesOneAccount() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            String code = rows.invite();

            List<Answer> answers = ApiClient.atOnce(2, () -> register(Rows.newUserId(), code));

            assertThat(answers.stream().map(Answer::status)).containsExactlyInAnyOrder(201, 400);
            assertThat(answers.stream().filter(answer -> answer.status() == 400).map(Answer::error))
                    .containsExactly("400 Invite code already used");
            assertThat(rows.number("SELECT count(*) FROM user_accounts WHERE invite_code = ?", code))
                    .isEqualTo(1);
        }
    }

    @Test
    void oneIdInAnyLetterCaseMakesOneAccountAndTheLosersInviteStaysOpen() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            String userId = Rows.newUserId();
            String twin = round % 2 == 0 ? userId : userId.toUpperCase(Locale.ROOT);
            String first = rows.invite();
            String second = rows.invite();

            List<Answer> answers = ApiClient.atOnce(() -> register(userId, first), () -> register(twin, second));

            assertThat(answers.stream().map(Answer::status)).containsExactlyInAnyOrder(201, 409);
            assertThat(rows.number(
                            "SELECT count(*) FROM invite_codes WHERE code IN (?, ?) AND used_by IS NULL",
                            first,
                            second))
                    .isEqualTo(1);
        }
    }

    @Test
    void fortyRegistrationsAtOnceAllSucceed() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            List<Answer> answers = ApiClient.atOnce(40, () -> register(Rows.newUserId(), rows.invite()));

            assertThat(answers).extracting(Answer::status).containsOnly(201);
        }
    }

    @Test
    void aHundredRefreshesOfOneTokenHaveOneChild() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            Answer entry = registered();

            List<Answer> answers = ApiClient.atOnce(100, () -> refresh(entry.text("refreshToken")));

            assertThat(answers).extracting(Answer::status).containsOnly(200);
            assertThat(answers.stream()
                            .map(answer -> answer.text("refreshToken"))
                            .distinct())
                    .hasSize(1);
            assertThat(rows.number("SELECT count(*) FROM refresh_tokens WHERE user_id = ?", userId(entry)))
                    .isEqualTo(2);
            assertThat(live(entry)).isEqualTo(1);
        }
    }

    @Test
    void aRefreshNeverOutlivesTheEndOfAllSessions() {
        AtomicInteger refreshed = new AtomicInteger();
        for (int round = 0; round < Rounds.COUNT; round++) {
            Answer entry = registered();

            List<Answer> answers = ApiClient.atOnce(
                    () -> refresh(entry.text("refreshToken")),
                    () -> api.deleteLater("/api/auth/sessions", entry.text("accessToken")));

            assertThat(answers.get(1).status()).isEqualTo(200);
            assertThat(live(entry)).isZero();
            refreshed.addAndGet(answers.get(0).status() == 200 ? 1 : 0);
        }
        // both orders have been seen, or nothing has been tried
        assertThat(refreshed.get()).isBetween(1, Rounds.COUNT);
    }

    @Test
    void aRefreshNeverOutlivesALogout() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            Answer entry = registered();

            ApiClient.atOnce(
                    () -> refresh(entry.text("refreshToken")),
                    () -> api.postLater("/api/auth/logout", token(entry.text("refreshToken"))));

            assertThat(live(entry)).isZero();
        }
    }

    @Test
    void neitherARefreshNorALoginOutlivesTheRevocationOfTheAccount() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            Answer entry = registered();

            ApiClient.atOnce(
                    () -> refresh(entry.text("refreshToken")),
                    () -> api.postLater("/api/auth/login", user(userId(entry))),
                    () -> operators
                            .revokeAccount(
                                    new Operator("test", Channel.COMMAND, "127.0.0.1"), new UserId(userId(entry)))
                            .subscribeAsCompletionStage()
                            .thenApply(ids -> null));

            assertThat(live(entry)).isZero();
            assertThat(refresh(entry.text("refreshToken")).join().error()).isEqualTo("403 Account has been revoked");
        }
    }

    @Test
    void twoReplaysAndARefreshOfTheChildLeaveNothing() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            Answer entry = registered();
            String child = refresh(entry.text("refreshToken")).join().text("refreshToken");
            rows.run("UPDATE refresh_tokens SET retired_at = 0 WHERE user_id = ? AND revoked", userId(entry));

            ApiClient.atOnce(
                    () -> refresh(child),
                    () -> refresh(entry.text("refreshToken")),
                    () -> refresh(entry.text("refreshToken")));

            assertThat(live(entry)).isZero();
        }
    }

    @Test
    void anErasureAtTheSameTimeAsALoginLeavesNothing() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            Answer entry = registered();

            List<Answer> answers = ApiClient.atOnce(
                    () -> api.postLater("/api/auth/login", user(userId(entry))),
                    () -> api.deleteLater("/api/auth/account", entry.text("accessToken")));

            assertThat(answers.get(0).status()).isIn(200, 404);
            assertThat(answers.get(1).status()).isEqualTo(200);
            assertThat(rows.number("SELECT count(*) FROM refresh_tokens WHERE user_id = ?", userId(entry)))
                    .isZero();
        }
    }

    @Test
    void anErasureAtTheSameTimeAsAnUploadLeavesNothing() {
        for (int round = 0; round < Rounds.COUNT; round++) {
            Answer entry = registered();

            List<Answer> answers = ApiClient.atOnce(
                    () -> api.as(entry.text("accessToken")).putLater("/api/sync/" + userId(entry), upload()),
                    () -> api.deleteLater("/api/auth/account", entry.text("accessToken")));

            assertThat(answers.get(0).status()).isIn(200, 401);
            assertThat(answers.get(1).status()).isEqualTo(200);
            assertThat(rows.number("SELECT count(*) FROM user_sync_data WHERE user_id = ?::uuid", userId(entry)))
                    .isZero();
        }
    }

    private long live(Answer entry) {
        return rows.number("SELECT count(*) FROM refresh_tokens WHERE user_id = ? AND revoked = false", userId(entry));
    }

    private CompletableFuture<Answer> register(String userId, String code) {
        return api.postLater("/api/auth/register", registration(userId, code));
    }

    private CompletableFuture<Answer> refresh(String refreshToken) {
        return api.postLater("/api/auth/refresh", token(refreshToken));
    }
}
