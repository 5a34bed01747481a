package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged service and its secret. */
@Execution(ExecutionMode.CONCURRENT)
@Order(5)
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
    @Tag("exhaustive")
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
    @Tag("exhaustive")
    void serveEmbeddedTakesARandomSecret() throws Exception {
        try (ServiceProcess service = start(Map.of("JWT_SECRET", ""), "serve", "--embedded")) {
            service.awaitStatus("/q/health/ready", 200);
            assertThat(service.api()
                            .post(
                                    "/api/auth/register",
                                    ApiTest.registration(Rows.newUserId(), new Rows(database).invite()))
                            .status())
                    .isEqualTo(201);
        }
    }

    @Test
    void aChangeOfSecretLogsNobodyOutAndARepeatedRefreshGetsItsChildAgain(@TempDir Path folder) throws Exception {
        String previous = "the previous secret, of 32 bytes or more";
        Answer entered;
        Answer refreshed;
        try (ServiceProcess service = start(Map.of("JWT_SECRET", previous, "LOGIKIDS_TOKENS_GRACE", "PT10M"))) {
            service.awaitStatus("/q/health/ready", 200);
            entered = service.api()
                    .post("/api/auth/register", ApiTest.registration(Rows.newUserId(), new Rows(database).invite()));
            refreshed = refresh(service, entered);
        }

        try (ServiceProcess service =
                start(Map.of("JWT_SECRET_PREVIOUS", previous, "LOGIKIDS_TOKENS_GRACE", "PT10M"))) {
            service.awaitStatus("/q/health/ready", 200);
            assertThat(service.api()
                            .get("/api/auth/account", entered.text("accessToken"))
                            .status())
                    .isEqualTo(200);
            assertThat(refresh(service, entered).text("refreshToken")).isEqualTo(refreshed.text("refreshToken"));
        }
        // as docker/make-secrets leaves it once the change is over
        Path none = Files.createFile(folder.resolve("none"));
        try (ServiceProcess service = start(Map.of("JWT_SECRET_PREVIOUS_FILE", none.toString()))) {
            service.awaitStatus("/q/health/ready", 200);
            assertThat(service.api()
                            .get("/api/auth/account", entered.text("accessToken"))
                            .status())
                    .isEqualTo(401);
            assertThat(refresh(service, refreshed).text("refreshToken")).hasSize(128);
        }
    }

    private static Answer refresh(ServiceProcess service, Answer entered) throws Exception {
        return service.api().post("/api/auth/refresh", ApiTest.token(entered.text("refreshToken")));
    }

    private ServiceProcess start(Map<String, String> environment, String... words) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("DATABASE_URL", database);
        return ServiceProcess.start(ServiceProcess.application(), all, words);
    }
}
