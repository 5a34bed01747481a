package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Program;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes of the service on one database. */
@Tag("faults")
class ReplicasIT {

    private static final Path PROXY = Path.of("docker", "proxy", "processes.cfg");
    private static final Path REPORT = Path.of("target", "faults.txt");

    private static final int REPLICAS = 3;

    @TempDir
    Path folder;

    @Test
    void limitsAreThoseOfOne() throws Exception {
        Map<String, String> environment =
                Map.of("DATABASE_URL", TestPostgreSql.server().createDatabase());
        try (ServiceProcess one = ServiceProcess.start(ServiceProcess.application(), environment);
                ServiceProcess other = ServiceProcess.start(ServiceProcess.application(), environment)) {
            List<ApiClient> replicas = new ArrayList<>();
            for (ServiceProcess replica : List.of(one, other)) {
                replica.awaitStatus("/q/health/ready", 200);
                replicas.add(replica.api());
            }
            Rows rows = new Rows(environment.get("DATABASE_URL"));
            Answer session =
                    replicas.get(0).post("/api/auth/register", ApiTest.registration(Rows.newUserId(), rows.invite()));
            String path = "/api/sync/" + session.json().getJsonObject("account").getString("user_id");

            int answered = 0;
            int found = 0;
            for (int round = 0; round < 14; round++) {
                int[] next = {0};
                answered += allowed(ApiClient.atOnce(
                        100,
                        () -> replicas.get(next[0]++ % 2)
                                .postLater("/api/invite/check", new JsonObject().put("code", "NONE-SUCH"))));
                found += allowed(ApiClient.atOnce(
                        20,
                        () -> replicas.get(next[0]++ % 2)
                                .as(session.text("accessToken"))
                                .send("GET", path)));
            }
            report("two replicas: 1,400 guesses, answered %d; 280 sync requests, answered %d", answered, found);
            assertThat(answered).isBetween(580, 600);
            assertThat(found).isBetween(90, 110);
        }
    }

    private static int allowed(List<Answer> answers) {
        assertThat(answers).extracting(Answer::status).isSubsetOf(200, 404, 429);
        return (int) answers.stream().filter(answer -> answer.status() != 429).count();
    }

    @Test
    void eachReplicaRestartsUnderLoadAndNoRequestFails() throws Exception {
        String databaseUrl = TestPostgreSql.server().createDatabase();
        int[] ports = new int[REPLICAS];
        int[] managementPorts = new int[REPLICAS];
        ServiceProcess[] replicas = new ServiceProcess[REPLICAS];
        String settings = Files.readString(PROXY).replaceAll("(?m)^ *server four.*", "");
        for (int i = 0; i < REPLICAS; i++) {
            ports[i] = PostgreSqlServer.freePort();
            managementPorts[i] = PostgreSqlServer.freePort();
            settings = settings.replace(
                    ":808" + (i + 1) + " port 900" + (i + 1), ":" + ports[i] + " port " + managementPorts[i]);
        }
        int port = PostgreSqlServer.freePort();
        Path file = Files.writeString(
                folder.resolve("haproxy.cfg"), settings.replace("127.0.0.1:8080", "127.0.0.1:" + port));
        Map<String, String> environment = Map.of("DATABASE_URL", databaseUrl);
        try {
            for (int i = 0; i < REPLICAS; i++) {
                replicas[i] = ServiceProcess.startOn(ports[i], managementPorts[i], environment);
                replicas[i].awaitStatus("/q/health/ready", 200);
            }
            try (Program proxy = Program.start(folder, port, "haproxy", "-db", "-f", file.toString())) {
                Ledger ledger = Ledger.start(new ApiClient("http://127.0.0.1:" + port), databaseUrl);
                try {
                    ledger.awaitAcknowledged(100);
                    for (int i = 0; i < REPLICAS; i++) {
                        replicas[i].terminate();
                        replicas[i].exitCode();
                        replicas[i].close();
                        replicas[i] = ServiceProcess.startOn(ports[i], managementPorts[i], environment);
                        replicas[i].awaitStatus("/q/health/ready", 200);
                        int ups = i + 1;
                        Patience.await()
                                .until(() -> proxy.output()
                                                .lines()
                                                .filter(line -> line.contains(" is UP"))
                                                .count()
                                        >= ups);
                        ledger.awaitAcknowledged(100);
                    }
                } finally {
                    ledger.stop();
                }
                report(
                        "rolling restart of %d replicas: requests %d, acknowledged writes %d, failed %d, p99 %d ms, longest %d ms",
                        REPLICAS,
                        ledger.answers(),
                        ledger.acknowledged(),
                        ledger.unavailable(),
                        ledger.p99().toMillis(),
                        ledger.longestCall().toMillis());
                ledger.verify(databaseUrl);
                assertThat(ledger.unavailable()).isZero();
            }
        } finally {
            for (ServiceProcess replica : replicas) {
                if (replica != null) {
                    replica.close();
                }
            }
        }
    }

    private static void report(String line, Object... values) throws Exception {
        String text = String.format(line + "%n", values);
        Files.writeString(REPORT, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.print(text);
    }
}
