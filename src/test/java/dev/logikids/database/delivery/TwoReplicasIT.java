package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What two processes of the service on one database do beside the requests: the clean-up, and times that are written later. */
@Tag("faults")
class TwoReplicasIT {

    private static final int USERS = 20;
    private static final int ROUNDS = 8;
    private static final int TOKENS = 300;

    private final String databaseUrl = TestPostgreSql.server().createDatabase();
    private final Rows rows = new Rows(databaseUrl);
    private ServiceProcess one;
    private ServiceProcess other;
    /** Written while there was nothing to clean up yet, because the tables were being made. */
    private int oneAtStart;

    private int otherAtStart;

    @BeforeEach
    void start() {
        one = start("one");
        other = start("other");
        one.awaitStatus("/q/health/ready", 200);
        other.awaitStatus("/q/health/ready", 200);
        oneAtStart = one.output().length();
        otherAtStart = other.output().length();
    }

    private ServiceProcess start(String name) {
        return ServiceProcess.start(
                ServiceProcess.application(),
                Map.of(
                        "DATABASE_URL", databaseUrl + "?application_name=" + name,
                        "QUARKUS_SHUTDOWN_DELAY", "0s",
                        "LOGIKIDS_CLEANUP_CRON", "* * * * * ?",
                        "LOGIKIDS_CLEANUP_BATCH", "30"));
    }

    private String sinceReady() {
        return one.output().substring(oneAtStart) + other.output().substring(otherAtStart);
    }

    @AfterEach
    void close() throws Exception {
        one.close();
        other.close();
    }

    @Test
    void oneCleansAtATimeAndWhenItIsKilledTheOtherGoesOn() throws Exception {
        rows.run(
                "CREATE TABLE removed (id bigint, xid bigint DEFAULT txid_current(), at timestamptz DEFAULT clock_timestamp())");
        rows.run("""
                CREATE FUNCTION removed() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO removed (id) VALUES (OLD.id); PERFORM pg_sleep(0.005); RETURN NULL; END $$""");
        rows.run("CREATE TRIGGER removed AFTER DELETE ON refresh_tokens FOR EACH ROW EXECUTE FUNCTION removed()");
        String userId = rows.account(Rows.newUserId(), 1, false);
        rows.run(
                "INSERT INTO refresh_tokens (token, user_id, expires_at, created_at, revoked)"
                        + " SELECT 'expired ' || i, ?, 2, 1, FALSE FROM generate_series(1, ?) i",
                userId,
                TOKENS);

        String cleaning = Patience.await().until(this::cleaning, name -> !name.isEmpty());
        ServiceProcess killed = cleaning.equals("one") ? one : other;
        killed.kill();

        Patience.await().until(() -> rows.number("SELECT count(*) FROM refresh_tokens") == 0);
        assertThat(rows.number("SELECT count(*) FROM removed")).isEqualTo(TOKENS);
        assertThat(rows.number("SELECT count(DISTINCT id) FROM removed")).isEqualTo(TOKENS);
        assertThat(rows.number("""
                WITH batch AS (SELECT xid, min(at) AS first, max(at) AS last FROM removed GROUP BY xid)
                SELECT count(*) FROM batch a JOIN batch b ON a.xid < b.xid AND a.first <= b.last AND b.first <= a.last""")).as("batches at the same time").isZero();
        assertThat(sinceReady()).doesNotContain(" ERROR ");
    }

    /** Which replica holds the lock of the clean-up while it removes something, or an empty text. */
    private String cleaning() {
        List<String> names = rows.texts("""
                SELECT application_name FROM pg_stat_activity
                JOIN pg_locks turn USING (pid) JOIN pg_locks written USING (pid)
                WHERE turn.locktype = 'advisory' AND datname = current_database()
                  AND (turn.classid::bigint << 32 | turn.objid::bigint) = x'636c65616e7570'::bigint
                  AND written.relation = 'removed'::regclass""");
        return names.isEmpty() ? "" : names.get(0);
    }

    @Test
    void timesThatBothNoteMoveForwardAndAreWrittenWhenTheyStop() throws Exception {
        List<ApiClient> users = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            String userId = Rows.newUserId();
            String path = "/api/sync/" + userId;
            Answer session = one.api().post("/api/auth/register", ApiTest.registration(userId, rows.invite()));
            assertThat(one.api()
                            .as(session.text("accessToken"))
                            .put(path, blob())
                            .status())
                    .isEqualTo(200);
            users.add(one.api().as(session.text("accessToken")));
            users.add(other.api().as(session.text("accessToken")));
            paths.add(path);
            paths.add(path);
        }

        List<Long> before = times();
        long last = 0;
        for (int round = 0; round < ROUNDS; round++) {
            last = System.currentTimeMillis();
            // both replicas read for every user, in two orders
            List<CompletableFuture<Answer>> reads = new ArrayList<>();
            for (int i = 0; i < 2 * USERS; i++) {
                int next = i % 2 == 0 ? i : 2 * USERS - i;
                reads.add(users.get(next).send("GET", paths.get(next)));
            }
            assertThat(reads.stream().map(CompletableFuture::join).toList())
                    .extracting(Answer::status)
                    .containsOnly(200);
            List<Long> now = times();
            for (int i = 0; i < now.size(); i++) {
                assertThat(now.get(i)).isGreaterThanOrEqualTo(before.get(i));
            }
            before = now;
        }
        long begun = last;
        one.terminate();
        other.terminate();
        one.exitCode();
        other.exitCode();

        assertThat(times()).allSatisfy(time -> assertThat(time).isGreaterThanOrEqualTo(begun));
        assertThat(rows.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
                .isZero();
        assertThat(sinceReady()).doesNotContain(" ERROR ", "cannot write times");
    }

    /** When each user was last seen, and when the data of each was last read, in ms since 1970. */
    private List<Long> times() {
        return rows.texts("""
                SELECT time FROM (
                  SELECT 1, user_id, last_seen AS time FROM user_accounts
                  UNION ALL
                  SELECT 2, user_id::text, (extract(epoch FROM last_accessed) * 1000)::bigint FROM user_sync_data) AS t (kind, user_id, time)
                ORDER BY kind, user_id""").stream().map(Long::valueOf).toList();
    }

    private static JsonObject blob() {
        return new JsonObject()
                .put("encryptedBlob", "AAAA")
                .put("iv", "0".repeat(16))
                .put("timestamp", 1)
                .put("checksum", "0".repeat(64));
    }
}
