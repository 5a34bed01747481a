package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.postgresql.Page;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
class ServiceCommandsTest extends ApiTest {

    private static final long PAST = 1_000;
    private static final long FUTURE = 4_000_000_000_000L;

    @TempDir
    Path folder;

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
    void aClassGetsCardsWithItsCodes() throws Exception {
        Path cards = folder.resolve("class.html");

        Outcome created =
                run("invites", "create", "--count", "3", "--days", "2", "--qr", cards.toString(), "class", "3b");

        assertThat(created.code()).as(created.err()).isZero();
        List<String> codes = created.out().lines().toList();
        assertThat(codes).hasSize(3).doesNotHaveDuplicates();
        assertThat(Files.readString(cards)).contains(codes).contains("class 3b");
        assertThat(Files.getPosixFilePermissions(cards)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(listed(codes.get(2)).getLong("expires_at")
                        - listed(codes.get(2)).getLong("created_at"))
                .isEqualTo(2 * 24 * 3_600_000L);
        assertThat(rows.texts(
                        "SELECT DISTINCT channel || ' ' || operator FROM admin_audit WHERE action = 'create_invites'"
                                + " AND channel = 'command'"))
                .containsExactly("command " + System.getProperty("user.name"));
    }

    @Test
    void nothingIsCreatedWhenTheCardsCannotBeWritten() throws Exception {
        Path there = Files.writeString(folder.resolve("there.pdf"), "before");
        long before = rows.number("SELECT count(*) FROM invite_codes");

        assertThat(run("invites", "create", "--qr", there.toString()).code()).isEqualTo(1);
        assertThat(run("invites", "create", "--qr", folder.resolve("none/x.pdf").toString())
                        .code())
                .isEqualTo(1);
        for (String[] wrong : new String[][] {
            {"--qr", folder.resolve("x.png").toString()},
            {"--qr", folder.resolve("x.pdf").toString(), "Łukasz"},
            {"--count", "0"},
            {"--count", "101"},
            {"--days", "0"},
            {"--days", "367"},
            {"x".repeat(201)}
        }) {
            List<String> words = new ArrayList<>(List.of("invites", "create"));
            words.addAll(List.of(wrong));
            assertThat(run(words.toArray(String[]::new)).code()).as("%s", words).isEqualTo(2);
        }

        assertThat(there).hasContent("before");
        assertThat(folder.resolve("x.pdf")).doesNotExist();
        assertThat(rows.number("SELECT count(*) FROM invite_codes")).isEqualTo(before);
    }

    @Test
    void anAccountIsExportedAndThenErased() throws Exception {
        Answer entry = registered();
        String userId = userId(entry);
        Path target = folder.resolve("account.json");

        assertThat(run("accounts", "export", userId, target.toString()).code()).isZero();
        assertThat(new JsonObject(Files.readString(target))
                        .getJsonObject("account")
                        .getString("user_id"))
                .isEqualTo(userId);
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(run("accounts", "export", userId, target.toString()).err()).contains("is not overwritten");

        assertThat(run("accounts", "end-sessions", userId).out()).contains("ended 1 sessions");
        assertThat(refresh(entry).error()).isEqualTo("401 Invalid refresh token");

        Outcome unasked = run("accounts", "erase", userId);
        assertThat(unasked.code()).isEqualTo(2);
        assertThat(unasked.err()).contains("--yes erases without a question");
        assertThat(api.post("/api/auth/login", user(userId)).status()).isEqualTo(200);

        assertThat(run("accounts", "erase", "--yes", userId).out().lines())
                .containsExactly("user_accounts 1", "refresh_tokens 2", "user_sync_data 0");
        assertThat(api.post("/api/auth/login", user(userId)).status()).isEqualTo(404);
    }

    @Test
    void anUnknownAccountIsNeitherExportedNorErased() {
        Path target = folder.resolve("nobody.json");
        for (String[] words : new String[][] {
            {"accounts", "export", Rows.newUserId(), target.toString()},
            {"accounts", "export", "nobody", target.toString()},
            {"accounts", "erase", "--yes", Rows.newUserId()},
            {"accounts", "end-sessions", Rows.newUserId()}
        }) {
            Outcome outcome = run(words);
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.err())
                    .contains("there is no account " + (words[2].equals("--yes") ? words[3] : words[2]));
        }
        assertThat(target).doesNotExist();
    }

    @Test
    void listsOfMoreThanAPageAreWhole() {
        for (int i = 0; i <= Page.MAX_SIZE; i++) {
            rows.invite(FUTURE, "");
        }
        long stored = rows.number("SELECT count(*) FROM invite_codes");

        assertThat(run("invites", "list").out().lines()).hasSize((int) stored);
        JsonArray listed = new JsonArray(run("invites", "list", "--json").out());
        assertThat(listed.stream()
                        .map(invite -> ((JsonObject) invite).getString("code"))
                        .distinct())
                .hasSize((int) stored);
    }

    @Test
    void watchShowsThisService() {
        Outcome watched = run("watch", "--count", "1", "--url", "http://" + service.getAuthority());

        assertThat(watched.code()).as(watched.out() + watched.err()).isZero();
        assertThat(watched.out())
                .containsPattern("^\\S+Z READY version=\\S+ schema=")
                .doesNotContain("trouble");
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
