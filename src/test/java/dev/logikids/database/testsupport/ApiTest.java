package dev.logikids.database.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the API have at hand: a client of the running service, and its rows. */
@QuarkusTestResource(PostgreSqlResource.class)
public abstract class ApiTest {

    @TestHTTPResource
    protected URI service;

    @Inject
    Config config;

    protected ApiClient api;
    protected Rows rows;

    @BeforeEach
    void connect() {
        api = new ApiClient("http://" + service.getAuthority());
        rows = new Rows(config.getConfigValue(PostgreSqlResource.DIRECTLY).getRawValue());
    }

    /** With {@code -Dtest.pgbouncer=true}: the service has no connection that is not one of PgBouncer's. */
    @AfterEach
    void nothingGoesPastPgBouncer() {
        if (TestPostgreSql.behindPgBouncer()) {
            // what a client has given up ends after PgBouncer has left it; an unused connection of the pool stays for
            // 30 s
            Patience.await()
                    .atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(TestPostgreSql.pgBouncer().serverProcesses())
                            .containsAll(rows.texts("""
                                    SELECT pid::text FROM pg_stat_activity
                                    WHERE application_name = 'logikids-database' AND datname = current_database()""")));
        }
    }

    /** A new account, made the way a client makes one; the answer holds its tokens. */
    protected Answer registered() {
        return api.post("/api/auth/register", registration(Rows.newUserId(), rows.invite()));
    }

    public static JsonObject registration(String userId, String inviteCode) {
        return new JsonObject().put("userId", userId).put("inviteCode", inviteCode);
    }

    protected static JsonObject user(String userId) {
        return new JsonObject().put("userId", userId);
    }

    public static JsonObject token(String refreshToken) {
        return new JsonObject().put("refreshToken", refreshToken);
    }

    /** A small upload that every check lets through. */
    protected static JsonObject upload() {
        return new JsonObject()
                .put("encryptedBlob", "QUJD")
                .put("iv", "AAAAAAAAAAAAAAAA")
                .put("timestamp", 1)
                .put("checksum", "a".repeat(64));
    }

    protected static String userId(Answer entry) {
        return entry.json().getJsonObject("account").getString("user_id");
    }
}
