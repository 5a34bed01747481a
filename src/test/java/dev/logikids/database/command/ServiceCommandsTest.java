package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ServiceCommandsTest extends ApiTest {

    private static final long PAST = 1_000;
    private static final long FUTURE = 4_000_000_000_000L;

    /** What a command did: its exit code and what it wrote. */
    private record Outcome(int code, String out, String err) {}

    @Test
    void aCreatedInviteOpensARegistration() {
        long before = System.currentTimeMillis();

        Outcome created = run("invites", "create", "for", "class", "3b");

        assertThat(created.code()).isZero();
        assertThat(created.out()).matches("[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}\\R");
        assertThat(created.err()).contains("database: ").doesNotContain("development@", ":development");
        String code = created.out().strip();
        JsonObject listed = listed(code);
        assertThat(listed.getString("status")).isEqualTo("valid");
        assertThat(listed.getString("note")).isEqualTo("for class 3b");
        assertThat(listed.getLong("expires_at") - listed.getLong("created_at")).isEqualTo(7 * 24 * 3_600_000L);
        assertThat(listed.getLong("created_at")).isBetween(before, System.currentTimeMillis());
        assertThat(api.post("/api/auth/register", registration(Rows.newUserId(), code))
                        .status())
                .isEqualTo(201);
        assertThat(listed(code).getString("status")).isEqualTo("used");
    }

    @Test
    void invitesAreListedTheNewestFirstWithTheirStatus() {
        String expired = rows.invite(PAST, null);
        String used = rows.invite(FUTURE, "somebody");
        String emptyUser = rows.invite(FUTURE, "");
        String newest = run("invites", "create").out().strip();

        String list = run("invites", "list").out();

        assertThat(list).containsPattern(expired + " +expired ");
        assertThat(list).containsPattern(used + " +used ");
        assertThat(list).containsPattern(emptyUser + " +valid ");
        assertThat(list.indexOf(newest)).isLessThan(list.indexOf(expired));
    }

    @Test
    void anInviteIsRemovedOnceAndNotTwice() {
        String code = rows.invite();

        Outcome removed = run("invites", "remove", code.toLowerCase(Locale.ROOT));
        Outcome again = run("invites", "remove", code);

        assertThat(removed.code()).isZero();
        assertThat(removed.out()).contains("removed " + code);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("there is no invite code " + code);
    }

    @Test
    void anInviteThatAnAccountUsesStays() {
        String code = registered().json().getJsonObject("account").getString("invite_code");

        Outcome refused = run("invites", "remove", code);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("an account was made with " + code);
        assertThat(rows.number("SELECT count(*) FROM invite_codes WHERE code = ?", code))
                .isEqualTo(1);
    }

    @Test
    void anAccountIsShutOutAndLetInAgain() {
        Answer entry = registered();
        String userId = userId(entry);

        for (int i = 0; i < 2; i++) {
            Outcome revoked = run("accounts", "revoke", userId.toUpperCase(Locale.ROOT));
            assertThat(revoked.code()).isZero();
            assertThat(revoked.out()).contains("revoked " + userId);
            assertThat(revoked.err()).contains("database: ");
        }
        assertThat(api.get("/api/auth/verify", entry.text("accessToken")).error())
                .isEqualTo("401 User account not found");
        assertThat(refresh(entry).error()).isEqualTo("403 Account has been revoked");
        assertThat(api.post("/api/auth/login", user(userId)).error()).isEqualTo("403 Account has been revoked");
        assertThat(run("accounts", "list").out()).containsPattern(userId + " +revoked ");

        for (int i = 0; i < 2; i++) {
            assertThat(run("accounts", "restore", userId).out()).contains("restored " + userId);
        }
        assertThat(api.get("/api/auth/verify", entry.text("accessToken")).status())
                .isEqualTo(200);
        assertThat(api.post("/api/auth/login", user(userId)).status()).isEqualTo(200);
        assertThat(refresh(entry).error()).isEqualTo("401 Invalid refresh token");
        assertThat(run("accounts", "list", "--json").out()).contains(userId);
    }

    @Test
    void anUnknownAccountIsAnError() {
        Outcome outcome = run("accounts", "revoke", "nobody");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("there is no account nobody");
    }

    @Test
    void aUsageErrorPrintsTheUsage() {
        for (String[] words : new String[][] {{"invites"}, {"accounts"}, {"invites", "remove"}, {"accounts", "x"}}) {
            Outcome outcome = run(words);

            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err()).contains("Usage: ");
        }
    }

    private JsonObject listed(String code) {
        return new JsonArray(run("invites", "list", "--json").out())
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(invite -> invite.getString("code").equals(code))
                        .findFirst()
                        .orElseThrow();
    }

    private Answer refresh(Answer entry) {
        return api.post("/api/auth/refresh", token(entry.text("refreshToken")));
    }

    private static Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = RootCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
        return new Outcome(code, out.toString(), err.toString());
    }
}
