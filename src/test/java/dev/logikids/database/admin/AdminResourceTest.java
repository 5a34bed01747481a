package dev.logikids.database.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.RawHttp;
import dev.logikids.database.testsupport.Rows;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every endpoint of {@code /api/admin}, and what each leaves in the audit. */
@QuarkusTest
class AdminResourceTest extends ApiTest {

    /** Later than the times of any other test. */
    private static final long LAST = 9_000_000_000_000_000L;

    private ApiClient operator;

    @BeforeEach
    void signIn() {
        operator = api.as(AdminToken.DEVELOPMENT);
    }

    @Test
    void aClassGetsItsInvitesAtOnce() {
        String note = "Class " + UUID.randomUUID();
        Answer created = operator.post(
                "/api/admin/invites",
                new JsonObject().put("count", 30).put("note", note).put("valid_for", "P14D"));

        assertThat(created.status()).isEqualTo(201);
        List<JsonObject> invites = objects(created.json().getJsonArray("invites"));
        assertThat(invites).hasSize(30).allSatisfy(invite -> {
            assertThat(invite.getString("code")).matches("[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}");
            assertThat(invite.getString("state")).isEqualTo("open");
            assertThat(invite.getLong("expires_at") - invite.getLong("created_at"))
                    .isEqualTo(Duration.ofDays(14).toMillis());
        });
        JsonObject row = lastAudit();
        assertThat(row.getString("action")).isEqualTo("create_invites");
        assertThat(row.getString("operator")).isEqualTo("token");
        assertThat(row.getString("channel")).isEqualTo("api");
        assertThat(row.getString("address")).isEqualTo("127.0.0.1");
        assertThat(row.getString("outcome")).isEqualTo("done");
        assertThat(row.getJsonObject("before").getLong("invites")).isZero();
        assertThat(row.getJsonObject("after").getLong("invites")).isEqualTo(30);

        // an invite opens an account
        String code = invites.get(0).getString("code");
        assertThat(api.post("/api/auth/register", registration(Rows.newUserId(), code))
                        .status())
                .isEqualTo(201);
        assertThat(codes("note=" + note + "&state=used")).containsExactly(code);
        assertThat(codes("note=" + note.toUpperCase(Locale.ROOT).replace(" ", "%20") + "&state=open"))
                .hasSize(29)
                .doesNotContain(code);
        assertThat(codes("note=" + note + "&state=expired")).isEmpty();
        assertThat(operator.delete("/api/admin/invites/" + code).error())
                .isEqualTo("409 An account was made with this invite");
        assertThat(lastAudit().getString("outcome")).isEqualTo("refused");
    }

    @Test
    void pagesHoldEachInviteOnce() {
        String note = "page-" + UUID.randomUUID();
        operator.post("/api/admin/invites", new JsonObject().put("count", 23).put("note", note));
        Set<String> seen = new HashSet<>();
        int pages = 0;
        String next = "";
        while (next != null) {
            JsonObject page = operator.get("/api/admin/invites?size=5&note=" + note + "&after=" + next)
                    .json();
            objects(page.getJsonArray("invites"))
                    .forEach(invite ->
                            assertThat(seen.add(invite.getString("code"))).isTrue());
            next = page.getString("next");
            pages++;
        }
        assertThat(seen).hasSize(23);
        assertThat(pages).isEqualTo(5);
    }

    @Test
    void aWrongOrderIsAnsweredWithWhatIsAllowedAndNothingIsMade() {
        long before = rows.number("SELECT count(*) FROM invite_codes");
        for (JsonObject order : List.of(
                new JsonObject().put("count", 0),
                new JsonObject().put("count", 101),
                new JsonObject().put("count", "30"),
                new JsonObject().put("count", 1.5),
                new JsonObject().put("count", 4294967297L),
                new JsonObject().put("note", "x".repeat(201)),
                new JsonObject().put("note", 1),
                new JsonObject().put("valid_for", "P400D"),
                new JsonObject().put("valid_for", "PT1S"),
                new JsonObject().put("valid_for", "-P1D"),
                new JsonObject().put("valid_for", "PT9223372036854775807S"),
                new JsonObject().put("valid_for", "a week"))) {
            Answer answer = operator.post("/api/admin/invites", order);
            assertThat(answer.error()).as(order.encode()).isEqualTo("400 Validation error");
            assertThat(answer.json().getJsonArray("details")).hasSize(1);
        }
        assertThat(rows.number("SELECT count(*) FROM invite_codes")).isEqualTo(before);
        for (String query : List.of(
                "invites?state=x",
                "invites?size=0",
                "invites?size=201",
                "invites?size=-1",
                "invites?after=%21",
                "invites?note=%00",
                "accounts?order=x",
                "accounts?after=eA",
                "accounts?search=%00",
                "audit?action=x",
                "audit?outcome=X",
                "audit?account=1")) {
            assertThat(operator.get("/api/admin/" + query).error()).as(query).isEqualTo("400 Validation error");
        }
    }

    @Test
    void anInviteIsRemovedOnce() {
        String code = operator.post("/api/admin/invites", new JsonObject())
                .json()
                .getJsonArray("invites")
                .getJsonObject(0)
                .getString("code");

        assertThat(operator.delete("/api/admin/invites/" + code.toLowerCase(Locale.ROOT))
                        .status())
                .isEqualTo(200);
        JsonObject row = lastAudit();
        assertThat(row.getString("subject")).isEqualTo(Audit.subjectOf(code)).matches("invite:[0-9a-f]{32}");
        assertThat(row.getJsonObject("before").getLong("invites")).isEqualTo(1);
        assertThat(row.getJsonObject("after").getLong("invites")).isZero();
        assertThat(operator.delete("/api/admin/invites/" + code).error()).isEqualTo("404 Invite code not found");
        assertThat(operator.get("/api/admin/audit?invite=" + code).json().getJsonArray("entries"))
                .hasSize(3);
    }

    @Test
    void anAccountIsFoundRevokedAndRestored() {
        Answer entry = registered();
        String userId = userId(entry);
        String inviteCode = entry.json().getJsonObject("account").getString("invite_code");
        assertThat(api.as(entry.text("accessToken"))
                        .put("/api/sync/" + userId, upload())
                        .status())
                .isEqualTo(200);

        for (String search : List.of(userId, userId.toUpperCase(Locale.ROOT), inviteCode.toLowerCase(Locale.ROOT))) {
            assertThat(objects(operator.get("/api/admin/accounts?search=" + search)
                            .json()
                            .getJsonArray("accounts")))
                    .singleElement()
                    .satisfies(account -> {
                        assertThat(account.getString("user_id")).isEqualTo(userId);
                        assertThat(account.getInteger("sessions")).isEqualTo(1);
                        assertThat(account.getInteger("blob_size")).isEqualTo(3);
                        assertThat(account.getBoolean("stands_for_id")).isTrue();
                    });
        }
        JsonObject detail = operator.get("/api/admin/accounts/" + userId).json();
        assertThat(detail.getJsonArray("sessions")).hasSize(1);
        assertThat(detail.getJsonObject("blob").getLong("version")).isPositive();

        Answer revoked = operator.postNothing("/api/admin/accounts/" + userId.toUpperCase(Locale.ROOT) + "/revoke");
        assertThat(revoked.whole()).isEqualTo("200 {\"success\":true,\"accounts\":1}");
        assertThat(lastAudit().getJsonObject("before").encode()).contains("\"sessions\":1", "\"active_accounts\":1");
        assertThat(api.post("/api/auth/refresh", token(entry.text("refreshToken")))
                        .status())
                .isEqualTo(403);
        assertThat(api.get("/api/auth/account", entry.text("accessToken")).status())
                .isEqualTo(401);
        assertThat(operator.get("/api/admin/accounts?state=revoked&size=1").body())
                .contains(userId);

        assertThat(operator.postNothing("/api/admin/accounts/" + userId + "/restore")
                        .status())
                .isEqualTo(200);
        assertThat(lastAudit().getJsonObject("after").encode()).contains("\"active_accounts\":1");
        assertThat(api.post("/api/auth/login", user(userId)).status()).isEqualTo(200);
        assertThat(lastAudit().getString("subject"))
                .isEqualTo(operator.get("/api/admin/audit?account=" + userId)
                        .json()
                        .getJsonArray("entries")
                        .getJsonObject(0)
                        .getString("subject"));
        assertThat(operator.get("/api/admin/audit").body()).doesNotContain(userId);
    }

    @Test
    void sessionsAreEndedOneByOneAndAllAtOnce() {
        Answer entry = registered();
        String userId = userId(entry);
        Answer second = api.post("/api/auth/login", user(userId));
        JsonArray sessions =
                operator.get("/api/admin/accounts/" + userId).json().getJsonArray("sessions");
        assertThat(sessions).hasSize(2);
        long newest = sessions.getJsonObject(0).getLong("id");
        long oldest = sessions.getJsonObject(1).getLong("id");
        String path = "/api/admin/accounts/" + userId + "/sessions";

        assertThat(operator.delete(path + "/" + Math.min(newest, oldest)).status())
                .isEqualTo(200);
        assertThat(lastAudit().getJsonObject("before").getLong("sessions")).isEqualTo(1);
        assertThat(api.post("/api/auth/refresh", token(entry.text("refreshToken")))
                        .status())
                .isEqualTo(401);
        // of another account
        assertThat(operator.delete(
                                "/api/admin/accounts/" + userId(registered()) + "/sessions/" + Math.max(newest, oldest))
                        .error())
                .isEqualTo("404 Session not found");
        assertThat(operator.delete(path + "/x").error()).isEqualTo("404 Session not found");
        assertThat(operator.delete(path).whole()).isEqualTo("200 {\"success\":true,\"revoked\":1}");
        assertThat(api.post("/api/auth/refresh", token(second.text("refreshToken")))
                        .status())
                .isEqualTo(401);
        assertThat(operator.delete(path).whole()).isEqualTo("200 {\"success\":true,\"revoked\":0}");
    }

    @Test
    void anExportIsAuditedAndAnErasureKeepsTheInviteSpent() {
        Answer entry = registered();
        String userId = userId(entry);
        api.as(entry.text("accessToken")).put("/api/sync/" + userId, upload());
        String own =
                api.get("/api/auth/account/export", entry.text("accessToken")).body();

        assertThat(new JsonObject(operator.get("/api/admin/accounts/" + userId + "/export")
                                .body())
                        .fieldNames())
                .isEqualTo(new JsonObject(own).fieldNames());
        assertThat(lastAudit().getString("action")).isEqualTo("export_account");

        assertThat(operator.delete("/api/admin/accounts/" + userId).whole())
                .isEqualTo("200 {\"success\":true,\"removed\":"
                        + "{\"user_sync_data\":1,\"refresh_tokens\":1,\"user_accounts\":1}}");
        JsonObject row = lastAudit();
        assertThat(row.getString("action")).isEqualTo("erase_account");
        assertThat(row.getJsonObject("before").encode()).contains("\"blobs\":1", "\"accounts\":1");
        assertThat(row.getJsonObject("after").encode()).contains("\"blobs\":0", "\"accounts\":0");
        assertThat(rows.texts(
                        "SELECT used_by FROM invite_codes WHERE code = ?",
                        entry.json().getJsonObject("account").getString("invite_code")))
                .containsExactly("erased");
        for (String path : List.of("", "/export")) {
            assertThat(operator.get("/api/admin/accounts/" + userId + path).error())
                    .isEqualTo("404 Account not found");
        }
        assertThat(lastAudit().getString("outcome")).isEqualTo("refused");
        assertThat(operator.delete("/api/admin/accounts/" + userId).error()).isEqualTo("404 Account not found");
        assertThat(operator.delete("/api/admin/accounts/x").error()).isEqualTo("404 Account not found");
    }

    @Test
    void anActionAppliesToTwinsToo() {
        String lower = Rows.newUserId();
        String upper = lower.toUpperCase(Locale.ROOT);
        rows.account(lower, 1_000, false);
        rows.account(upper, 2_000, false);

        JsonObject detail = operator.get("/api/admin/accounts/" + upper).json();
        assertThat(detail.getJsonObject("account").getString("user_id")).isEqualTo(upper);
        assertThat(detail.getJsonObject("account").getBoolean("stands_for_id")).isFalse();
        assertThat(detail.getJsonArray("twins")).hasSize(1);
        assertThat(operator.postNothing("/api/admin/accounts/" + lower + "/revoke")
                        .json()
                        .getInteger("accounts"))
                .isEqualTo(2);
        assertThat(operator.delete("/api/admin/accounts/" + upper)
                        .json()
                        .getJsonObject("removed")
                        .getInteger("user_accounts"))
                .isEqualTo(2);
        assertThat(rows.number("SELECT count(*) FROM user_accounts WHERE lower(user_id) = ?", lower))
                .isZero();
    }

    @Test
    void accountsComeInPagesOfEitherOrder() {
        for (int i = 0; i < 7; i++) {
            // several of the same time
            rows.account(Rows.newUserId(), LAST + i / 3, false);
        }
        for (String order : List.of("newest", "last_seen")) {
            List<String> seen = new ArrayList<>();
            String next = "";
            while (seen.size() < 7) {
                JsonObject page = operator.get(
                                "/api/admin/accounts?state=active&size=2&order=" + order + "&after=" + next)
                        .json();
                objects(page.getJsonArray("accounts")).forEach(account -> seen.add(account.getString("user_id")));
                next = page.getString("next");
            }
            assertThat(seen.subList(0, 7))
                    .doesNotHaveDuplicates()
                    .allSatisfy(
                            id -> assertThat(rows.number("SELECT created_at FROM user_accounts WHERE user_id = ?", id))
                                    .isGreaterThanOrEqualTo(LAST));
        }
        rows.run("DELETE FROM user_accounts WHERE created_at >= " + LAST);
    }

    @Test
    void storageIsCountedWithoutReadingABlob() {
        Answer entry = registered();
        api.as(entry.text("accessToken")).put("/api/sync/" + userId(entry), upload());

        JsonObject storage = operator.get("/api/admin/storage").json();

        List<JsonObject> tables = objects(storage.getJsonArray("tables"));
        assertThat(tables).extracting(table -> table.getString("name")).contains("user_accounts", "admin_audit");
        assertThat(tables)
                .allSatisfy(table -> assertThat(table.getLong("rows"))
                        .isEqualTo(rows.number("SELECT count(*) FROM " + table.getString("name"))));
        List<JsonObject> days = objects(storage.getJsonArray("growth"));
        assertThat(days).hasSize(30);
        assertThat(days.get(29).getLong("blobs")).isPositive();
        assertThat(days.get(29).getLong("accounts")).isPositive();
        List<JsonObject> classes = objects(storage.getJsonArray("blob_sizes"));
        assertThat(classes)
                .extracting(size -> size.getInteger("up_to"))
                .containsExactly(1_024, 4_096, 16_384, 65_536, 262_144, 1_000_000);
        assertThat(classes.stream().mapToLong(size -> size.getLong("blobs")).sum())
                .isEqualTo(rows.number("SELECT count(*) FROM user_sync_data"));
        assertThat(storage.getLong("database_bytes")).isPositive();
    }

    @Test
    void theCleanUpRemovesWhatWasSaidToBeDue() {
        rows.invite(1, null);
        JsonObject due = operator.get("/api/admin/cleanup").json().getJsonObject("rows");
        assertThat(due.getLong("invite_codes")).isPositive();

        assertThat(operator.postNothing("/api/admin/cleanup").json().getJsonObject("rows"))
                .isEqualTo(due);
        assertThat(lastAudit().getString("action")).isEqualTo("clean_up");
        assertThat(lastAudit().getJsonObject("before").getLong("invite_codes")).isEqualTo(due.getLong("invite_codes"));
        assertThat(operator.get("/api/admin/cleanup")
                        .json()
                        .getJsonObject("rows")
                        .getLong("invite_codes"))
                .isZero();
    }

    @Test
    void whoBlocksWhomIsShownWithoutTheStatements() throws SQLException {
        String userId = userId(registered());
        try (Connection holder = rows.connect();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("SET application_name = 'careless'");
            lock.execute("SELECT * FROM user_accounts WHERE user_id = '" + userId + "' FOR UPDATE");
            var waiting = api.postLater("/api/auth/login", user(userId));
            JsonObject database = Patience.await()
                    .until(
                            () -> operator.get("/api/admin/database").json(),
                            answer -> !answer.getJsonArray("waiting").isEmpty());

            JsonObject blocked = database.getJsonArray("waiting").getJsonObject(0);
            assertThat(blocked.getJsonArray("blocked_by").getJsonObject(0).getString("application"))
                    .isEqualTo("careless");
            assertThat(blocked.getJsonArray("blocked_by").getJsonObject(0).getString("state"))
                    .isEqualTo("idle in transaction");
            assertThat(blocked.getJsonObject("session").getString("waits_for")).startsWith("Lock: ");
            assertThat(database.encode()).doesNotContain(userId).doesNotContain("user_accounts");
            holder.rollback();
            assertThat(waiting.join().status()).isEqualTo(200);
        }
    }

    @Test
    void migrationsAreListedWithTheirText() {
        JsonObject migrations = operator.get("/api/admin/migrations").json();
        assertThat(objects(migrations.getJsonArray("files")))
                .allSatisfy(file -> assertThat(file.getString("state")).isEqualTo("APPLIED"));
        assertThat(migrations.getJsonArray("drifted")).isEmpty();
        assertThat(migrations.getString("not_compared")).isEmpty();
        assertThat(operator.get("/api/admin/migrations/008_admin_audit.sql").text("sql"))
                .contains("CREATE TABLE");
        assertThat(operator.get("/api/admin/migrations/none.sql").error()).isEqualTo("404 Migration not found");
        assertThat(operator.get("/api/admin/migrations/..%2f..%2fapplication.properties")
                        .status())
                .isEqualTo(404);
    }

    /** Here the tests' own machine is an operator's, and no proxy is trusted. */
    @Test
    void aProxyThatNobodyToldTheServiceOfOpensNothing() {
        for (String header : List.of("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "x-forwarded-host")) {
            assertThat(operator.with(header, "127.0.0.1")
                            .get("/api/admin/cleanup")
                            .whole())
                    .as(header)
                    .isEqualTo("404 {\"error\":\"Not found\"}");
        }
    }

    /** Whoever knows the project knows the token of dev mode. */
    @Test
    void noOtherSiteUsesTheTokenOfDevModeByTheDevelopersBrowser() throws Exception {
        assertThat(operator.with("Origin", "http://localhost:5173")
                        .get("/api/admin/cleanup")
                        .status())
                .isEqualTo(200);
        for (String origin : List.of("https://example.org", "null", "http://localhost.example.org")) {
            assertThat(operator.with("Origin", origin).get("/api/admin/cleanup").status())
                    .as(origin)
                    .isEqualTo(404);
        }
        // a name of the other site that leads here
        String request = "GET /api/admin/cleanup HTTP/1.1\r\nHost: example.org\r\nAuthorization: Bearer "
                + AdminToken.DEVELOPMENT + "\r\nConnection: close\r\n\r\n";
        assertThat(RawHttp.exchange(service, RawHttp.bytes(request)).statuses()).containsExactly("404");
    }

    private JsonObject lastAudit() {
        return operator.get("/api/admin/audit?size=1")
                .json()
                .getJsonArray("entries")
                .getJsonObject(0);
    }

    private List<String> codes(String query) {
        return objects(operator.get("/api/admin/invites?size=200&" + query.replace(" ", "%20"))
                        .json()
                        .getJsonArray("invites"))
                .stream()
                .map(invite -> invite.getString("code"))
                .toList();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }
}
