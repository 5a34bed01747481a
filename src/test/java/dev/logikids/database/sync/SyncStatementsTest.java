package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many statements a request costs, the check of the account included: counted by PostgreSQL itself. */
@QuarkusTest
class SyncStatementsTest extends ApiTest {

    private static final int REQUESTS = 20;

    @BeforeEach
    void count() {
        rows.run("CREATE SCHEMA IF NOT EXISTS statistics");
        rows.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA statistics");
    }

    @Test
    void oneStatementAReadOrWrite() {
        SyncUser user = SyncUser.create();
        assertThat(callsDuring(() -> user.put(SyncUser.upload("YQ==")))).containsExactly(REQUESTS);
        assertThat(callsDuring(() -> user.get().then().statusCode(200))).containsExactly(REQUESTS);
        String etag = user.get().header("ETag");
        assertThat(callsDuring(() -> user.call()
                        .header("If-None-Match", etag)
                        .get(user.path())
                        .then()
                        .statusCode(304)))
                .containsExactly(REQUESTS);
        assertThat(callsDuring(() -> user.put(SyncUser.upload("YQ=="), Map.of("If-Match", "*"))
                        .then()
                        .statusCode(200)))
                .containsExactly(REQUESTS);
        assertThat(callsDuring(() -> user.call().post(user.path() + "/verify"))).containsExactly(REQUESTS);
        assertThat(callsDuring(() -> user.call().delete(user.path()))).containsExactly(REQUESTS);
    }

    @Test
    void oneStatementForWhatOnlyTheAccountIsLookedAt() {
        SyncUser user = SyncUser.create();
        SyncUser other = SyncUser.create();
        assertThat(callsDuring(() -> user.call().get(other.path()).then().statusCode(403)))
                .containsExactly(REQUESTS);
        assertThat(callsDuring(() -> user.put(SyncUser.upload("")).then().statusCode(400)))
                .containsExactly(REQUESTS);
    }

    @Test
    void noStatementWithoutAGoodToken() {
        SyncUser user = SyncUser.create();
        SyncUser forger = new SyncUser(user.id(), user.token() + "x");
        assertThat(callsDuring(() -> forger.get().then().statusCode(401))).isEmpty();
    }

    /** For each statement how often it ran, but for the batches beside the requests. */
    private List<Integer> callsDuring(Runnable request) {
        rows.texts("SELECT statistics.pg_stat_statements_reset()::text");
        for (int i = 0; i < REQUESTS; i++) {
            request.run();
        }
        return rows.texts("""
                        SELECT calls FROM statistics.pg_stat_statements
                        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                          AND query !~ 'WITH locked|pg_stat_statements|^SET |^SHOW ' AND query ~ 'user_|BEGIN|COMMIT'
                        """).stream().map(Integer::valueOf).toList();
    }
}
