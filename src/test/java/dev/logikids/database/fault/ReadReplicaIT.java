package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.fault.PostgreSqlServer.Stop;
import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.PgBouncer;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TcpProxy;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A standby that lags, one that is away, and what is none, behind DATABASE_URL_READ_ONLY. */
@Execution(ExecutionMode.SAME_THREAD)
@Tag("faults")
class ReadReplicaIT {

    private static final String TOKEN = "the-token-of-an-operator-in-the-tests";

    @TempDir
    Path folder;

    @Test
    void countsAndExportsComeFromTheStandbyAndNothingElse() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                ServiceProcess service = start(primary.databaseUrl(), standby.databaseUrl())) {
            ApiClient api = service.api();
            ApiClient operator = api.as(TOKEN);
            Rows rows = new Rows(primary.databaseUrl());
            String known = register(api, rows);
            Patience.await().until(() -> accounts(operator) == 1);

            // from now on it lags
            standby.execute("SELECT pg_wal_replay_pause()");
            String unknown = register(api, rows);
            assertThat(accounts(operator)).isEqualTo(1);
            assertThat(api.post("/api/auth/login", new JsonObject().put("userId", unknown))
                            .status())
                    .isEqualTo(200);
            assertThat(operator.get("/api/admin/accounts/" + unknown).status()).isEqualTo(200);
            assertThat(export(operator, known).body()).contains(known);
            assertThat(export(operator, unknown).body()).contains(unknown);
            assertThat(operator.delete("/api/admin/accounts/" + known).status()).isEqualTo(200);
            assertThat(export(operator, known).status())
                    .as("erased, and still on the standby")
                    .isEqualTo(404);

            noClientNotices(api, rows);

            Patience.await().until(() -> accounts(operator) == rows.number("SELECT count(*) FROM user_accounts"));
            assertThat(service.output()).contains("it is behind the primary by more than 30 s");

            primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
            primary.execute("SELECT pg_reload_conf()");
            standby.stop(Stop.KILL);
            assertThat(accounts(operator)).isEqualTo(rows.number("SELECT count(*) FROM user_accounts"));
            assertThat(export(operator, unknown).body()).contains(unknown);
            assertThat(service.output().lines().filter(line -> line.contains("DATABASE_URL_READ_ONLY")))
                    .singleElement()
                    .asString()
                    .contains("the primary is read instead");
        }
    }

    /** All that a client can ask for, while the standby knows nothing of it. */
    private static void noClientNotices(ApiClient api, Rows rows) {
        Answer entry = api.post("/api/auth/register", ApiTest.registration(Rows.newUserId(), rows.invite()));
        String id = entry.json().getJsonObject("account").getString("user_id");
        ApiClient client = api.as(entry.text("accessToken"));
        String path = "/api/sync/" + id;
        assertThat(client.get(path).status()).isEqualTo(404);

        Answer first = client.with("If-None-Match", "*").put(path, upload("QUJD"));
        assertThat(first.status()).isEqualTo(200);
        Answer second = client.with("If-Match", first.header("ETag")).put(path, upload("REVG"));
        assertThat(second.status()).isEqualTo(200);
        assertThat(client.with("If-Match", first.header("ETag"))
                        .put(path, upload("R0hJ"))
                        .status())
                .isEqualTo(412);
        assertThat(client.get(path).text("encryptedBlob")).isEqualTo("REVG");
        assertThat(client.with("If-None-Match", second.header("ETag")).get(path).status())
                .isEqualTo(304);

        Answer refreshed = api.post("/api/auth/refresh", ApiTest.token(entry.text("refreshToken")));
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(api.post("/api/auth/refresh", ApiTest.token(refreshed.text("refreshToken")))
                        .status())
                .isEqualTo(200);
        assertThat(client.get("/api/auth/account/export").body()).contains(id, "REVG");
        assertThat(client.delete(path).status()).isIn(200, 204);
        assertThat(client.get(path).status()).isEqualTo(404);
    }

    private static JsonObject upload(String blob) {
        return new JsonObject()
                .put("encryptedBlob", blob)
                .put("iv", "AAAAAAAAAAAAAAAA")
                .put("timestamp", 1)
                .put("checksum", "a".repeat(64));
    }

    @Test
    void anExportThatTheStandbyDoesNotEndComesWholeFromThePrimary() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                TcpProxy network = TcpProxy.to(standby.databaseUrl());
                ServiceProcess service = start(primary.databaseUrl(), network.databaseUrl())) {
            ApiClient api = service.api();
            Rows rows = new Rows(primary.databaseUrl());
            Answer entry = api.post("/api/auth/register", ApiTest.registration(Rows.newUserId(), rows.invite()));
            String id = entry.json().getJsonObject("account").getString("user_id");
            String blob = "A".repeat(800_000);
            assertThat(api.as(entry.text("accessToken"))
                            .put("/api/sync/" + id, upload(blob))
                            .status())
                    .isEqualTo(200);

            network.stallAfter(300_000);
            Answer exported = export(api.as(TOKEN), id);
            assertThat(exported.status()).isEqualTo(200);
            assertThat(exported.json().encode()).contains(blob);
            assertThat(service.output()).contains("the primary is read instead");
        }
    }

    @Test
    void aPromotedStandbyIsStillOnlyReadAndPgBouncerMayStandBeforeBoth() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                PgBouncer bouncer = PgBouncer.before(
                        primary.address(), Files.createDirectory(folder.resolve("before-primary")), Map.of());
                PgBouncer reading = PgBouncer.before(
                        standby.address(), Files.createDirectory(folder.resolve("before-standby")), Map.of());
                ServiceProcess service =
                        start(bouncer.settings(primary.databaseUrl()), reading.through(standby.databaseUrl()))) {
            ApiClient operator = service.api().as(TOKEN);
            Rows rows = new Rows(primary.databaseUrl());
            String id = register(service.api(), rows);
            Patience.await().until(() -> accounts(operator) == 1);

            primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
            primary.execute("SELECT pg_reload_conf()");
            standby.promote();
            assertThat(export(operator, id).body()).contains(id);
            register(service.api(), rows);
            assertThat(accounts(operator)).as("of the promoted one").isEqualTo(1);
            assertThat(primary.number("SELECT count(*) FROM admin_audit")).isEqualTo(1);
            assertThat(standby.number("SELECT count(*) FROM admin_audit")).isZero();
            assertThat(reading.transactions("logikids")).isPositive();
            assertThat(service.output()).doesNotContain("the primary is read instead");
        }
    }

    @Test
    void aDatabaseWithoutTablesIsSaidToBeTheReplicas() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                ServiceProcess service =
                        start(primary.databaseUrl(), primary.databaseUrl().replaceFirst("/logikids$", "/postgres"))) {
            ApiClient operator = service.api().as(TOKEN);
            String id = register(service.api(), new Rows(primary.databaseUrl()));
            assertThat(accounts(operator)).isEqualTo(1);
            assertThat(export(operator, id).body()).contains(id);
            assertThat(service.output())
                    .doesNotContain(" ERROR ")
                    .contains("the read replica of DATABASE_URL_READ_ONLY failed")
                    .contains("it must name a standby of the primary, and the same database");
        }
    }

    private static ServiceProcess start(String databaseUrl, String readOnlyUrl) {
        return start(Map.of("DATABASE_URL", databaseUrl), readOnlyUrl);
    }

    private static ServiceProcess start(Map<String, String> settings, String readOnlyUrl) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("DATABASE_URL_READ_ONLY", readOnlyUrl);
        all.put("ADMIN_TOKEN", TOKEN);
        ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), all);
        service.awaitStatus("/q/health/ready", 200);
        return service;
    }

    private static String register(ApiClient api, Rows rows) {
        Answer answer = api.post("/api/auth/register", ApiTest.registration(Rows.newUserId(), rows.invite()));
        assertThat(answer.status()).isEqualTo(201);
        return answer.json().getJsonObject("account").getString("user_id");
    }

    private static Answer export(ApiClient operator, String userId) {
        return operator.get("/api/admin/accounts/" + userId + "/export");
    }

    private static long accounts(ApiClient operator) {
        return operator.get("/api/admin/storage").json().getJsonArray("tables").stream()
                .map(JsonObject.class::cast)
                .filter(table -> table.getString("name").equals("user_accounts"))
                .mapToLong(table -> table.getLong("rows"))
                .findFirst()
                .orElseThrow();
    }
}
