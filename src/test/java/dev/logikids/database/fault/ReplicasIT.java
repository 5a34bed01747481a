package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes of the service on one database, behind HAProxy as they are shipped. */
@Tag("faults")
@Execution(ExecutionMode.SAME_THREAD)
class ReplicasIT {

    private static final Path REPORT = Path.of("target", "faults.txt");

    /** A build of an earlier version: the folder of its {@code quarkus-run.jar}. */
    private static final String OLDER = "older.application";

    private static final int ATTEMPTS = 600;
    private static final int CEILING = 1_000;
    private static final int SYNC_REQUESTS = 100;
    private static final int OPERATOR_ATTEMPTS = 20;

    private final String databaseUrl = TestPostgreSql.server().createDatabase();
    private final Map<String, String> environment = Map.of("DATABASE_URL", databaseUrl);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void eachRestartsUnderLoadAndNoRequestFails(int count) throws Exception {
        Path application = ServiceProcess.application();
        try (Replicas replicas = Replicas.start(folder, count, application, environment)) {
            Ledger ledger = Ledger.start(replicas.api(), databaseUrl);
            Visitors visitors = Visitors.start(replicas.uri(), databaseUrl);
            try {
                ledger.awaitAcknowledged(100);
                for (int i = 0; i < count; i++) {
                    replicas.restart(i, application);
                    ledger.awaitAcknowledged(100);
                }
                // those that were under way
                visitors.awaitSlowUploads(8);
            } finally {
                ledger.stop();
                visitors.stop();
            }
            report("rolling restart of " + count + " replicas", ledger);
            report("  beside it %s", visitors);
            visitors.verify();
            ledger.verify(databaseUrl);
            assertThat(ledger.unavailable()).isZero();
        }
    }

    @Test
    void theDeathOfOneCostsTheRequestsThatItHad() throws Exception {
        Path application = ServiceProcess.application();
        try (Replicas replicas = Replicas.start(folder, 2, application, environment)) {
            Ledger ledger = Ledger.start(replicas.api(), databaseUrl);
            ledger.expectLostAnswers();
            int deaths = 3;
            try {
                for (int death = 0; death < deaths; death++) {
                    ledger.awaitAcknowledged(100);
                    replicas.kill(death % 2);
                    ledger.awaitAcknowledged(100);
                    replicas.startAgain(death % 2, application);
                }
                ledger.awaitAcknowledged(100);
            } finally {
                ledger.stop();
            }
            report("kill -9 of a replica, " + deaths + " times", ledger);
            ledger.verify(databaseUrl);
            // what was sent is not repeated: 502, or the connection is closed, on which a client repeats by itself
            assertThat(ledger.unavailable()).isPositive();
            assertThat(ledger.unavailable()).isLessThanOrEqualTo(deaths * Ledger.CLIENTS);
        }
    }

    @Test
    void ofThoseThatStartTogetherOneMigrates() throws Exception {
        try (Replicas replicas = Replicas.start(folder, 4, ServiceProcess.application(), environment)) {
            List<String> applied = new ArrayList<>();
            for (int i = 0; i < replicas.count(); i++) {
                String output = replicas.process(i).output();
                assertThat(output).doesNotContain(" ERROR ");
                output.lines()
                        .filter(line -> line.contains("applied 0"))
                        .map(line -> line.replaceFirst(".*applied (\\S+).*", "$1"))
                        .forEach(applied::add);
            }
            assertThat(applied).doesNotHaveDuplicates();
            assertThat(new Rows(databaseUrl).texts("SELECT migration_name FROM schema_migrations"))
                    .containsExactlyInAnyOrderElementsOf(applied);
            assertThat(replicas.api().get("/api/status").status()).isEqualTo(200);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = OLDER, matches = ".+")
    void anOlderVersionServesBesideANewerOne() throws Exception {
        Path older = Path.of(System.getProperty(OLDER));
        Path newer = ServiceProcess.application();
        try (Replicas replicas = Replicas.start(folder, 3, older, environment)) {
            Ledger ledger = Ledger.start(replicas.api(), databaseUrl);
            Visitors visitors = Visitors.start(replicas.uri(), databaseUrl);
            try {
                ledger.awaitAcknowledged(100);
                replicas.restart(0, newer);
                ledger.awaitAcknowledged(100);
                replicas.restart(1, newer);
                ledger.awaitAcknowledged(100);
                // it starts on the newer schema
                replicas.restart(2, older);
                ledger.awaitAcknowledged(100);
                visitors.awaitSlowUploads(8);
            } finally {
                ledger.stop();
                visitors.stop();
            }
            report("two newer replicas beside an older one", ledger);
            visitors.verify();
            ledger.verify(databaseUrl);
            assertThat(ledger.unavailable()).isZero();
            assertThat(answered(clients(replicas), 2_500, ReplicasIT::guessCode))
                    .as("the newer ones together, and the older one for itself")
                    .isBetween(2 * ATTEMPTS - 40, 2 * ATTEMPTS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void limitsAreThoseOfOne(int count) throws Exception {
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("LOGIKIDS_ATTEMPTS_TRUSTED_PROXIES", "127.0.0.1");
        settings.put("LOGIKIDS_ATTEMPTS_CEILING", "" + CEILING);
        settings.put("LOGIKIDS_ADMIN_NETWORKS", "192.0.2.0/24");
        settings.put("ADMIN_TOKEN", "a-token-of-the-integration-tests-of-32-bytes-or-more");
        Path application = ServiceProcess.application();
        try (Replicas replicas = Replicas.start(folder, count, application, settings)) {
            Rows rows = new Rows(databaseUrl);
            String userId = Rows.newUserId();
            // before the limit of all codes is reached
            Answer session = replicas.api().post("/api/auth/register", ApiTest.registration(userId, rows.invite()));
            int codes = answered(clients(replicas, 1), 1_400, ReplicasIT::guessCode);
            int codesOfAll = codes + answered(clients(replicas, 2), 1_400, ReplicasIT::guessCode);
            int logins = answered(
                    clients(replicas, 3),
                    1_400,
                    client -> client.postLater("/api/auth/login", new JsonObject().put("userId", Rows.newUserId())));
            int refreshes = answered(
                    clients(replicas, 4),
                    1_400,
                    client -> client.postLater("/api/auth/refresh", ApiTest.token("0".repeat(64))));
            int operators = answered(
                    clients(replicas, 5).subList(0, count),
                    100,
                    client -> client.as("wrong").send("GET", "/api/admin/invites"));
            int reads = answered(
                    clients(replicas, 6),
                    400,
                    client -> client.as(session.text("accessToken")).send("GET", "/api/sync/" + userId));
            report(
                    "%d replicas: answered %d codes of an address, %d codes of two addresses, %d logins, %d refreshes, %d"
                            + " operators' tokens, %d sync requests; %d rows in rate_limits",
                    count,
                    codes,
                    codesOfAll,
                    logins,
                    refreshes,
                    operators,
                    reads,
                    rows.number("SELECT count(*) FROM rate_limits"));

            assertThat(codes).isBetween(ATTEMPTS - 20, ATTEMPTS);
            assertThat(codesOfAll).isBetween(CEILING - 40, CEILING);
            assertThat(logins).isBetween(ATTEMPTS - 20, ATTEMPTS);
            assertThat(refreshes).isBetween(ATTEMPTS - 20, ATTEMPTS);
            assertThat(operators).isEqualTo(OPERATOR_ATTEMPTS);
            assertThat(reads).isBetween(SYNC_REQUESTS - 10, SYNC_REQUESTS + (count - 1) * SYNC_REQUESTS / 10);

            replicas.restart(0, application);
            assertThat(guessCode(clients(replicas, 1).get(0)).join().status())
                    .as("a restart is no new window")
                    .isEqualTo(429);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT5M", "PT-5M"})
    void aReplicaWhoseClockIsWrongCountsInTheSameWindows(Duration by) throws Exception {
        WallClock clock = WallClock.in(folder);
        clock.set(by);
        Map<String, String> wrong = new HashMap<>(environment);
        wrong.putAll(clock.environment());
        Path application = ServiceProcess.application();
        try (ServiceProcess one = ServiceProcess.start(application, environment);
                ServiceProcess other = ServiceProcess.start(application, wrong)) {
            one.awaitStatus("/q/health/ready", 200);
            other.awaitStatus("/q/health/ready", 200);
            List<ApiClient> clients = List.of(one.api(), other.api());

            assertThat(answered(clients, 1_400, ReplicasIT::guessCode)).isBetween(ATTEMPTS - 20, ATTEMPTS);
            for (ApiClient client : clients) {
                assertThat(Integer.parseInt(guessCode(client).join().header("Retry-After")))
                        .isBetween(3_400, 3_600);
            }
        }
    }

    @Test
    void whileTheTableIsLockedEachCountsForItselfAndAfterwardsTogetherAgain() throws Exception {
        Path application = ServiceProcess.application();
        try (Replicas replicas = Replicas.start(folder, 2, application, environment);
                Connection operator = TestPostgreSql.connectTo(databaseUrl);
                Statement session = operator.createStatement()) {
            List<ApiClient> clients = clients(replicas);
            operator.setAutoCommit(false);
            session.execute("LOCK TABLE rate_limits");
            int locked = answered(clients, 1_400, ReplicasIT::guessCode);
            operator.rollback();
            int afterwards = answered(clients, 300, ReplicasIT::guessCode);
            session.execute("TRUNCATE rate_limits");
            operator.commit();
            int empty = answered(clients, 300, ReplicasIT::guessCode);
            session.execute("DROP TABLE rate_limits");
            operator.commit();
            int without = answered(clients, 300, ReplicasIT::guessCode);
            report(
                    "rate_limits locked: %d codes answered, then %d, emptied %d, dropped %d",
                    locked, afterwards, empty, without);

            assertThat(locked).isBetween(ATTEMPTS, 2 * ATTEMPTS);
            // both remember that the window is used up
            assertThat(List.of(afterwards, empty, without)).containsOnly(0);
        }
    }

    private static List<ApiClient> clients(Replicas replicas) throws Exception {
        List<ApiClient> clients = new ArrayList<>();
        for (int i = 0; i < replicas.count(); i++) {
            clients.add(replicas.process(i).api());
        }
        clients.add(replicas.api());
        return clients;
    }

    /** Each replica directly and all through the proxy, for a client of that address. */
    private static List<ApiClient> clients(Replicas replicas, int address) throws Exception {
        return clients(replicas).stream()
                .map(client -> client.with("X-Forwarded-For", "192.0.2." + address))
                .toList();
    }

    private static CompletableFuture<Answer> guessCode(ApiClient client) {
        return client.postLater("/api/invite/check", new JsonObject().put("code", "NONE-SUCH"));
    }

    /** Makes the calls in turn with each client, many at once; returns how many were answered with another status than 429. */
    private static int answered(
            List<ApiClient> clients, int calls, Function<ApiClient, CompletableFuture<Answer>> call) {
        AtomicInteger next = new AtomicInteger();
        int answered = 0;
        while (next.get() < calls) {
            List<Answer> answers =
                    ApiClient.atOnce(50, () -> call.apply(clients.get(next.getAndIncrement() % clients.size())));
            assertThat(answers).extracting(Answer::status).isSubsetOf(200, 401, 404, 429);
            answered += (int)
                    answers.stream().filter(answer -> answer.status() != 429).count();
        }
        return answered;
    }

    private static void report(String what, Ledger ledger) throws Exception {
        report(
                "%s: requests %d, acknowledged writes %d, failed %d, p99 %d ms, longest %d ms",
                what,
                ledger.answers(),
                ledger.acknowledged(),
                ledger.unavailable(),
                ledger.p99().toMillis(),
                ledger.longestCall().toMillis());
    }

    private static void report(String line, Object... values) throws Exception {
        String text = String.format(line + "%n", values);
        Files.writeString(REPORT, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.print(text);
    }
}
