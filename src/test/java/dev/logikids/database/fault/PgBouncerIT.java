package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.fault.Outage.Figures;
import dev.logikids.database.fault.PostgreSqlServer.Stop;
import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.PgBouncer;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** PgBouncer holds the service's connections, and what is behind it, or PgBouncer itself, is replaced. */
@Execution(ExecutionMode.SAME_THREAD)
@Tag("faults")
class PgBouncerIT {

    /** What a stack trace of a failure of the database would name. */
    private static final String[] STACK_TRACES = {"DatabaseFailure", "PgException"};

    @TempDir
    Path folder;

    @Test
    void aPrimaryIsKilledAndItsStandbyPromoted() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                PgBouncer bouncer = PgBouncer.before(primary.address(), folder, Map.of());
                ServiceProcess service = start(bouncer, primary.databaseUrl(standby))) {
            Figures figures = new Outage(service, primary, standby)
                    .run(
                            "PgBouncer: primary killed, standby promoted",
                            () -> primary.stop(Stop.KILL),
                            Duration.ofSeconds(5),
                            () -> {
                                standby.promote();
                                bouncer.leadTo(standby.address());
                            });

            assertThat(figures.notReady()).isPositive();
        }
    }

    /** What an operator does on purpose: PAUSE lets transactions end and clients wait. */
    @Test
    void theRolesAreExchangedBetweenPauseAndResume() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                PgBouncer bouncer = PgBouncer.before(primary.address(), folder, Map.of());
                ServiceProcess service = start(bouncer, primary.databaseUrl(standby))) {
            Figures figures = new Outage(service, primary, standby)
                    .run(
                            "PgBouncer: roles exchanged, PAUSE and RESUME",
                            () -> bouncer.command("PAUSE"),
                            Duration.ofMillis(500),
                            () -> {
                                primary.stop(Stop.FAST);
                                standby.promote();
                                bouncer.leadTo(standby.address());
                                bouncer.command("RESUME");
                            });

            // clients have waited; a machine that is very busy may take longer than they wait
            assertThat(figures.unavailable()).isLessThan(20);
        }
    }

    @Test
    void pgBouncerItselfIsKilledAndStartsAgain() throws Exception {
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                PgBouncer bouncer = PgBouncer.before(server.address(), folder, Map.of());
                ServiceProcess service = start(bouncer, server.databaseUrl())) {
            Figures figures = new Outage(service, server, server)
                    .run("PgBouncer killed", bouncer::kill, Duration.ofSeconds(5), bouncer::start);

            assertThat(figures.notReady()).isPositive();
        }
    }

    @Test
    void itsOperatorHoldsAllClientsAndLetsThemGo() throws Exception {
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                PgBouncer bouncer = PgBouncer.before(server.address(), folder, Map.of());
                ServiceProcess service = start(bouncer, server.databaseUrl())) {
            Outage outage = new Outage(service, server, server);
            Figures reloaded = outage.run(
                    "PgBouncer: RELOAD",
                    () -> bouncer.command("RELOAD"),
                    Duration.ZERO,
                    () -> bouncer.command("RELOAD"));
            assertThat(reloaded.unavailable()).isZero();

            outage.run(
                    "PgBouncer: SUSPEND for 2 s",
                    () -> bouncer.command("SUSPEND"),
                    Duration.ofSeconds(2),
                    () -> bouncer.command("RESUME"));

            Figures paused = outage.run(
                    "PgBouncer: PAUSE for 7 s, longer than query_wait_timeout",
                    () -> bouncer.command("PAUSE"),
                    Duration.ofSeconds(7),
                    () -> bouncer.command("RESUME"));
            assertThat(paused.unavailable()).isPositive();
            assertThat(service.output()).doesNotContain(STACK_TRACES);
        }
    }

    @Test
    void manyClientsShareTwoConnectionsThatAreClosedAllTheTime() throws Exception {
        Map<String, String> tight =
                Map.of("default_pool_size", "2", "server_lifetime", "1", "server_idle_timeout", "1");
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                PgBouncer bouncer = PgBouncer.before(server.address(), folder, tight);
                ServiceProcess service = start(bouncer, server.databaseUrl())) {
            Rows rows = new Rows(server.databaseUrl());
            ApiClient api = service.api();
            List<Answer> registered = servedOrTold(
                    ApiClient.atOnce(
                            200,
                            () -> api.postLater(
                                    "/api/auth/register", ApiTest.registration(Rows.newUserId(), rows.invite()))),
                    201);
            assertThat(server.number("SELECT count(*) FROM user_accounts")).isGreaterThanOrEqualTo(registered.size());

            List<Answer> refreshed = servedOrTold(
                    registered.stream()
                            .map(entry -> api.postLater("/api/auth/refresh", ApiTest.token(entry.text("refreshToken"))))
                            .toList()
                            .stream()
                            .map(CompletableFuture::join)
                            .toList(),
                    200);
            System.out.printf(
                    "PgBouncer with 2 connections, 200 clients at once: registered %d, refreshed %d of these%n",
                    registered.size(), refreshed.size());

            new Outage(service, server, server)
                    .run(
                            "PgBouncer: server_lifetime 1 s, server_idle_timeout 1 s",
                            () -> {},
                            Duration.ofSeconds(5),
                            () -> {});
            assertThat(service.output()).doesNotContain(STACK_TRACES);
        }
    }

    /** Returns what was served; the rest was told when to come again. */
    private static List<Answer> servedOrTold(List<Answer> answers, int status) {
        List<Answer> served =
                answers.stream().filter(answer -> answer.status() == status).toList();
        assertThat(served).isNotEmpty();
        assertThat(answers).filteredOn(answer -> answer.status() != status).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isNotEmpty();
        });
        return served;
    }

    @Test
    void whatPgBouncerRefusesIsSaidInOneLine() throws Exception {
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                PgBouncer bouncer = PgBouncer.before(server.address(), folder, Map.of("max_client_conn", "4"))) {
            Map<String, String> right = bouncer.settings(server.databaseUrl());
            try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), right)) {
                service.awaitStatus("/q/health/ready", 200);
                JsonObject code = new JsonObject().put("code", "NONE-SUCH");
                ApiClient api = service.api();
                servedOrTold(ApiClient.atOnce(100, () -> api.postLater("/api/invite/check", code)), 200);
                service.awaitStatus("/q/health/ready", 200);
                assertThat(service.output()).doesNotContain(STACK_TRACES);
            }
            refused(right, "logikids:development@", "logikids:another@");
            refused(right, "/logikids", "/elsewhere");
        }
    }

    private static void refused(Map<String, String> right, String part, String replacement) throws Exception {
        Map<String, String> wrong = new HashMap<>(right);
        wrong.computeIfPresent("DATABASE_URL", (name, url) -> url.replace(part, replacement));
        try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), wrong)) {
            service.awaitStatus("/q/health/ready", 503);
            service.awaitOutput("not ready: the database does not answer");
            Answer answer = service.api().post("/api/invite/check", new JsonObject().put("code", "NONE-SUCH"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            assertThat(service.output())
                    .doesNotContain(STACK_TRACES)
                    .doesNotContain("another")
                    .containsPattern(
                            "not ready: the database does not answer: .*(password|no such database|its own log)");
            assertThat(service.output().lines().filter(line -> line.contains("does not answer")))
                    .hasSize(1);
        }
    }

    /** The only connection to the server is taken: PgBouncer gives up first (query_wait_timeout, SQLSTATE 08P01). */
    @Test
    void whoWaitsInVainForAConnectionOfPgBouncerIsAnswered503() throws Exception {
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                PgBouncer bouncer = PgBouncer.before(
                        server.address(), folder, Map.of("default_pool_size", "1", "query_wait_timeout", "2"));
                ServiceProcess service = start(bouncer, server.databaseUrl());
                Connection taken = bouncer.connect("logikids");
                Statement statement = taken.createStatement()) {
            taken.setAutoCommit(false);
            statement.execute("SELECT 1");

            Answer answer = service.api().post("/api/invite/check", new JsonObject().put("code", "NONE-SUCH"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            assertThat(bouncer.output()).contains("query_wait_timeout");

            taken.rollback();
            service.awaitStatus("/q/health/ready", 200);
            assertThat(service.api()
                            .post("/api/invite/check", new JsonObject().put("code", "NONE-SUCH"))
                            .status())
                    .isEqualTo(200);
        }
    }

    private static ServiceProcess start(PgBouncer bouncer, String directUrl) {
        ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), bouncer.settings(directUrl));
        service.awaitStatus("/q/health/ready", 200);
        return service;
    }
}
