package dev.logikids.database.migration;

import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.Rounds;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged service as an operator sees it: started, killed, started again, run as a command. */
@Execution(ExecutionMode.CONCURRENT)
@Order(3)
class ProcessIT {

    private static final JsonObject SOME_CODE = new JsonObject().put("code", "ABCD-EFGH");

    private final String databaseUrl = TestPostgreSql.server().createDatabase();
    private final Map<String, String> environment = Map.of("DATABASE_URL", databaseUrl);

    @Test
    void startingAtOnceAllBecomeReadyAndEachFileRunsOnce() throws Exception {
        List<ServiceProcess> services = new ArrayList<>();
        try {
            for (int i = 0; i < (Rounds.EXHAUSTIVE ? 8 : 3); i++) {
                services.add(ServiceProcess.start(ServiceProcess.application(), environment));
            }
            for (ServiceProcess service : services) {
                service.awaitStatus("/q/health/ready", 200);
                assertThat(service.status("/q/health/started")).isEqualTo(200);
                assertThat(service.status("/q/health/live")).isEqualTo(200);
            }
        } finally {
            for (ServiceProcess service : services) {
                service.close();
            }
        }
        assertThat(changeLog()).isEqualTo(MigrationFixture.namesOfThisBuild());
    }

    @Test
    void killedInTheMiddleOfAMigrationTheNextStartFinishes() throws Exception {
        execute("""
                CREATE FUNCTION linger() RETURNS event_trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.user_accounts') THEN
                    PERFORM pg_sleep(120);
                  END IF;
                END $$;
                CREATE EVENT TRIGGER linger ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION linger();
                """);
        try (ServiceProcess killed = ServiceProcess.start(ServiceProcess.application(), environment)) {
            killed.awaitOutput("applying 003_user_accounts.sql");
            awaitRow("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
            assertThat(killed.status("/q/health/live")).isEqualTo(200);
            assertThat(killed.status("/q/health/started")).isEqualTo(503);
            assertThat(killed.status("/q/health/ready")).isEqualTo(503);
            Answer early = killed.api().get("/api/status");
            assertThat(early.whole()).isEqualTo("503 {\"error\":\"Service unavailable\"}");
            assertThat(early.headers().firstValue("Retry-After")).isPresent();
            killed.kill();
        }
        execute("DROP EVENT TRIGGER linger");
        assertThat(changeLog()).last().isEqualTo("002_invite_codes.sql");

        try (ServiceProcess next = ServiceProcess.start(ServiceProcess.application(), environment)) {
            next.awaitStatus("/q/health/ready", 200);
        }

        assertThat(changeLog()).isEqualTo(MigrationFixture.namesOfThisBuild());
    }

    @Test
    void failingMigrationEndsTheProcessWithOneAndSaysWhatToDo() throws Exception {
        // as ours, but without the primary key that a later file refers to
        execute("CREATE TABLE user_accounts (user_id text, invite_code text, created_at bigint, last_seen bigint)");

        try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), environment)) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output())
                    .contains(
                            "004_refresh_tokens.sql, line 5: ERROR: there is no unique constraint", "(SQLSTATE 42830)")
                    .contains("Nothing of 004_refresh_tokens.sql was applied; fix the file and run again.")
                    .doesNotContain("\tat ");
        }
        try (ServiceProcess command = ServiceProcess.start(ServiceProcess.application(), environment, "migrate")) {
            assertThat(command.exitCode()).isEqualTo(1);
            assertThat(command.output())
                    .contains("004_refresh_tokens.sql, line 5")
                    .doesNotContain("\tat ");
        }
        assertThat(changeLog()).last().isEqualTo("003_user_accounts.sql");
    }

    @Test
    void commandsTellByTheirExitCode() throws Exception {
        assertThat(run("migrate", "--dry-run")).isZero();
        assertThat(run("status")).isEqualTo(2);
        assertThat(run("migrate")).isZero();
        try (ServiceProcess status =
                ServiceProcess.start(ServiceProcess.application(), environment, "status", "--json")) {
            assertThat(status.exitCode()).isZero();
            assertThat(status.output())
                    .contains("\"name\" : \"005_add_revoked_to_accounts.sql\"", "\"state\" : \"APPLIED\"")
                    .doesNotContain("development");
        }
        assertThat(run("validate")).isZero();
        assertThat(run("nonsense")).isEqualTo(2);
    }

    @Test
    void changedFileIsToldByEveryCommandUntilItIsAccepted() throws Exception {
        assertThat(run("migrate")).isZero();
        execute("UPDATE databasechangelog SET comments = 'sha256:another' WHERE filename LIKE '%/005_%'");

        assertThat(run("status")).isEqualTo(3);
        assertThat(run("validate")).isEqualTo(1);
        assertThat(run("migrate")).isEqualTo(1);
        assertThat(run("migrate", "--accept", "005_add_revoked_to_accounts.sql"))
                .isZero();
        assertThat(run("status")).isZero();
    }

    @Test
    void commandWithoutADatabaseEndsWithOne() throws Exception {
        Map<String, String> nowhere = Map.of(
                "DATABASE_URL", "postgresql://logikids:hidden-word@127.0.0.1:1/logikids",
                "LOGIKIDS_MIGRATION_WAIT_FOR_DATABASE", "1s");
        for (String word : List.of("status", "migrate")) {
            try (ServiceProcess command = ServiceProcess.start(ServiceProcess.application(), nowhere, word)) {
                assertThat(command.exitCode()).isEqualTo(1);
                assertThat(command.output())
                        .contains("cannot reach the database")
                        .doesNotContain("hidden-word", "\tat ");
            }
        }
    }

    @Test
    void databaseThatComesLateIsWaitedForWhileLiveButNotReady() throws Exception {
        try (TcpProxy network = TcpProxy.to(databaseUrl)) {
            network.refuse();
            Map<String, String> throughProxy = Map.of("DATABASE_URL", network.databaseUrl());
            try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), throughProxy)) {
                service.awaitOutput("waiting for it");
                assertThat(service.status("/q/health/live")).isEqualTo(200);
                assertThat(service.status("/q/health/ready")).isEqualTo(503);
                assertThat(service.status("/q/health/started")).isEqualTo(503);

                network.restore();
                service.awaitStatus("/q/health/ready", 200);

                network.refuse();
                network.cut();
                service.awaitStatus("/q/health/ready", 503);
                assertThat(service.status("/q/health/live")).isEqualTo(200);
                assertThat(service.status("/q/health/started")).isEqualTo(200);
                ApiClient api = service.api();
                Answer away = api.post("/api/invite/check", SOME_CODE);
                assertThat(away.whole()).isEqualTo("503 {\"error\":\"Service unavailable\"}");
                assertThat(away.headers().firstValue("Retry-After")).isPresent();
                assertThat(api.post("/api/invite/check", new JsonObject()).status())
                        .isEqualTo(400);
                assertThat(service.management().longestAnswer("/api/invite/check", 503))
                        .isLessThan(5);
                assertThat(service.management().longestAnswer("/api/invite/check", 400))
                        .isLessThan(5);

                network.restore();
                service.awaitStatus("/q/health/ready", 200);
                assertThat(api.post("/api/invite/check", SOME_CODE).status()).isEqualTo(200);
                assertThat(service.management().longestAnswer("/api/invite/check", 200))
                        .isLessThan(5);
            }
        }
    }

    @Test
    void terminationTakesReadinessDownFirstAndFinishesWhatIsInFlight() throws Exception {
        // the request has to stay in flight for as long as this test needs on a busy machine
        Map<String, String> patient = Map.of(
                "DATABASE_URL", databaseUrl,
                "LOGIKIDS_POOL_LOCK_TIMEOUT", "25s",
                "LOGIKIDS_POOL_STATEMENT_TIMEOUT", "26s",
                "LOGIKIDS_POOL_CALL_TIMEOUT", "28s");
        try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), patient)) {
            service.awaitStatus("/q/health/ready", 200);
            CompletableFuture<Answer> inFlight;
            try (Connection other = TestPostgreSql.connectTo(databaseUrl);
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE invite_codes IN ACCESS EXCLUSIVE MODE");
                inFlight = service.api().postLater("/api/invite/check", SOME_CODE);
                awaitRow(
                        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");

                service.terminate();
                service.awaitStatus("/q/health/ready", 503);
                assertThat(inFlight.isDone()).isFalse();
                other.commit();
            }
            assertThat(inFlight.join().status()).isEqualTo(200);
            assertThat(service.exitCode()).isIn(0, 143);
        }
    }

    private int run(String... words) throws Exception {
        try (ServiceProcess command = ServiceProcess.start(ServiceProcess.application(), environment, words)) {
            return command.exitCode();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void awaitRow(String sql) {
        await().until(() -> !query(sql).isEmpty());
    }

    private List<String> changeLog() throws SQLException {
        return query("SELECT substring(filename from '[^/]+$') FROM databasechangelog ORDER BY orderexecuted");
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (row.next()) {
                values.add(row.getString(1));
            }
            return values;
        }
    }
}
