package dev.logikids.database.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in: networks, tokens, users of an OpenID provider, and how often a wrong token is looked at. */
@QuarkusTest
@TestProfile(AdminGuardTest.Settings.class)
public class AdminGuardTest extends ApiTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final int ATTEMPTS = 3;
    private static final String REQUIRED = "401 Operator token required";

    /** A proxy in front, operators in two networks, and an OpenID provider: one application for all tests that have them. */
    public static class Settings implements QuarkusTestProfile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(StandInIssuer.class));
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.ofEntries(
                    Map.entry("ADMIN_TOKEN", TOKEN),
                    Map.entry("logikids.admin.networks", "192.0.2.0/24,2001:db8::/64,127.0.0.1"),
                    Map.entry("%test.logikids.admin.attempts", String.valueOf(ATTEMPTS)),
                    Map.entry("logikids.attempts.trusted-proxies", "127.0.0.1,198.51.100.9"),
                    Map.entry("quarkus.oidc.tenant-enabled", "true"),
                    Map.entry("quarkus.oidc.client-id", "logikids"),
                    Map.entry("quarkus.oidc.credentials.secret", "the-secret-of-the-client-at-the-provider"),
                    Map.entry("logikids.admin.oidc-role", "logikids-operator"));
        }
    }

    @Inject
    AdminGuard guard;

    private ApiClient office;

    @BeforeEach
    void fromTheOffice() {
        office = api.with("X-Forwarded-For", "192.0.2.10");
    }

    @Test
    void thePathsAreThereForTheNetworksOfOperatorsOnly() {
        for (ApiClient inside : List.of(
                // on the machine of the proxy
                api,
                office,
                api.with("X-Forwarded-For", "[2001:db8::7]:4711"),
                api.with("Forwarded", "for=192.0.2.11;proto=https"),
                // through two trusted proxies
                api.with("X-Forwarded-For", "192.0.2.12, 198.51.100.9"))) {
            assertThat(inside.as(TOKEN).get("/api/admin/cleanup").status()).isEqualTo(200);
        }
        for (ApiClient outside : List.of(
                api.with("X-Forwarded-For", "198.51.100.1"),
                // what the client wrote itself stands before what the proxy has added
                api.with("X-Forwarded-For", "192.0.2.10, 198.51.100.1"),
                api.with("X-Forwarded-For", "127.0.0.1, 198.51.100.1"),
                api.with("X-Forwarded-For", "127.0.0.1, 198.51.100.1, 198.51.100.9"),
                // the header that the proxy does not set, with the one that it does
                api.with("X-Forwarded-For", "198.51.100.1").with("Forwarded", "for=192.0.2.10"),
                api.with("X-Forwarded-For", "192.0.2.10").with("Forwarded", "for=198.51.100.1"),
                api.with("X-Forwarded-For", "198.51.100.1").with("Forwarded", "for=127.0.0.1"),
                // a proxy that names nobody must not count as its own client
                api.with("X-Forwarded-For", "unknown"),
                api.with("X-Forwarded-For", ""),
                api.with("X-Forwarded-For", ","),
                api.with("Forwarded", "for=_hidden"),
                api.with("Forwarded", "proto=https"),
                api.with("X-Forwarded-For", "2001:db8:0:1::7"))) {
            assertThat(outside.as(TOKEN).get("/api/admin/cleanup").whole()).isEqualTo("404 {\"error\":\"Not found\"}");
        }
        assertThat(api.with("X-Real-IP", "192.0.2.10")
                        .as(TOKEN)
                        .get("/api/admin/cleanup")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void fromElsewhereThePathIsLikeAnyThatThereIsNot() {
        ApiClient outside = api.with("X-Forwarded-For", "198.51.100.1")
                .with("X-Request-Id", "same")
                .as(TOKEN);
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
            for (String path : List.of("", "/", "/invites", "/nothing", ";a=b/invites", "//invites", "/%69nvites")) {
                for (ApiClient client : List.of(
                        outside,
                        outside.with("Accept", "application/problem+json"),
                        outside.with("Origin", "https://example.org"))) {
                    String label = method + " " + path;
                    Answer there = client.send(method, "/api/admin" + path).join();
                    Answer nowhere = client.send(method, "/api/nimda" + path).join();
                    assertThat(there.whole()).as(label).isEqualTo(nowhere.whole());
                    assertThat(headers(there)).as(label).isEqualTo(headers(nowhere));
                }
            }
        }
        // and nobody was counted or audited
        assertThat(office.as(TOKEN).get("/api/admin/cleanup").status()).isEqualTo(200);
    }

    private static Map<String, List<String>> headers(Answer answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        return headers;
    }

    @Test
    void withoutATokenThereIsOneAnswer() {
        ApiClient client = api.with("X-Forwarded-For", "192.0.2.20");
        for (ApiClient nobody : List.of(
                client,
                client.with("Authorization", ""),
                client.with("Authorization", "Bearer"),
                client.with("Authorization", "Bearer "),
                client.with("Authorization", "Bearer a b"),
                client.with("Authorization", "Basic " + TOKEN),
                client.with("Authorization", TOKEN))) {
            for (String path : List.of("/cleanup", "/nothing", "")) {
                Answer answer = nobody.get("/api/admin" + path);
                assertThat(answer.error()).isEqualTo(REQUIRED);
                assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"logikids-admin\"");
            }
        }
        // none of these was a guess
        assertThat(client.as(TOKEN).get("/api/admin/cleanup").status()).isEqualTo(200);
        assertThat(client.with("Authorization", "bearer " + TOKEN)
                        .get("/api/admin/cleanup")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void wrongTokensAreLimitedAndThenRightOnesAreRejectedToo() {
        ApiClient client = api.with("X-Forwarded-For", "192.0.2.30");
        for (String wrong : List.of(TOKEN.substring(1), TOKEN + "0", AdminToken.DEVELOPMENT)) {
            assertThat(client.as(wrong).get("/api/admin/cleanup").error()).isEqualTo(REQUIRED);
        }
        Answer limited = client.as(TOKEN).get("/api/admin/cleanup");
        assertThat(limited.error()).isEqualTo("429 Too many failed attempts. Please try again later.");
        assertThat(Long.parseLong(limited.header("Retry-After"))).isBetween(1L, 900L);

        assertThat(office.as(TOKEN).get("/api/admin/cleanup").status()).isEqualTo(200);
        List<JsonObject> refusals = audit("?action=sign_in&outcome=refused").stream()
                .filter(row -> row.getString("address").equals("192.0.2.30"))
                .toList();
        assertThat(refusals)
                .hasSize(ATTEMPTS)
                .allSatisfy(row -> assertThat(row.getString("operator")).isEqualTo("unknown"));
    }

    @Test
    void aUserOfTheProviderNeedsTheRole() {
        String operator = StandInIssuer.accessToken("ada", "staff", "logikids-operator");
        assertThat(office.as(operator)
                        .post("/api/admin/invites", new JsonObject().put("count", 1))
                        .status())
                .isEqualTo(201);
        assertThat(audit("?size=1").get(0).getString("operator")).isEqualTo("oidc:ada");
        assertThat(audit("?size=1").get(0).getString("address")).isEqualTo("192.0.2.10");

        ApiClient client = api.with("X-Forwarded-For", "192.0.2.40");
        assertThat(client.as(StandInIssuer.accessToken("eve", "staff"))
                        .get("/api/admin/cleanup")
                        .error())
                .isEqualTo(REQUIRED);
        assertThat(audit("?operator=oidc:eve&outcome=refused")).hasSize(1);
        assertThat(client.as(StandInIssuer.forgedToken("ada", "logikids-operator"))
                        .get("/api/admin/cleanup")
                        .error())
                .isEqualTo(REQUIRED);
    }

    @Test
    void ordinaryClientsNoticeNothing() {
        Answer entry = registered();
        assertThat(api.get("/api/auth/account", entry.text("accessToken")).status())
                .isEqualTo(200);
        assertThat(api.get("/api/auth/account", StandInIssuer.accessToken("ada", "logikids-operator"))
                        .error())
                .isEqualTo("401 Invalid authentication token");
        assertThat(api.get("/api/auth/account", TOKEN).error()).isEqualTo("401 Invalid authentication token");
        assertThat(api.get("/api/auth/account").error()).isEqualTo("401 No authorization token provided");
        assertThat(office.as(entry.text("accessToken"))
                        .get("/api/admin/cleanup")
                        .error())
                .isEqualTo(REQUIRED);
    }

    @Test
    void eachPurposeHasItsOwnKey() {
        assertThat(guard.derivedKey("a").getEncoded())
                .hasSize(32)
                .isEqualTo(guard.derivedKey("a").getEncoded())
                .isNotEqualTo(guard.derivedKey("b").getEncoded());
    }

    private List<JsonObject> audit(String query) {
        return office.as(TOKEN).get("/api/admin/audit" + query).json().getJsonArray("entries").stream()
                .map(JsonObject.class::cast)
                .toList();
    }
}
