package dev.logikids.database.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** LOG_FORMAT=json of the packaged service. */
@Execution(ExecutionMode.CONCURRENT)
class LogFormatIT {

    @Test
    void eachLineIsOneObjectInTheNamesOfEcs() throws Exception {
        String database = TestPostgreSql.server().createDatabase();
        Map<String, String> environment = Map.of(
                "DATABASE_URL", database,
                "LOG_FORMAT", "json",
                "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true",
                "OTEL_SERVICE_NAME", "logikids-staging",
                "OTEL_RESOURCE_ATTRIBUTES", "team=a,deployment.environment.name=staging");
        try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), environment)) {
            service.awaitStatus("/q/health/ready", 200);
            new Rows(database).run("ALTER TABLE refresh_tokens ADD CONSTRAINT never CHECK (false) NOT VALID");
            new Rows(database)
                    .run("INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen)"
                            + " VALUES ('5f0c7a1b-0000-4000-8000-000000000000', 'CODE', 1, 1)");
            Answer failed = service.api()
                    .with("X-Request-Id", "from-the.proxy_1")
                    .post("/api/auth/login", new JsonObject().put("userId", "5f0c7a1b-0000-4000-8000-000000000000"));
            assertThat(failed.whole()).isEqualTo("500 {\"error\":\"Internal server error\"}");
            assertThat(failed.header("X-Request-Id")).isEqualTo("from-the.proxy_1");
            Patience.await().until(() -> service.output().contains("\\\"POST /api/auth/login\\\" 500"));

            List<JsonObject> lines =
                    service.output().lines().map(JsonObject::new).toList();
            assertThat(lines)
                    .allSatisfy(line -> assertThat(line.fieldNames())
                            .contains("@timestamp", "log.level", "log.logger", "message", "ecs.version")
                            .doesNotContain("mdc", "ndc"))
                    .allMatch(line -> line.getString("service.name").equals("logikids-staging"))
                    .allMatch(line -> line.getString("service.environment").equals("staging"))
                    .allMatch(line -> line.getString("service.version").startsWith("1."));
            List<JsonObject> ofRequest = lines.stream()
                    .filter(line -> line.containsKey("http.request.id"))
                    .toList();
            assertThat(ofRequest)
                    .hasSize(2)
                    .allMatch(line -> line.getString("http.request.id").equals("from-the.proxy_1"))
                    .allMatch(line -> line.getString("http.request.method").equals("POST"))
                    .allMatch(line -> line.getString("http.route").equals("/api/auth/login"));
            assertThat(ofRequest)
                    .filteredOn(line -> line.getString("log.level").equals("ERROR"))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.getString("error.type")).startsWith("dev.logikids.database.postgresql.");
                        assertThat(line.getString("error.stack_trace")).contains("\n\tat ");
                    });
        }
    }
}
