package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.user.AccountSql;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What statements a request costs, the check of the account included: counted and planned by PostgreSQL itself. */
@QuarkusTest
class SyncStatementsTest extends SyncApiTest {

    private static final int REQUESTS = 20;
    private static final AtomicInteger PREPARED = new AtomicInteger();

    /** Without the batches beside the requests. */
    private static final String CALLS = """
            SELECT calls FROM statistics.pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND query !~ 'WITH locked|WITH read|pg_stat_statements|^SET |^SHOW ' AND query ~ 'user_|BEGIN|COMMIT'
            """;

    @BeforeEach
    void count() {
        rows.run("CREATE SCHEMA IF NOT EXISTS statistics");
        rows.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA statistics");
    }

    @Test
    void oneStatementAReadOrWrite() {
        SyncUser user = newUser();
        assertThat(callsDuring(200, () -> user.put(upload("YQ==")))).containsExactly(REQUESTS);
        assertThat(callsDuring(200, user::get)).containsExactly(REQUESTS);
        String etag = user.get().header("ETag");
        assertThat(callsDuring(304, () -> user.api().with("If-None-Match", etag).get(user.path())))
                .containsExactly(REQUESTS);
        assertThat(callsDuring(200, () -> user.put(upload("YQ=="), "If-Match", "*")))
                .containsExactly(REQUESTS);
        assertThat(callsDuring(200, user::verify)).containsExactly(REQUESTS);
        assertThat(callsDuring(200, user::delete)).containsExactly(REQUESTS);
        assertThat(callsDuring(404, user::get)).containsExactly(REQUESTS);
    }

    @Test
    void aPreconditionThatFailsCostsAStatementMore() {
        SyncUser user = newUser();
        user.put(upload("YQ=="));
        assertThat(callsDuring(412, () -> user.put(upload("YQ=="), "If-None-Match", "*")))
                .containsExactly(REQUESTS, REQUESTS);
    }

    @Test
    void theAccountIsOneEntryOfTheIndexInLowerCase() throws SQLException {
        try (Connection connection = rows.connect();
                Statement statement = connection.createStatement()) {
            // the table is nearly empty
            statement.execute("SET enable_seqscan = off");
            ResultSet plan = statement.executeQuery(
                    "EXPLAIN (FORMAT JSON) " + AccountSql.active("'" + Rows.newUserId() + "'", ""));
            plan.next();
            assertThat(plan.getString(1))
                    .contains("\"idx_user_accounts_lower_user_id\"", "\"Index Cond\": \"(lower(user_id) = ")
                    .doesNotContain("Sort");
        }
    }

    /** Two replicas that write the times of the same rows then wait for each other instead of deadlocking. */
    @Test
    @DisabledIfSystemProperty(
            named = "test.citus.url",
            matches = ".+",
            disabledReason = "locks no rows of several shards")
    void theRowsOfABatchOfTimesAreLockedInTheOrderOfTheirIds() {
        String batch = SyncSql.PLAIN.lastAccessed().replace("$1", "'{}'").replace("$2", "'{}'");

        List<String> plan = rows.texts("EXPLAIN (COSTS OFF) " + batch);

        assertThat(plan).extracting(String::strip).containsSubsequence("->  LockRows", "->  Sort");
    }

    @Test
    void oneStatementForWhatOnlyTheAccountIsLookedAt() {
        SyncUser user = newUser();
        SyncUser other = newUser();
        assertThat(callsDuring(403, () -> user.api().get(other.path()))).containsExactly(REQUESTS);
        assertThat(callsDuring(400, () -> user.put(upload("")))).containsExactly(REQUESTS);
    }

    @Test
    void noStatementWithoutAGoodToken() {
        SyncUser user = newUser();
        assertThat(callsDuring(401, () -> api.as(user.token() + "x").get(user.path())))
                .isEmpty();
    }

    @Test
    @DisabledIfSystemProperty(named = "test.citus.url", matches = ".+", disabledReason = "sync_owners is there")
    void whatStandsBesideTheDataIsAskedOnlyOnceItIsComplete() {
        SyncUser user = newUser();
        rows.run("CREATE TABLE sync_owners (owner_id uuid PRIMARY KEY, user_id text, revoked boolean)");
        try {
            assertThat(ready()).isEqualTo(200);
            assertThat(user.put(upload("YQ==")).status()).isEqualTo(200);

            rows.run("COMMENT ON TABLE sync_owners IS 'complete'");
            assertThat(ready()).isEqualTo(200);
            assertThat(user.get().status()).as("it is not there").isEqualTo(401);
            assertThat(user.put(upload("YQ==")).status()).isEqualTo(401);
            rows.run("INSERT INTO sync_owners VALUES ('%s', '%s', false)".formatted(user.id(), user.id()));
            assertThat(user.put(upload("YQ==")).status()).isEqualTo(200);
        } finally {
            rows.run("DROP TABLE sync_owners");
        }
        assertThat(ready()).isEqualTo(200);
        assertThat(user.get().status()).isEqualTo(200);
    }

    private int ready() {
        return api.get("/q/health/ready").status();
    }

    @Test
    @EnabledIfSystemProperty(named = "test.citus.url", matches = ".+", disabledReason = "needs a Citus")
    void onCitusAReadOrWriteIsOneTaskOnOneWorker() {
        onCitus(
                SyncSql.CITUS,
                (shipped, statement) -> assertThat(rows.texts("EXPLAIN (COSTS OFF) " + shipped))
                        .as(statement)
                        .filteredOn(line -> line.contains("Task Count") || line.contains("Subplan"))
                        .extracting(String::strip)
                        .containsExactly("Task Count: 1"));
    }

    /** A replica may not yet have seen that the table is distributed. */
    @Test
    @EnabledIfSystemProperty(named = "test.citus.url", matches = ".+", disabledReason = "needs a Citus")
    void onCitusThePlainStatementsDoTheSame() {
        onCitus(SyncSql.PLAIN, (shipped, statement) -> {
            // the later ones with the plan for any value
            for (int i = 0; i < 7; i++) {
                assertThat(rows.texts(shipped)).as(statement).hasSizeLessThan(2);
            }
        });
    }

    private void onCitus(SyncSql sql, BiConsumer<String, String> check) {
        String id = newUser().id();
        String ids = "'%s', '%s'".formatted(id, id);
        String upload =
                ids + ", '\\x51554a44'::bytea, 'AAAAAAAAAAAAAAAA', 1, '%s', 3, '2026-01-01Z'".formatted("a".repeat(64));
        Map<String, String> statements = new LinkedHashMap<>();
        statements.put(sql.create(), upload);
        statements.put(sql.store(), upload);
        if (sql == SyncSql.CITUS) {
            statements.put(sql.storeUnknown(), upload + ", '{}'");
        }
        statements.put(sql.replace(), upload + ", false, '{}', true, '{}'");
        statements.put(sql.find(), ids);
        statements.put(sql.findUnknown(), ids + ", false, '{}'");
        statements.put(sql.findRevision(), ids);
        statements.put(sql.exists(), ids);
        statements.put(sql.delete(), ids);
        statements.forEach((statement, values) -> {
            // the driver keeps what it has seen several times, so no name comes twice
            String name = "shipped_" + PREPARED.incrementAndGet();
            rows.run("PREPARE " + name + " AS " + statement);
            check.accept("EXECUTE " + name + "(" + values + ")", statement);
            rows.run("DEALLOCATE " + name);
        });
    }

    /** For each statement how often it ran. */
    private List<Integer> callsDuring(int status, Supplier<Answer> request) {
        rows.texts("SELECT statistics.pg_stat_statements_reset()::text");
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(request.get().status()).isEqualTo(status);
        }
        return rows.texts(CALLS).stream().map(Integer::valueOf).toList();
    }
}
