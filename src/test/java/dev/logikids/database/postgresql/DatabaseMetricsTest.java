package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static dev.logikids.database.postgresql.OpenDatabase.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the pool and its transactions count. */
class DatabaseMetricsTest {

    private static final String DATABASE = TestPostgreSql.server().createDatabase();

    @Test
    void eachTransactionIsCountedByItsEnd() {
        try (OpenDatabase open = OpenDatabase.at(DATABASE)) {
            AtomicInteger attempts = new AtomicInteger();

            await(open.database.inTransaction(
                    connection -> connection.query("SELECT 1").execute()));
            failureOf(open.database.inTransaction(
                    connection -> connection.query("SELECT 1/0").execute()));
            await(open.database.inTransaction(connection -> attempts.incrementAndGet() == 1
                    ? connection
                            .query("DO $$ BEGIN RAISE EXCEPTION 'collides' USING ERRCODE = '40001'; END $$")
                            .execute()
                    : connection.query("SELECT 1").execute()));

            assertThat(transactions(open, "committed")).isEqualTo(2);
            assertThat(transactions(open, "rolled_back")).isEqualTo(1);
            assertThat(transactions(open, "retried")).isEqualTo(1);
            assertThat(transactions(open, "unknown")).isZero();
            assertThat(open.registry.get("logikids.pool.acquire").timer().count())
                    .isEqualTo(4);
        }
    }

    @Test
    void whoWaitsTooLongOrInVainIsCountedByReason() throws Exception {
        try (TcpProxy network = TcpProxy.to(DATABASE);
                OpenDatabase open =
                        OpenDatabase.at(network.databaseUrl(), "max-size", "1", "acquire-timeout", "300ms")) {
            CompletableFuture<Void> goOn = new CompletableFuture<>();
            var holder = open.database
                    .withConnection(connection -> Uni.createFrom().completionStage(goOn))
                    .subscribeAsCompletionStage();
            OpenDatabase.eventually(() -> open.database.figures().inUse() == 1);

            failureOf(open.database.ping(Duration.ofSeconds(9)));
            goOn.complete(null);
            holder.join();
            assertThat(rejected(open, "timeout")).isEqualTo(1);
            assertThat(connects(open, "opened")).isEqualTo(1);

            network.refuse();
            OpenDatabase.eventually(() -> {
                failureOf(open.database.ping(Duration.ofSeconds(9)));
                return rejected(open, "unavailable") > 0;
            });
            assertThat(connects(open, "failed")).isPositive();
            assertThat(rejected(open, "queue")).isZero();
        }
    }

    private static double transactions(OpenDatabase open, String outcome) {
        return open.registry
                .get("logikids.transactions")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static double rejected(OpenDatabase open, String reason) {
        return open.registry
                .get("logikids.pool.rejected")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private static double connects(OpenDatabase open, String outcome) {
        return open.registry
                .get("logikids.pool.connects")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
