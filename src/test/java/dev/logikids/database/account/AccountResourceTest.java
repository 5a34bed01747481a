package dev.logikids.database.account;

import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class AccountResourceTest extends ApiTest {

    private static final String REGISTER = "/api/auth/register";
    private static final String LOGIN = "/api/auth/login";
    private static final long PAST = 1_000;
    private static final long FUTURE = 4_000_000_000_000L;
    private static final long YEAR = 31_536_000_000L;

    // ---- register

    @Test
    void aRegistrationAnswersTokensAndTheAccount() {
        String userId = Rows.newUserId();
        String code = rows.invite();
        long before = System.currentTimeMillis();

        Answer answer = api.post(REGISTER, registration(userId, " " + code.toLowerCase(Locale.ROOT) + " "));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.json().fieldNames()).containsExactly("accessToken", "refreshToken", "account");
        JsonObject account = answer.json().getJsonObject("account");
        assertThat(account.fieldNames()).containsExactly("user_id", "invite_code", "created_at", "last_seen");
        assertThat(account.getString("user_id")).isEqualTo(userId);
        assertThat(account.getString("invite_code")).isEqualTo(code);
        assertThat(account.getLong("created_at")).isBetween(before, System.currentTimeMillis());
        assertThat(account.getLong("last_seen")).isEqualTo(account.getLong("created_at"));
        assertThat(answer.text("refreshToken")).matches("[0-9a-f]{128}");
        assertThat(claims(answer.text("accessToken"))).containsExactlyInAnyOrder("userId", "inviteCode", "iat", "exp");
    }

    @Test
    void aRegistrationSpendsTheInviteAndStoresOnlyAHashOfTheToken() {
        Answer answer = registered();
        JsonObject account = answer.json().getJsonObject("account");

        assertThat(rows.texts(
                        "SELECT used_by || ' ' || used_at FROM invite_codes WHERE code = ?",
                        account.getString("invite_code")))
                .containsExactly(userId(answer) + " " + account.getLong("created_at"));
        assertThat(rows.texts("SELECT token FROM refresh_tokens WHERE user_id = ?", userId(answer)))
                .singleElement()
                .asString()
                .matches("sha256:[0-9a-f]{64}");
        assertThat(rows.number("SELECT expires_at - created_at FROM refresh_tokens WHERE user_id = ?", userId(answer)))
                .isEqualTo(YEAR);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                        | 400 Invalid userId format",
                "{\"userId\":\"\",\"inviteCode\":\"A\"}    | 400 Invalid userId format",
                "{\"userId\":7,\"inviteCode\":\"A\"}       | 400 Invalid userId format",
                "{\"userId\":null,\"inviteCode\":\"A\"}    | 400 Invalid userId format",
                "{\"userId\":\"x\"}                        | 400 Invalid inviteCode format",
                "{\"userId\":\"x\",\"inviteCode\":\"\"}    | 400 Invalid inviteCode format",
                "{\"userId\":\"x\",\"inviteCode\":[]}      | 400 Invalid inviteCode format",
                "{\"userId\":\"x\",\"inviteCode\":\"A\"}   | 400 userId must be a valid UUID",
                "{\"userId\":\" 0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\",\"inviteCode\":\"A\"} | 400 userId must be a valid UUID",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\\n\",\"inviteCode\":\"A\"} | 400 userId must be a valid UUID",
                "{\"userId\":\"0b7e4a0e57d54a549e6b8f3b6d1c2a10\",\"inviteCode\":\"A\"} | 400 userId must be a valid UUID",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\",\"inviteCode\":\"NONE-SUCH\"} | 404 Invite code not found",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a10\",\"inviteCode\":\"  \"} | 404 Invite code not found",
            })
    void aRegistrationIsCheckedInThisOrder(String body, String error) {
        assertThat(api.postText(REGISTER, "application/json", body).error()).isEqualTo(error);
    }

    @Test
    void anExpiredInviteIsExpiredEvenWhenItWasUsed() {
        assertThat(register(Rows.newUserId(), rows.invite(PAST, null)).error()).isEqualTo("400 Invite code expired");
        assertThat(register(Rows.newUserId(), rows.invite(PAST, "x")).error()).isEqualTo("400 Invite code expired");
    }

    @Test
    void aUsedInviteIsRefused() {
        assertThat(register(Rows.newUserId(), rows.invite(FUTURE, "x")).error())
                .isEqualTo("400 Invite code already used");
    }

    @Test
    void anEmptyUserInALegacyInviteIsNobody() {
        assertThat(register(Rows.newUserId(), rows.invite(FUTURE, "")).status()).isEqualTo(201);
    }

    @Test
    void anExistingAccountWinsOverEveryProblemOfTheInviteAndLeavesItOpen() {
        String userId = userId(registered());
        String open = rows.invite();

        for (String code : new String[] {open, "NONE-SUCH", rows.invite(PAST, null), rows.invite(FUTURE, "x")}) {
            assertThat(register(userId, code).error()).isEqualTo("409 User ID already exists");
            assertThat(register(userId.toUpperCase(Locale.ROOT), code).error()).isEqualTo("409 User ID already exists");
        }
        assertThat(register(Rows.newUserId(), open).status()).isEqualTo(201);
    }

    @Test
    void theLettersOfAnIdAreKeptAsTheyWereSent() {
        String userId = Rows.newUserId().toUpperCase(Locale.ROOT);

        Answer answer = register(userId, rows.invite());

        assertThat(userId(answer)).isEqualTo(userId);
        assertThat(api.get("/api/auth/verify", answer.text("accessToken")).text("userId"))
                .isEqualTo(userId);
    }

    @Test
    void aRegistrationThatIsSentTwiceMakesOneAccount() {
        String userId = Rows.newUserId();
        String code = rows.invite();

        assertThat(register(userId, code).status()).isEqualTo(201);
        assertThat(register(userId, code).error()).isEqualTo("409 User ID already exists");
        assertThat(rows.number("SELECT count(*) FROM refresh_tokens WHERE user_id = ?", userId))
                .isEqualTo(1);
    }

    // ---- login

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                  | 400 Invalid userId format",
                "{\"userId\":\"\"}   | 400 Invalid userId format",
                "{\"userId\":true}   | 400 Invalid userId format",
                "{\"userId\":\"x\"}  | 400 userId must be a valid UUID",
                "{\"userId\":\"0b7e4a0e-57d5-4a54-9e6b-8f3b6d1c2a11\"} | 404 Account not found",
            })
    void aLoginIsChecked(String body, String error) {
        assertThat(api.postText(LOGIN, "application/json", body).error()).isEqualTo(error);
    }

    @Test
    void aLoginShowsThePreviousLastSeenAndMovesIt() {
        String userId = rows.account(Rows.newUserId(), PAST, null);

        Answer first = api.post(LOGIN, user(userId));
        Answer second = api.post(LOGIN, user(userId));

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().getJsonObject("account").getLong("last_seen")).isEqualTo(PAST);
        assertThat(second.json().getJsonObject("account").getLong("last_seen")).isGreaterThan(PAST);
        assertThat(second.text("refreshToken")).isNotEqualTo(first.text("refreshToken"));
        assertThat(refresh(first).status()).isEqualTo(200);
        assertThat(refresh(second).status()).isEqualTo(200);
    }

    @Test
    void aRevokedAccountCannotLogIn() {
        String userId = rows.account(Rows.newUserId(), PAST, true);

        assertThat(api.post(LOGIN, user(userId)).error()).isEqualTo("403 Account has been revoked");
        assertThat(rows.number("SELECT count(*) FROM refresh_tokens WHERE user_id = ?", userId))
                .isZero();
    }

    @Test
    void anIdInAnotherLetterCaseIsTheSameAccount() {
        String userId = userId(registered());

        Answer answer = api.post(LOGIN, user(userId.toUpperCase(Locale.ROOT)));

        assertThat(userId(answer)).isEqualTo(userId);
    }

    @Test
    void aTwinOfTheLegacyServiceNeverReachesTheFirstAccount() {
        String first = rows.account(Rows.newUserId(), 5_000, false);
        String twin = rows.account(first.toUpperCase(Locale.ROOT), 6_000, false);
        String twinsToken = rows.legacyToken(twin, System.currentTimeMillis(), false);
        String firstsToken = rows.legacyToken(first, System.currentTimeMillis(), false);

        assertThat(api.post("/api/auth/refresh", token(twinsToken)).error()).isEqualTo("401 Invalid refresh token");
        assertThat(api.post("/api/auth/refresh", token(firstsToken)).status()).isEqualTo(200);
        assertThat(userId(api.post(LOGIN, user(twin)))).isEqualTo(first);
    }

    // ---- verify and account

    @ParameterizedTest
    @ValueSource(strings = {"verify", "account", "sessions", "account/export"})
    void everyBearerCallAnswersTheBearerErrors(String call) {
        String path = "/api/auth/" + call;

        assertThat(api.get(path).error()).isEqualTo("401 No authorization token provided");
        assertThat(api.with("Authorization", "Basic abc").get(path).error())
                .isEqualTo("401 Invalid authorization format. Use: Bearer <token>");
        assertThat(api.with("Authorization", "bearer abc").get(path).error())
                .isEqualTo("401 Invalid authorization format. Use: Bearer <token>");
        assertThat(api.get(path, "a.b.c").error()).isEqualTo("401 Invalid authentication token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "account", "sessions", "account/export"})
    void aRevocationActsAtOnce(String call) {
        Answer entry = registered();
        String path = "/api/auth/" + call;
        assertThat(api.get(path, entry.text("accessToken")).status()).isEqualTo(200);

        rows.run("UPDATE user_accounts SET revoked = true WHERE user_id = ?", userId(entry));

        assertThat(api.get(path, entry.text("accessToken")).error()).isEqualTo("401 User account not found");
    }

    @Test
    void verifyTellsWhoItIs() {
        Answer entry = registered();

        assertThat(api.get("/api/auth/verify", entry.text("accessToken")).body())
                .isEqualTo("{\"valid\":true,\"userId\":\"" + userId(entry) + "\"}");
    }

    @Test
    void theAccountIsTheOneOfTheToken() {
        Answer entry = registered();

        JsonObject account =
                api.get("/api/auth/account", entry.text("accessToken")).json();

        assertThat(account.getString("user_id")).isEqualTo(userId(entry));
        assertThat(account.fieldNames()).containsExactly("user_id", "invite_code", "created_at", "last_seen");
    }

    @Test
    void anAcceptedRequestMovesLastSeenWithinASecond() {
        Answer entry = registered();
        rows.run("UPDATE user_accounts SET last_seen = 7 WHERE user_id = ?", userId(entry));
        long before = System.currentTimeMillis();

        api.get("/api/auth/verify", entry.text("accessToken"));

        await().until(() -> lastSeen(entry) >= before);
        // the write may be under way when the second is over
        assertThat(rows.commitDelay("user_accounts", "last_seen", userId(entry)))
                .isLessThan(1_500);
    }

    @Test
    void lastSeenNeverGoesBack() {
        Answer entry = registered();
        Answer other = registered();
        rows.run("UPDATE user_accounts SET last_seen = ? WHERE user_id = ?", FUTURE, userId(entry));
        rows.run("UPDATE user_accounts SET last_seen = 7 WHERE user_id = ?", userId(other));

        api.get("/api/auth/verify", entry.text("accessToken"));
        api.get("/api/auth/verify", other.text("accessToken"));
        await().until(() -> lastSeen(other) > 7);

        assertThat(lastSeen(entry)).isEqualTo(FUTURE);
    }

    // ---- erasure and export

    @Test
    void anErasureRemovesEverythingAndSaysSo() {
        Answer entry = registered();
        String userId = userId(entry);
        String code = entry.json().getJsonObject("account").getString("invite_code");
        api.post(LOGIN, user(userId));
        storeData(userId);

        Answer answer = api.delete("/api/auth/account", entry.text("accessToken"));

        assertThat(answer.body())
                .isEqualTo("{\"success\":true,\"removed\":"
                        + "{\"user_sync_data\":1,\"refresh_tokens\":2,\"user_accounts\":1}}");
        assertThat(rows.number("SELECT count(*) FROM user_sync_data WHERE user_id = ?::uuid", userId))
                .isZero();
        assertThat(rows.number("SELECT count(*) FROM refresh_tokens WHERE user_id = ?", userId))
                .isZero();
        assertThat(rows.number("SELECT count(*) FROM user_accounts WHERE user_id = ?", userId))
                .isZero();
        assertThat(rows.number("SELECT count(*) FROM invite_codes WHERE used_by = ?", userId))
                .isZero();
        assertThat(register(Rows.newUserId(), code).error()).isEqualTo("400 Invite code already used");
        assertThat(api.delete("/api/auth/account", entry.text("accessToken")).error())
                .isEqualTo("401 User account not found");
        assertThat(refresh(entry).error()).isEqualTo("401 Invalid refresh token");
    }

    @Test
    void anErasureTouchesNobodyElse() {
        Answer entry = registered();
        Answer other = registered();
        storeData(userId(other));

        api.delete("/api/auth/account", entry.text("accessToken"));

        assertThat(rows.number("SELECT count(*) FROM user_sync_data WHERE user_id = ?::uuid", userId(other)))
                .isEqualTo(1);
        assertThat(refresh(other).status()).isEqualTo(200);
    }

    @Test
    void anExportHoldsAllButTheTokens() {
        Answer entry = registered();
        storeData(userId(entry));

        Answer answer = api.get("/api/auth/account/export", entry.text("accessToken"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        JsonObject export = answer.json();
        assertThat(export.getJsonObject("account").getString("user_id")).isEqualTo(userId(entry));
        assertThat(export.getJsonObject("invite").getString("used_by")).isEqualTo(userId(entry));
        assertThat(export.getJsonObject("sync").getString("encryptedBlob")).isEqualTo("QUJD");
        assertThat(export.getJsonArray("refresh_tokens")).hasSize(1);
        assertThat(answer.body()).doesNotContain(entry.text("refreshToken"), "sha256:");
    }

    private void storeData(String userId) {
        rows.run("""
                INSERT INTO user_sync_data (user_id, encrypted_blob, iv, timestamp, checksum, blob_size)
                VALUES (?::uuid, 'QUJD', 'AAAAAAAAAAAAAAAA', 1, repeat('a', 64), 3)
                """, userId);
    }

    private long lastSeen(Answer entry) {
        return rows.number("SELECT last_seen FROM user_accounts WHERE user_id = ?", userId(entry));
    }

    private Answer register(String userId, String code) {
        return api.post(REGISTER, registration(userId, code));
    }

    private Answer refresh(Answer entry) {
        return api.post("/api/auth/refresh", token(entry.text("refreshToken")));
    }

    private static Iterable<String> claims(String accessToken) {
        byte[] payload = Base64.getUrlDecoder().decode(accessToken.split("\\.")[1]);
        return new JsonObject(new String(payload, StandardCharsets.UTF_8)).fieldNames();
    }
}
