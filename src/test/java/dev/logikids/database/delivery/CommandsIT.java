package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.main.LaunchResult;
import io.quarkus.test.junit.main.QuarkusMainIntegrationTest;
import io.quarkus.test.junit.main.QuarkusMainLauncher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The commands of the packaged service, jar or native executable ({@code mvn verify -Dnative}). */
@Execution(ExecutionMode.SAME_THREAD)
@QuarkusMainIntegrationTest
@QuarkusTestResource(value = PackagedPostgreSql.class, restrictToAnnotatedClass = true)
class CommandsIT {

    @Test
    void migrateStatusInvitesAndCleanUpWork(QuarkusMainLauncher launcher) throws Exception {
        assertThat(launcher.launch("migrate").exitCode()).isZero();

        LaunchResult status = launcher.launch("status", "--json");
        assertThat(status.exitCode()).isZero();
        JsonNode files = json(status).path("files");
        assertThat(files)
                .isNotEmpty()
                .allMatch(file -> file.path("state").asText().equals("APPLIED"));

        LaunchResult created = launcher.launch("invites", "create", "from the packaged service");
        assertThat(created.exitCode()).isZero();
        assertThat(created.getOutput()).containsPattern("[A-Z2-9]{4}-[A-Z2-9]{4}");
        assertThat(launcher.launch("invites", "list", "--json").getOutput()).contains("from the packaged service");

        for (String[] words : new String[][] {{"cleanup", "--dry-run"}, {"cleanup"}}) {
            LaunchResult cleanup = launcher.launch(words);

            assertThat(cleanup.exitCode()).as(cleanup.getOutput()).isZero();
            assertThat(cleanup.getOutput()).contains("user_sync_data", "refresh_tokens", "invite_codes");
        }
    }

    @Test
    void helpVersionAndUsageErrorsNeedNoDatabase(QuarkusMainLauncher launcher) {
        LaunchResult help = launcher.launch("migrate", "--help");
        LaunchResult version = launcher.launch("--version");
        LaunchResult wrong = launcher.launch("migrat");
        LaunchResult watch = launcher.launch("watch", "--count", "1", "--url", "http://127.0.0.1:1");

        assertThat(help.exitCode()).isZero();
        assertThat(help.getOutput()).contains("--dry-run");
        assertThat(version.exitCode()).isZero();
        assertThat(version.getOutput()).containsPattern("(?m)^logikids-database \\d+\\.\\d+\\S*, commit \\w+$");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(watch.exitCode()).isEqualTo(1);
        assertThat(watch.getOutput()).contains(" NO_ANSWER trouble=\"nobody listens there\"");
    }

    /** Standard output and error come together: the JSON begins at its first brace. */
    private static JsonNode json(LaunchResult result) throws Exception {
        String output = result.getOutput();
        return new ObjectMapper().readTree(output.substring(output.indexOf("{\n")));
    }
}
