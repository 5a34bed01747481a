package dev.logikids.database.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.OtlpReceiver;
import dev.logikids.database.testsupport.OtlpReceiver.Span;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged service with the standard variables of OpenTelemetry, and nothing else. */
@Execution(ExecutionMode.CONCURRENT)
@Order(4)
class TracesIT {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    private final String database = TestPostgreSql.server().createDatabase();

    @Test
    void aRequestAndItsStatementsAreOneTraceThatItsLogLinesName() throws Exception {
        try (OtlpReceiver collector = OtlpReceiver.start();
                ServiceProcess service = start(Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                        "OTEL_SERVICE_NAME", "logikids-staging",
                        "OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging"))) {
            service.awaitStatus("/q/health/ready", 200);
            String id = Rows.newUserId();
            service.api()
                    // the flag says: not recorded
                    .with("traceparent", "00-" + TRACE + "-" + PARENT + "-00")
                    .with("tracestate", "who=" + id)
                    .post("/api/auth/login?who=" + id, new JsonObject().put("userId", id));
            service.api().get("/api/sync/" + id);
            new Rows(database).run("ALTER TABLE refresh_tokens RENAME TO gone");
            Answer failed = service.api()
                    .with("Accept", "application/problem+json")
                    .post("/api/auth/refresh", new JsonObject().put("refreshToken", "a".repeat(128)));
            Answer legacy =
                    service.api().post("/api/auth/refresh", new JsonObject().put("refreshToken", "a".repeat(128)));
            service.api().send("MADEUP", "/nowhere/" + id).join();
            Patience.await()
                    .until(() -> collector.spans().stream()
                            .anyMatch(span -> "[404]".equals(span.attributes().get("http.response.status_code"))
                                    && !span.name().startsWith("POST")));

            List<Span> spans = collector.spans();
            Span login = only(spans, "POST /api/auth/login");
            assertThat(login.traceId()).isEqualTo(TRACE);
            assertThat(login.parentId()).isEqualTo(PARENT);
            assertThat(login.attributes())
                    .containsEntry("http.route", "/api/auth/login")
                    .containsOnlyKeys(
                            "http.request.body.size",
                            "http.request.method",
                            "http.response.body.size",
                            "http.response.status_code",
                            "http.route",
                            "url.scheme");
            assertThat(login.resource())
                    .containsEntry("service.name", "logikids-staging")
                    .containsEntry("deployment.environment.name", "staging");
            assertThat(spans)
                    .filteredOn(span -> span.parentId().equals(login.id()))
                    .isNotEmpty()
                    .allMatch(span -> span.traceId().equals(TRACE))
                    .allSatisfy(span -> assertThat(span.attributes())
                            .containsEntry("db.system", "postgresql")
                            .containsKey("db.statement"));
            only(spans, "GET /api/sync/{userId}");
            assertThat(spans)
                    .as("probes and batches are no traces")
                    .noneMatch(span ->
                            span.parentId().isEmpty() && !span.attributes().containsKey("http.request.method"))
                    .noneMatch(span ->
                            "SHOW server_version".equals(span.attributes().get("db.statement")))
                    .allMatch(span -> span.events() == 0);
            assertThat(String.join("\n", collector.raw())).doesNotContain(id, "MADEUP", "127.0.0.1");

            String traceId = failed.text("trace_id");
            assertThat(failed.status()).isEqualTo(503);
            assertThat(failed.header("X-Trace-Id")).isEqualTo(traceId);
            assertThat(failed.text("request_id")).isEqualTo(failed.header("X-Request-Id"));
            assertThat(spans).anyMatch(span -> span.traceId().equals(traceId));
            assertThat(legacy.whole()).isEqualTo("503 {\"error\":\"Service unavailable\"}");
            assertThat(service.output())
                    .contains("[POST /api/auth/refresh " + failed.header("X-Request-Id") + " trace " + traceId + "] ");
        }
    }

    @Test
    void aCollectorThatIsDownIsOneLineAndOneWhenItIsBack() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (ServiceProcess service = start(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port, "OTEL_BSP_SCHEDULE_DELAY", "50"))) {
            service.awaitStatus("/q/health/ready", 200);
            service.api().get("/api/status");
            service.awaitOutput("traces do not arrive at 127.0.0.1:" + port);
            try (OtlpReceiver collector = OtlpReceiver.startAt(port)) {
                Patience.await().until(() -> {
                    service.api().get("/api/status");
                    return service.output().contains("traces arrive again");
                });
                assertThat(collector.paths()).containsOnly("/v1/traces");
            }
            assertThat(service.output().lines().filter(line -> line.contains("traces ")))
                    .hasSize(2);
        }
    }

    @Test
    void aCollectorThatHangsSlowsNobodyAndHoldsUpNoStop() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServiceProcess service = start(Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + silent.getLocalPort(),
                        "OTEL_BSP_SCHEDULE_DELAY", "50",
                        "OTEL_BSP_MAX_QUEUE_SIZE", "512",
                        "QUARKUS_SHUTDOWN_DELAY", "0s"))) {
            service.awaitStatus("/q/health/ready", 200);
            ApiClient api = service.api();
            // more spans than the queue holds
            for (int round = 0; round < 20; round++) {
                Stream.generate(() -> api.send("GET", "/api/auth/verify"))
                        .limit(50)
                        .toList()
                        .forEach(answer -> assertThat(answer.join().status()).isEqualTo(401));
            }
            assertThat(service.management().longestAnswer("/api/auth/verify", 401))
                    .isLessThan(5);
            service.terminate();
            assertThat(service.exitCode()).isEqualTo(143);
            assertThat(service.output()).doesNotContain("\tat ", "Exception");
        }
    }

    @Test
    void aCommandIsForPeopleAndSendsNothing() throws Exception {
        try (OtlpReceiver collector = OtlpReceiver.start();
                ServiceProcess status = start(
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                                "OTEL_SDK_DISABLED", "false",
                                "LOG_FORMAT", "json",
                                "QUARKUS_LOG_LEVEL", "INFO"),
                        "status")) {
            assertThat(status.exitCode()).isEqualTo(2);
            assertThat(status.output()).contains("pending   001_init.sql").doesNotContain("{\"", "\tat ");
            assertThat(collector.paths()).isEmpty();
        }
    }

    @Test
    @Tag("exhaustive")
    void aWrongSettingEndsTheStartWithOneLine() throws Exception {
        for (Map.Entry<String, String> wrong : Map.of(
                        "LOG_FORMAT", "xml",
                        "OTEL_SDK_DISABLED", "no",
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318",
                        "OTEL_EXPORTER_OTLP_TIMEOUT", "soon")
                .entrySet()) {
            Map<String, String> settings = new HashMap<>(Map.of("OTEL_SDK_DISABLED", "false"));
            settings.put(wrong.getKey(), wrong.getValue());
            try (ServiceProcess service = start(settings)) {
                assertThat(service.exitCode()).as(wrong.getKey()).isEqualTo(1);
                assertThat(service.output()).contains(wrong.getKey()).doesNotContain("\tat ");
            }
        }
    }

    private static Span only(List<Span> spans, String name) {
        List<Span> found =
                spans.stream().filter(span -> span.name().equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    private ServiceProcess start(Map<String, String> settings, String... words) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("DATABASE_URL", database);
        return ServiceProcess.start(ServiceProcess.application(), environment, words);
    }
}
