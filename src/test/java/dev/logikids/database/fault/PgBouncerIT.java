package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.fault.Outage.Figures;
import dev.logikids.database.fault.PostgreSqlServer.Stop;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** PgBouncer holds the service's connections, and what is behind it, or PgBouncer itself, is replaced. */
@Execution(ExecutionMode.SAME_THREAD)
@Tag("faults")
class PgBouncerIT {

    private static final int POOL = 10;

    @TempDir
    Path folder;

    @Test
    void aPrimaryIsKilledAndItsStandbyPromoted() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                PgBouncer bouncer = PgBouncer.before(primary, folder, POOL);
                ServiceProcess service = start(bouncer, primary.databaseUrl(standby))) {
            Figures figures = new Outage(service, primary, standby)
                    .run(
                            "PgBouncer: primary killed, standby promoted",
                            () -> primary.stop(Stop.KILL),
                            Duration.ofSeconds(5),
                            () -> {
                                standby.promote();
                                bouncer.leadTo(standby);
                            });

            assertThat(figures.notReady()).isPositive();
        }
    }

    /** What an operator does on purpose: PAUSE lets transactions end and clients wait. */
    @Test
    void theRolesAreExchangedBetweenPauseAndResume() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                PgBouncer bouncer = PgBouncer.before(primary, folder, POOL);
                ServiceProcess service = start(bouncer, primary.databaseUrl(standby))) {
            Figures figures = new Outage(service, primary, standby)
                    .run("PgBouncer: roles exchanged, PAUSE and RESUME", bouncer::pause, Duration.ofMillis(500), () -> {
                        primary.stop(Stop.FAST);
                        standby.promote();
                        bouncer.leadTo(standby);
                        bouncer.resume();
                    });

            // clients have waited; a machine that is very busy may take longer than they wait
            assertThat(figures.unavailable()).isLessThan(20);
        }
    }

    @Test
    void pgBouncerItselfIsKilledAndStartsAgain() throws Exception {
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                PgBouncer bouncer = PgBouncer.before(server, folder, POOL);
                ServiceProcess service = start(bouncer, server.databaseUrl())) {
            Figures figures = new Outage(service, server, server)
                    .run("PgBouncer killed", bouncer::kill, Duration.ofSeconds(5), bouncer::start);

            assertThat(figures.notReady()).isPositive();
        }
    }

    /** The only connection to the server is taken: PgBouncer gives up first (query_wait_timeout, SQLSTATE 08P01). */
    @Test
    void whoWaitsInVainForAConnectionOfPgBouncerIsAnswered503() throws Exception {
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                PgBouncer bouncer = PgBouncer.before(server, folder, 1);
                ServiceProcess service = start(bouncer, server.databaseUrl());
                Connection taken = DriverManager.getConnection(
                        "jdbc:"
                                + bouncer.databaseUrl()
                                        .replace("logikids:development@", "")
                                        .replaceFirst("\\?.*", ""),
                        "logikids",
                        "development");
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
        ServiceProcess service = ServiceProcess.start(
                ServiceProcess.application(),
                Map.of(
                        "DATABASE_URL",
                        bouncer.databaseUrl(),
                        "LOGIKIDS_POOL_PGBOUNCER",
                        "true",
                        "MIGRATION_DATABASE_URL",
                        directUrl));
        service.awaitStatus("/q/health/ready", 200);
        return service;
    }
}
