package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The packaged service and its secret. */
class JwtSecretIT {

    private final String database = TestPostgreSql.server().createDatabase();

    @Test
    void withoutASecretTheServiceEndsWithOneClearLine() throws Exception {
        try (ServiceProcess service = start(Map.of("JWT_SECRET", ""))) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output()).doesNotContain("\tat ", "Exception", "Listening on");
            assertThat(service.output().lines()).last().asString().startsWith("JWT_SECRET is not set");
        }
    }

    @Test
    void withAShortSecretTheServiceEndsAndDoesNotShowIt() throws Exception {
        try (ServiceProcess service = start(Map.of("JWT_SECRET", "too short a secret"))) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output()).doesNotContain("too short a secret", "\tat ", "Listening on");
            assertThat(service.output().lines()).last().asString().startsWith("JWT_SECRET is too short: 18 bytes");
        }
    }

    @Test
    void aCommandNeedsNoSecret() throws Exception {
        try (ServiceProcess migrate = start(Map.of("JWT_SECRET", ""), "migrate")) {
            assertThat(migrate.exitCode()).as(migrate.output()).isZero();
        }
        try (ServiceProcess create = start(Map.of("JWT_SECRET", ""), "invites", "create", "for", "a", "test")) {
            assertThat(create.exitCode()).as(create.output()).isZero();
            assertThat(create.output())
                    .containsPattern("(?m)^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$")
                    .contains("database: ")
                    .doesNotContain(":development@");
        }
    }

    @Test
    void aChangeOfSecretLogsNobodyOutAndARepeatedRefreshGetsItsChildAgain() throws Exception {
        String former = "the former secret, of 32 bytes or more";
        String register = "{\"userId\":\"%s\",\"inviteCode\":\"%s\"}";
        String entered;
        String refreshed;
        try (ServiceProcess service = start(Map.of("JWT_SECRET", former, "LOGIKIDS_TOKENS_GRACE", "PT10M"))) {
            service.awaitStatus("/q/health/ready", 200);
            register = register.formatted(Rows.newUserId(), new Rows(database).invite());
            entered = body(service.post("/api/auth/register", register));
            refreshed = body(service.post("/api/auth/refresh", refresh(entered)));
        }

        try (ServiceProcess service = start(Map.of("JWT_SECRET_PREVIOUS", former, "LOGIKIDS_TOKENS_GRACE", "PT10M"))) {
            service.awaitStatus("/q/health/ready", 200);
            assertThat(service.get("/api/auth/account", text(entered, "accessToken"))
                            .statusCode())
                    .isEqualTo(200);
            String again = body(service.post("/api/auth/refresh", refresh(entered)));
            assertThat(text(again, "refreshToken")).isEqualTo(text(refreshed, "refreshToken"));
        }
        try (ServiceProcess service = start(Map.of())) {
            service.awaitStatus("/q/health/ready", 200);
            assertThat(service.get("/api/auth/account", text(entered, "accessToken"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(text(body(service.post("/api/auth/refresh", refresh(refreshed))), "refreshToken"))
                    .hasSize(128);
        }
    }

    private static String refresh(String entered) {
        return new JsonObject()
                .put("refreshToken", text(entered, "refreshToken"))
                .encode();
    }

    private static String text(String json, String field) {
        return new JsonObject(json).getString(field);
    }

    private static String body(CompletableFuture<HttpResponse<String>> answer) {
        return answer.join().body();
    }

    private ServiceProcess start(Map<String, String> environment, String... words) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("DATABASE_URL", database);
        return ServiceProcess.start(ServiceProcess.application(), all, words);
    }
}
