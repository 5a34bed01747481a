package dev.logikids.database.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged service on databases whose search path leads elsewhere, and on a schema that somebody changes. */
@Execution(ExecutionMode.CONCURRENT)
class SearchPathIT {

    private static final String HIDING = "CREATE SCHEMA app; CREATE TABLE app.invite_codes (LIKE public.invite_codes);";

    private final String databaseUrl = TestPostgreSql.server().createDatabase();
    private final String database = URI.create(databaseUrl).getPath().substring(1);
    private final Map<String, String> environment = Map.of("DATABASE_URL", databaseUrl);

    @Test
    @DisabledIfSystemProperty(
            named = "test.pgbouncer",
            matches = "true",
            disabledReason = "behind PgBouncer a connection has the search path of the database or the role")
    void aPathThatChangesUnderTheServiceLeadsNoRequestElsewhere() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), environment)) {
            service.awaitStatus("/q/health/ready", 200);
            execute(HIDING + "ALTER DATABASE " + database + " SET search_path = app, public;"
                    + "INSERT INTO public.invite_codes VALUES ('ABCD-EFGH', 1, 4000000000000);");
            // its next connections have the new path
            execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND pid <> pg_backend_pid()");

            Patience.await().until(() -> service.status("/q/health/ready") == 200);
            assertThat(service.api()
                            .post("/api/invite/check", new JsonObject().put("code", "ABCD-EFGH"))
                            .whole())
                    .isEqualTo("200 {\"valid\":true}");

            execute("ALTER TABLE public.user_accounts DROP COLUMN last_seen CASCADE");
            Patience.await()
                    .until(() -> status(service)
                            .getJsonArray("drifted")
                            .equals(new JsonArray().add("column user_accounts.last_seen is missing")));
            Patience.await()
                    .until(() -> service.management().get("/q/metrics").body().contains("logikids_schema_drifted 1.0"));
        }
        try (ServiceProcess next = ServiceProcess.start(ServiceProcess.application(), environment)) {
            assertThat(next.exitCode()).isEqualTo(1);
            assertThat(next.output()).contains("invite_codes in schema app", "user_accounts in schema public");
        }
    }

    @Test
    void tablesInTwoSchemasMakeAServiceThatDoesNotMigrateUnready() throws Exception {
        try (ServiceProcess migrate = ServiceProcess.start(ServiceProcess.application(), environment, "migrate")) {
            assertThat(migrate.exitCode()).isZero();
        }
        execute(HIDING + "ALTER DATABASE " + database + " SET search_path = app, public;");
        Map<String, String> withoutMigration =
                Map.of("DATABASE_URL", databaseUrl, "LOGIKIDS_MIGRATION_AT_START", "false");
        try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), withoutMigration)) {
            Patience.await()
                    .until(() ->
                            service.management().get("/q/health/ready").body().contains("invite_codes in app, "));
            service.awaitStatus("/q/health/ready", 503);
            service.awaitOutput("not ready: the schema is not whole: the search_path finds ");
        }
        try (ServiceProcess command =
                ServiceProcess.start(ServiceProcess.application(), environment, "invites", "create")) {
            assertThat(command.exitCode()).isEqualTo(1);
            assertThat(command.output()).contains("invite_codes in app", "options=-csearch_path");
        }
        execute("DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM app.invite_codes); END $$");
    }

    private static JsonObject status(ServiceProcess service) throws Exception {
        Answer answer = service.api().get("/api/status");
        return answer.status() == 200 ? answer.json() : new JsonObject().put("drifted", new JsonArray());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
