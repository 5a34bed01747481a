package dev.logikids.database.delivery;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;

import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.script.MigrationFile;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged service, jar or native executable ({@code mvn verify -Dnative}): what packaging could lose. */
@QuarkusIntegrationTest
@QuarkusTestResource(PackagedPostgreSql.class)
class ServiceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @BeforeEach
    void awaitReady() {
        Instant end = Instant.now().plus(PATIENCE);
        while (given().get("/q/health/ready").statusCode() != 200) {
            assertThat(Instant.now()).as("ready in time").isBefore(end);
        }
    }

    @Test
    void everyMigrationFileOfTheSourcesIsInItAndApplied() throws Exception {
        List<String> files = MigrationFiles.in(Path.of(MigrationFiles.SOURCE_FOLDER)).stream()
                .map(MigrationFile::name)
                .toList();

        given().get("/api/status")
                .then()
                .statusCode(200)
                .body("migrations.name", equalTo(files))
                .body("pending.size()", equalTo(0));
    }

    @Test
    void anUnknownInviteIsAnsweredInJson() {
        given().contentType("application/json")
                .body(Map.of("code", "ZZZZ-ZZZZ"))
                .post("/api/invite/check")
                .then()
                .statusCode(200)
                .body("valid", equalTo(false))
                .body("reason", equalTo("Code not found"));
    }

    @Test
    void errorsKeepTheirTexts() {
        given().contentType("application/json")
                .body(Map.of("userId", UUID.randomUUID(), "inviteCode", "ZZZZ-ZZZZ"))
                .post("/api/auth/register")
                .then()
                .statusCode(404)
                .body("error", equalTo("Invite code not found"));
        given().get("/api/auth/verify")
                .then()
                .statusCode(401)
                .body("error", equalTo("No authorization token provided"));
        given().accept("application/problem+json")
                .get("/api/auth/verify")
                .then()
                .statusCode(401)
                .contentType(containsString("application/problem+json"))
                .body("status", equalTo(401));
        given().get("/api/nowhere").then().statusCode(404).body("error", matchesPattern(".+"));
    }

    @Test
    void aWrongTokenIsRefusedByItsSignature() {
        given().header("Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA")
                .get("/api/auth/verify")
                .then()
                .statusCode(401)
                .body("error", equalTo("Invalid authentication token"));
    }

    @Test
    void metricsAndHealthAreThere() {
        Response health = given().get("/q/health");

        assertThat(health.statusCode()).isEqualTo(200);
        health.then().body("checks.name", hasItem("schema"));
        given().get("/q/metrics").then().statusCode(200).body(containsString("http_server"));
    }
}
