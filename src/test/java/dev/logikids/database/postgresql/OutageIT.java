package dev.logikids.database.postgresql;

import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.SecuredPostgreSql;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged service while its database hangs, fails over, loses its schema or is not what DATABASE_URL says. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("exhaustive")
class OutageIT {

    private static final JsonObject SOME_CODE = new JsonObject().put("code", "ABCD-EFGH");
    private static final String UNAVAILABLE = "503 {\"error\":\"Service unavailable\"}";

    /** The longest that one host may keep the service waiting: the acquire timeout of the pool, then its call timeout. */
    private static final Duration TIMEOUTS = Duration.ofSeconds(9);

    private static final Duration READY = Duration.ofSeconds(5);

    private final String databaseUrl = TestPostgreSql.server().createDatabase();

    /** 0: TCP alone. 24: the request for a password. 300: authenticated, but not ready. */
    @ParameterizedTest
    @ValueSource(ints = {0, 24, 300})
    void aFirstHostThatHangsAtTheStartIsLeftForTheNext(int answered) throws Exception {
        try (TcpProxy first = TcpProxy.to(databaseUrl)) {
            first.stallAfter(answered);

            try (ServiceProcess service = start(hosts(first))) {
                service.awaitStatus("/q/health/ready", 200);
            }
        }
    }

    @Test
    void aHostThatVanishedBeforeTheStartIsWaitedForWhileLiveButNotReady() throws Exception {
        try (TcpProxy only = TcpProxy.to(databaseUrl)) {
            only.vanish();

            try (ServiceProcess service = start(only.databaseUrl())) {
                service.awaitOutput("cannot reach the database: ");
                assertThat(service.output()).contains("; waiting for it");
                assertThat(service.status("/q/health/live")).isEqualTo(200);
                assertThat(service.status("/q/health/ready")).isEqualTo(503);
                Answer answer = service.api().post("/api/invite/check", SOME_CODE);
                assertThat(answer.whole()).isEqualTo(UNAVAILABLE);
                assertThat(answer.header("Retry-After")).isNotEmpty();

                only.restore();
                service.awaitStatus("/q/health/ready", 200);
            }
        }
    }

    @Test
    void migrateGivesUpOnAHostThatHangsAndSaysSo() throws Exception {
        try (TcpProxy only = TcpProxy.to(databaseUrl)) {
            only.stall();
            Map<String, String> environment =
                    Map.of("DATABASE_URL", only.databaseUrl(), "LOGIKIDS_MIGRATION_WAIT_FOR_DATABASE", "1s");

            try (ServiceProcess migrate = ServiceProcess.start(ServiceProcess.application(), environment, "migrate")) {
                assertThat(migrate.exitCode()).isEqualTo(1);
                assertThat(migrate.output())
                        .contains("cannot reach the database: ", "; gave up after 1 s")
                        .doesNotContain("development", "Exception");
            }
        }
    }

    @Test
    void wrongSettingsEndTheProcessAndSayWhatToCheck(@TempDir Path folder) throws Exception {
        try (SecuredPostgreSql server = SecuredPostgreSql.start(folder)) {
            String at = "@localhost:" + server.port() + "/";

            endsWith("plain:hidden-word" + at + SecuredPostgreSql.PLAIN_PATH, "28P01", "check user and password in");
            endsWith(
                    SecuredPostgreSql.PLAIN_LOGIN + at + "absent", "3D000", "create the database, or correct its name");
        }
    }

    private static void endsWith(String url, String sqlState, String advice) throws Exception {
        try (ServiceProcess service = start("postgresql://" + url)) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output())
                    .contains("migration failed: ", "(SQLSTATE " + sqlState + "): " + advice)
                    .doesNotContain("hidden-word", "plain:plain");
        }
    }

    @Test
    void aPrimaryThatHangsUnderLoadIsLeftForTheSecondHost() throws Exception {
        try (TcpProxy first = TcpProxy.to(databaseUrl);
                ServiceProcess service = start(hosts(first))) {
            service.awaitStatus("/q/health/ready", 200);
            ApiClient api = service.api();
            assertThat(check(api, 50)).containsOnly(200);
            assertThat(first.heldByClient()).isPositive();

            long start = System.nanoTime();
            first.stall();
            assertThat(check(api, 50)).isSubsetOf(200, 503);
            service.awaitStatus("/q/health/ready", 200);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUTS.plus(READY));
            assertThat(check(api, 50)).containsOnly(200);
            await().until(() -> service.poolInUse() == 0);
        }
    }

    @Test
    void sessionsOfADemotedPrimaryLeaveThePool() throws Exception {
        try (TcpProxy network = TcpProxy.to(databaseUrl);
                ServiceProcess service = start(network.databaseUrl())) {
            service.awaitStatus("/q/health/ready", 200);
            ApiClient api = service.api();
            register(api);

            execute("ALTER DATABASE " + databaseName() + " SET default_transaction_read_only = on");
            network.cut();
            await().until(() -> tryRegister(api).whole().equals(UNAVAILABLE)
                    && service.output().contains("SQLSTATE 25006"));
            execute("ALTER DATABASE " + databaseName() + " RESET default_transaction_read_only");

            // the sessions of before stay read-only for as long as they live
            assertThat(tryRegister(api).status()).isEqualTo(201);
            await().until(() -> service.poolInUse() == 0);
        }
    }

    @Test
    void aSchemaThatGoesAwayMakesTheServiceNotReadyUntilItIsBack() throws Exception {
        try (ServiceProcess service = start(databaseUrl)) {
            service.awaitStatus("/q/health/ready", 200);
            ApiClient api = service.api();
            register(api);

            execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");

            isUnavailable(service, 20);

            assertThat(service.status("/q/health/live")).isEqualTo(200);
            try (ServiceProcess migrate =
                    ServiceProcess.start(ServiceProcess.application(), environment(databaseUrl), "migrate")) {
                assertThat(migrate.exitCode()).isZero();
            }
            isBack(service);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ALTER TABLE invite_codes RENAME TO kept, ALTER TABLE kept RENAME TO invite_codes, invite_codes.code",
        "ALTER TABLE invite_codes RENAME used_by TO kept, ALTER TABLE invite_codes RENAME kept TO used_by,"
                + " invite_codes.used_by",
    })
    void aTableOrColumnThatIsRenamedIsNamedAndMissedUntilItIsBack(String rename, String back, String missing)
            throws Exception {
        try (ServiceProcess service = start(databaseUrl)) {
            service.awaitStatus("/q/health/ready", 200);
            register(service.api());

            execute(rename);
            isUnavailable(service, 20);
            assertThat(service.management().get("/q/health/ready").body()).contains(missing);

            execute(back);
            isBack(service);
        }
    }

    @Test
    void aTableThatIsMissingAtTheStartIsNotReadyEither() throws Exception {
        try (ServiceProcess migrate =
                ServiceProcess.start(ServiceProcess.application(), environment(databaseUrl), "migrate")) {
            assertThat(migrate.exitCode()).isZero();
        }
        execute("DROP TABLE user_sync_data");

        try (ServiceProcess service = start(databaseUrl)) {
            // the first probes may still find the migration running
            await().until(() -> service.status("/q/health/ready") == 503
                    && service.output().contains("not ready: the schema is not whole: without user_sync_data."));
        }
    }

    @Test
    void statementsPreparedForAnEarlierSchemaAreForgotten() throws Exception {
        try (ServiceProcess service = start(databaseUrl)) {
            service.awaitStatus("/q/health/ready", 200);
            ApiClient api = service.api();
            assertThat(check(api, 50)).containsOnly(200);
            register(api);

            // another result type for the statements of open connections
            execute("ALTER TABLE invite_codes ALTER code TYPE varchar(64)");

            await().until(() -> check(api, 20).stream().allMatch(status -> status == 200));
            assertThat(service.status("/q/health/ready")).isEqualTo(200);
        }
    }

    private static void isUnavailable(ServiceProcess service, int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            Answer answer = service.api().post("/api/invite/check", SOME_CODE);
            assertThat(answer.whole()).isEqualTo(UNAVAILABLE);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            assertThat(service.status("/q/health/ready")).isEqualTo(503);
        }
        assertThat(lines(service, "is missing (SQLSTATE")).isEqualTo(1);
        assertThat(lines(service, "not ready: the schema is not whole: ")).isEqualTo(1);
        assertThat(lines(service, "SRHCK")).isZero();
    }

    private static void isBack(ServiceProcess service) throws Exception {
        service.awaitStatus("/q/health/ready", 200);
        assertThat(check(service.api(), 20)).containsOnly(200);
        // after the start perhaps, and now
        assertThat(lines(service, " ready after ")).isEqualTo(lines(service, "not ready: "));
    }

    private static long lines(ServiceProcess service, String text) {
        return service.output().lines().filter(line -> line.contains(text)).count();
    }

    private static List<Integer> check(ApiClient api, int times) {
        return ApiClient.atOnce(times, () -> api.postLater("/api/invite/check", SOME_CODE)).stream()
                .map(Answer::status)
                .toList();
    }

    private void register(ApiClient api) throws SQLException {
        assertThat(tryRegister(api).status()).isEqualTo(201);
    }

    /** Registers somebody new: a read and several writes. */
    private Answer tryRegister(ApiClient api) throws SQLException {
        String code = UUID.randomUUID().toString().substring(0, 9).toUpperCase(Locale.ROOT);
        execute("INSERT INTO invite_codes (code, created_at, expires_at)" + " VALUES ('" + code
                + "', 1, 9000000000000)");
        return api.post(
                "/api/auth/register",
                new JsonObject().put("userId", UUID.randomUUID().toString()).put("inviteCode", code));
    }

    /** Returns the DATABASE_URL of two hosts: the proxy, and the server behind it. */
    private String hosts(TcpProxy first) {
        String server = databaseUrl.substring(databaseUrl.indexOf('@') + 1);
        String proxied = first.databaseUrl();
        return proxied.substring(0, proxied.lastIndexOf('/')) + "," + server;
    }

    private static ServiceProcess start(String url) {
        return ServiceProcess.start(ServiceProcess.application(), environment(url));
    }

    private static Map<String, String> environment(String url) {
        return Map.of("DATABASE_URL", url);
    }

    private String databaseName() {
        return databaseUrl.substring(databaseUrl.lastIndexOf('/') + 1);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement()) {
            // a test may have made this the exception
            statement.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE");
            statement.execute(sql);
        }
    }
}
