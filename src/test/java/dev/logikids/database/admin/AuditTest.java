package dev.logikids.database.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No action without its row, no row without its action, and no row that ever changes. */
@QuarkusTest
class AuditTest extends ApiTest {

    private ApiClient operator;

    @BeforeEach
    void signIn() {
        operator = api.as(AdminToken.DEVELOPMENT);
    }

    @AfterEach
    void allowRows() {
        rows.run("DROP TRIGGER IF EXISTS broken ON admin_audit");
        rows.run("DROP TRIGGER IF EXISTS broken ON user_accounts");
    }

    /** Every write to the table fails as one that waits too long for a lock does: the service expects such failures. */
    private void breakTable(String table) {
        rows.run("CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = '55P03'; END $$");
        rows.run("CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON " + table + " EXECUTE FUNCTION broken()");
    }

    @Test
    void rowsAreNeverChangedOrRemoved() {
        operator.post("/api/admin/invites", new JsonObject());
        String before = rows.texts("SELECT md5(string_agg(a::text, ',' ORDER BY id)) FROM admin_audit a")
                .get(0);

        for (String statement : List.of(
                "UPDATE admin_audit SET operator = 'nobody'",
                "UPDATE admin_audit SET operator = 'nobody' WHERE id < 0",
                "DELETE FROM admin_audit",
                "DELETE FROM admin_audit WHERE id < 0",
                "TRUNCATE admin_audit",
                "TRUNCATE admin_audit CASCADE",
                "INSERT INTO admin_audit OVERRIDING SYSTEM VALUE SELECT * FROM admin_audit ON CONFLICT (id) DO UPDATE"
                        + " SET operator = 'nobody'")) {
            assertThatThrownBy(() -> rows.run(statement))
                    .as(statement)
                    .rootCause()
                    .hasMessageContaining("admin_audit is append-only");
        }
        assertThat(rows.texts("SELECT md5(string_agg(a::text, ',' ORDER BY id)) FROM admin_audit a"))
                .containsExactly(before);
    }

    @Test
    void anActionWithoutItsRowIsRolledBack() {
        Answer entry = registered();
        String userId = userId(entry);
        String open = rows.invite();
        String account = "/api/admin/accounts/" + userId;
        long session = operator.get(account)
                .json()
                .getJsonArray("sessions")
                .getJsonObject(0)
                .getLong("id");
        long invites = rows.number("SELECT count(*) FROM invite_codes");
        breakTable("admin_audit");

        for (Answer answer : List.of(
                operator.post("/api/admin/invites", new JsonObject().put("count", 3)),
                operator.delete("/api/admin/invites/" + open),
                operator.postNothing(account + "/revoke"),
                operator.delete(account + "/sessions"),
                operator.delete(account + "/sessions/" + session),
                operator.get(account + "/export"),
                operator.delete(account))) {
            assertThat(answer.error()).isEqualTo("503 Service unavailable");
        }

        allowRows();
        assertThat(rows.number("SELECT count(*) FROM invite_codes")).isEqualTo(invites);
        assertThat(api.get("/api/auth/account", entry.text("accessToken")).status())
                .isEqualTo(200);
        assertThat(api.post("/api/auth/refresh", token(entry.text("refreshToken")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aFailedActionLeavesARowThatSaysSo() {
        String userId = userId(registered());
        breakTable("user_accounts");

        assertThat(operator.postNothing("/api/admin/accounts/" + userId + "/revoke")
                        .status())
                .isEqualTo(503);

        JsonObject row = operator.get("/api/admin/audit?account=" + userId)
                .json()
                .getJsonArray("entries")
                .getJsonObject(0);
        assertThat(row.getString("action")).isEqualTo("revoke_account");
        assertThat(row.getString("outcome")).isEqualTo("failed");
        assertThat(operator.get("/api/admin/audit?outcome=failed&operator=token&action=revoke_account")
                        .json()
                        .getJsonArray("entries"))
                .isNotEmpty();
    }

    @Test
    void everyActionIsCountedFromTheStart() {
        String metrics = api.get("/q/metrics").body();
        for (Audit.Action action : Audit.Action.values()) {
            for (Audit.Outcome outcome : Audit.Outcome.values()) {
                assertThat(metrics)
                        .contains("logikids_admin_actions_total{action=\"" + action.text() + "\",outcome=\""
                                + outcome.text() + "\"}");
            }
        }
        double before = counted();
        operator.post("/api/admin/invites", new JsonObject());
        assertThat(counted()).isEqualTo(before + 1);
    }

    private double counted() {
        String name = "logikids_admin_actions_total{action=\"create_invites\",outcome=\"done\"} ";
        return api.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }
}
