package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged service, jar or native executable ({@code mvn verify -Dnative}): what packaging could lose. */
@Execution(ExecutionMode.SAME_THREAD)
@QuarkusIntegrationTest
@QuarkusTestResource(value = PackagedPostgreSql.class, restrictToAnnotatedClass = true)
class ServiceIT {

    @TestHTTPResource
    URI service;

    private ApiClient api;
    private final ApiClient management = new ApiClient("http://127.0.0.1:" + PackagedPostgreSql.MANAGEMENT_PORT);

    @BeforeEach
    void awaitReady() {
        api = new ApiClient("http://" + service.getAuthority());
        Patience.await().until(() -> management.get("/q/health/ready").status() == 200);
    }

    @Test
    void everyMigrationFileOfTheSourcesIsInItAndApplied() throws Exception {
        List<String> files = MigrationFiles.in(Path.of(MigrationFiles.SOURCE_FOLDER)).stream()
                .map(MigrationFile::name)
                .toList();

        Answer status = api.get("/api/status");

        assertThat(status.status()).isEqualTo(200);
        assertThat(status.json().getJsonArray("migrations"))
                .map(migration -> ((JsonObject) migration).getString("name"))
                .isEqualTo(files);
        assertThat(status.json().getJsonArray("pending")).isEmpty();
    }

    @Test
    void theBuildIsToldInStatusPageAndMetrics() {
        JsonObject status = api.get("/api/status").json();
        String version = status.getString("service_version");
        String commit = status.getString("commit");

        assertThat(version).startsWith("1.");
        assertThat(commit).matches("unknown|[0-9a-f]{7,64}");
        assertThat(api.get("/").body()).contains("Service " + version + ", commit " + commit);
        assertThat(management.get("/q/metrics").body())
                .containsPattern("(?m)^build_info\\{commit=\"" + commit + "\",version=\"" + version + "\"} 1");
    }

    @Test
    void anUnknownInviteIsAnsweredInJson() {
        Answer answer = api.post("/api/invite/check", new JsonObject().put("code", "ZZZZ-ZZZZ"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().getBoolean("valid")).isFalse();
        assertThat(answer.text("reason")).isEqualTo("Code not found");
    }

    @Test
    void errorsKeepTheirTexts() {
        assertThat(api.post("/api/auth/register", ApiTest.registration(Rows.newUserId(), "ZZZZ-ZZZZ"))
                        .error())
                .isEqualTo("404 Invite code not found");
        assertThat(api.get("/api/auth/verify").error()).isEqualTo("401 No authorization token provided");
        Answer problem = api.with("Accept", "application/problem+json").get("/api/auth/verify");
        assertThat(problem.status()).isEqualTo(401);
        assertThat(problem.header("Content-Type")).contains("application/problem+json");
        assertThat(problem.json().getInteger("status")).isEqualTo(401);
        assertThat(api.get("/api/nowhere").error()).matches("404 .+").doesNotContain("null");
    }

    @Test
    void aWrongTokenIsRefusedByItsSignature() {
        assertThat(api.get("/api/auth/verify", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA").error())
                .isEqualTo("401 Invalid authentication token");
    }

    @Test
    void theManagementInterfaceHasHealthMetricsAndOpenApi() {
        Answer health = management.get("/q/health");

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.json().getJsonArray("checks"))
                .map(check -> ((JsonObject) check).getString("name"))
                .contains("schema");
        assertThat(health.header("X-Content-Type-Options")).isEqualTo("nosniff");
        Answer metrics = management.get("/q/metrics");
        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.body())
                .contains("http_server")
                .containsPattern("(?m)^logikids_migration_seconds (?!0\\.0$)");
        // the collector of a native executable reports nothing
        if (Files.exists(ServiceProcess.application())) {
            assertThat(metrics.body()).contains("jvm_gc_memory_allocated_bytes_total", "jvm_gc_overhead");
        }
    }

    @Test
    void theContractIsServedAsYamlAndAsJson() throws IOException {
        String committed = Files.readString(Path.of("src/main/openapi/openapi.yaml"));
        JsonNode same = new YAMLMapper().readTree(committed);

        for (String path : List.of("/q/openapi", "/q/openapi/", "/q/openapi.yaml", "/q/openapi.yml")) {
            assertThat(management.get(path).body()).as(path).isEqualTo(committed);
            assertThat(management.get(path).header("Content-Type")).isEqualTo("application/yaml;charset=UTF-8");
        }
        for (String path : List.of("/q/openapi?format=json", "/q/openapi?format=JSON", "/q/openapi.json")) {
            assertThat(new ObjectMapper().readTree(management.get(path).body()))
                    .as(path)
                    .isEqualTo(same);
            assertThat(management.get(path).header("Content-Type")).isEqualTo("application/json;charset=UTF-8");
        }
        assertThat(management.get("/q/openapi.xml").status()).isEqualTo(404);
    }

    @Test
    void neitherPortAnswersForTheOther() {
        for (String path : List.of("/q/health", "/q/health/live", "/q/metrics", "/q/openapi", "/q", "/q/")) {
            assertThat(api.get(path).whole()).as(path).isEqualTo("404 {\"error\":\"Not found\"}");
        }
        for (String path : List.of("/", "/api/status", "/api/invite/check", "/q", "/nowhere")) {
            assertThat(management.get(path).whole()).as(path).isEqualTo("404 {\"error\":\"Not found\"}");
        }
    }
}
