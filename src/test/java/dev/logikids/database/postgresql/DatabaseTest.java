package dev.logikids.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bean as the service uses it. */
@QuarkusTest
class DatabaseTest extends ApiTest {

    @Inject
    Database database;

    @Test
    void itsPoolHasTheConfiguredBounds() throws Throwable {
        assumeFalse(TestPostgreSql.behindPgBouncer(), "behind PgBouncer each transaction sets its limits: PoolTest");
        String settings = VertxContextSupport.subscribeAndAwait(() -> database.withConnection(connection -> connection
                .query("SELECT current_setting('application_name') || ' ' || current_setting('statement_timeout')")
                .execute()
                .map(rows -> rows.iterator().next().getString(0))));

        assertThat(settings)
                .isEqualTo("logikids-database " + ProcessHandle.current().pid() + " 8s");
        assertThat(database.figures().max()).isEqualTo(10);
    }

    @Test
    void workAndOutcomeStayInTheContextOfTheRequest() throws Throwable {
        boolean same = VertxContextSupport.subscribeAndAwait(() -> {
            var request = Vertx.currentContext();
            assertThat(VertxContext.isDuplicatedContext(request)).isTrue();
            return database.inTransaction(connection ->
                            connection.query("SELECT 1").execute().map(rows -> Vertx.currentContext() == request))
                    .map(inside -> inside && Vertx.currentContext() == request);
        });

        assertThat(same).isTrue();
    }

    @Test
    void theRowsOfReadsThatShareAConnectionComeInTheContextOfEachRequest() {
        List<CompletableFuture<Boolean>> requests = Stream.generate(
                        () -> CompletableFuture.supplyAsync(this::readStaysInItsContext))
                .limit(3)
                .toList();

        assertThat(requests).allMatch(CompletableFuture::join);
    }

    private boolean readStaysInItsContext() {
        try {
            return VertxContextSupport.subscribeAndAwait(() -> {
                var request = Vertx.currentContext();
                return database.read(Statement.ACCOUNT_FIND, "SELECT pg_sleep($1)", Tuple.of(0.1))
                        .map(rows -> Vertx.currentContext() == request);
            });
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void itsPoolIsMeasuredAlsoWhenItRefusesCallers() {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        int callers = 10 + 200 + 5;
        List<Uni<Boolean>> calls = Stream.generate(() -> database.withConnection(
                                connection -> Uni.createFrom().completionStage(goOn))
                        .replaceWith(true)
                        .onFailure(DatabaseFailure.Busy.class)
                        .recoverWithItem(false))
                .limit(callers)
                .toList();

        CompletableFuture<List<Boolean>> outcomes =
                Uni.join().all(calls).andFailFast().subscribeAsCompletionStage();
        goOn.complete(null);

        // a caller whose connection is being opened counts as waiting
        assertThat(outcomes.join()).filteredOn(served -> served).hasSizeBetween(200, 210);
        assertThat(api.get("/q/metrics").body())
                .contains("logikids_pool_connections{state=\"in_use\"} 0.0", "logikids_pool_waiting 0.0")
                .containsPattern("logikids_pool_rejected_total\\{reason=\"queue\"} [^0]");
    }
}
