package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.fault.PostgreSqlServer.Stop;
import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A standby that lags, and one that is away, behind DATABASE_URL_READ_ONLY. */
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
                ServiceProcess service = ServiceProcess.start(
                        ServiceProcess.application(),
                        Map.of(
                                "DATABASE_URL", primary.databaseUrl(),
                                "DATABASE_URL_READ_ONLY", standby.databaseUrl(),
                                "ADMIN_TOKEN", TOKEN))) {
            service.awaitStatus("/q/health/ready", 200);
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

            primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
            primary.execute("SELECT pg_reload_conf()");
            standby.stop(Stop.KILL);
            assertThat(accounts(operator)).isEqualTo(1);
            assertThat(export(operator, unknown).body()).contains(unknown);
            assertThat(accounts(operator)).isEqualTo(1);
            assertThat(service.output().lines().filter(line -> line.contains("DATABASE_URL_READ_ONLY")))
                    .singleElement()
                    .asString()
                    .contains("the primary is read instead");
        }
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
