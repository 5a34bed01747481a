package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static dev.logikids.database.postgresql.OpenDatabase.eventually;
import static dev.logikids.database.postgresql.OpenDatabase.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class PoolTest {

    /** The default, which ends what nothing else ends. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(9);

    private static String url;

    @BeforeAll
    static void database() {
        url = TestPostgreSql.server().createDatabase();
    }

    @Test
    void aCallerTooManyIsRefusedAtOnce() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "2", "max-waiting", "1")) {
            CompletableFuture<Void> goOn = hold(opened, 2);
            CompletableFuture<Void> waiting =
                    opened.database.withConnection(PoolTest::nothing).subscribeAsCompletionStage();
            eventually(() -> opened.database.figures().waiting() == 1);

            Throwable failure = failureOf(opened.database.withConnection(PoolTest::nothing));

            assertThat(failure).isInstanceOf(DatabaseFailure.Busy.class).hasMessageContaining("too many");
            assertThat(opened.database.figures()).isEqualTo(new PoolFigures(2, 2, 2, 1));
            goOn.complete(null);
            waiting.join();
            eventually(() -> opened.database.figures().equals(new PoolFigures(2, 2, 0, 0)));
        }
    }

    @Test
    void aCallerWaitsNoLongerThanTheAcquireTimeout() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "1", "acquire-timeout", "300ms")) {
            CompletableFuture<Void> goOn = hold(opened, 1);
            long start = System.nanoTime();

            Throwable failure = failureOf(opened.database.withConnection(PoolTest::nothing));

            assertThat(failure).isInstanceOf(DatabaseFailure.Busy.class).hasMessageContaining("became free");
            assertThat(since(start)).isBetween(Duration.ofMillis(290), CALL_TIMEOUT);
            goOn.complete(null);
            await(opened.database.withConnection(PoolTest::nothing));
        }
    }

    @Test
    void aConnectionThatArrivesAfterItsCallerGaveUpIsNotLost() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "1", "acquire-timeout", "500ms")) {
            Context loopOfTheConnection = await(opened.database.withConnection(
                    connection -> nothing(connection).map(done -> Vertx.currentContext())));
            // callers of other event loops: the connection passes from one to the next on its own
            CompletableFuture<Void> goOn = new CompletableFuture<>();
            CompletableFuture<Void> holder = onAnotherLoop(
                    loopOfTheConnection,
                    opened.database.withConnection(
                            connection -> Uni.createFrom().completionStage(goOn)));
            eventually(() -> opened.database.figures().inUse() == 1);
            CompletableFuture<Void> waiter =
                    onAnotherLoop(loopOfTheConnection, opened.database.withConnection(PoolTest::nothing));
            eventually(() -> opened.database.figures().waiting() == 1);

            CompletableFuture<Void> spinning = new CompletableFuture<>();
            loopOfTheConnection.runOnContext(busy -> {
                spinning.complete(null);
                spin(Duration.ofSeconds(1));
            });
            spinning.join();
            goOn.complete(null);
            holder.join();

            assertThat(waiter)
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .withMessageContaining("in time");
            eventually(() -> await(opened.database
                    .withConnection(PoolTest::nothing)
                    .replaceWith(true)
                    .onFailure(DatabaseFailure.Busy.class)
                    .recoverWithItem(false)));
            assertThat(opened.database.figures()).isEqualTo(new PoolFigures(1, 1, 0, 0));
            assertThat(OpenDatabase.uncaught()).isEmpty();
        }
    }

    private static CompletableFuture<Void> onAnotherLoop(Context loop, Uni<Void> call) {
        VertxInternal vertx = (VertxInternal) loop.owner();
        ContextInternal other = vertx.createEventLoopContext();
        while (other.nettyEventLoop() == ((ContextInternal) loop).nettyEventLoop()) {
            other = vertx.createEventLoopContext();
        }
        ContextInternal chosen = other;
        return call.runSubscriptionOn(task -> chosen.runOnContext(started -> task.run()))
                .subscribeAsCompletionStage();
    }

    private static void spin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aPingTellsTheVersionAndDoesNotQueueBehindAnExhaustedPool() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "1")) {
            assertThat(await(opened.database.ping(Patience.LONGEST))).matches("\\d{2}\\..+");
            CompletableFuture<Void> goOn = hold(opened, 1);
            long start = System.nanoTime();

            Throwable failure = failureOf(opened.database.ping(Duration.ofMillis(200)));

            assertThat(failure).isInstanceOf(DatabaseFailure.Busy.class);
            assertThat(since(start)).isLessThan(CALL_TIMEOUT);
            goOn.complete(null);
            // the abandoned wait gives its connection straight back
            eventually(() -> opened.database.figures().waiting() == 0);
            await(opened.database.ping(Patience.LONGEST));
        }
    }

    @Test
    void aStatementEndsAfterItsTimeoutAndTheConnectionStays() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "1", "statement-timeout", "200ms")) {
            int backend = await(opened.database.withConnection(PoolTest::backend));

            Throwable failure =
                    failureOf(opened.database.withConnection(connection -> query(connection, "SELECT pg_sleep(20)")));

            assertThat(failure).isInstanceOf(DatabaseFailure.Busy.class).hasMessageContaining("57014");
            assertThat(await(opened.database.withConnection(PoolTest::backend))).isEqualTo(backend);
        }
    }

    @Test
    void aWaitForALockEndsAfterItsTimeout() {
        try (OpenDatabase opened = OpenDatabase.at(url, "lock-timeout", "200ms")) {
            opened.run("CREATE TABLE blocked (id integer)");
            CompletableFuture<Void> goOn = new CompletableFuture<>();
            CompletableFuture<Void> locked = new CompletableFuture<>();
            CompletableFuture<Void> holder = opened.database
                    .inTransaction(connection -> query(connection, "LOCK TABLE blocked")
                            .invoke(() -> locked.complete(null))
                            .chain(() -> Uni.createFrom().completionStage(goOn)))
                    .subscribeAsCompletionStage();
            locked.join();

            Throwable failure = failureOf(
                    opened.database.inTransaction(connection -> query(connection, "INSERT INTO blocked VALUES (1)")));

            assertThat(failure).isInstanceOf(DatabaseFailure.Busy.class).hasMessageContaining("55P03");
            goOn.complete(null);
            holder.join();
        }
    }

    @Test
    void aConnectionKilledInTheMiddleOfAStatementIsReplaced() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "1")) {
            CompletableFuture<Integer> sleeping = new CompletableFuture<>();
            CompletableFuture<Throwable> failure = opened.database
                    .inTransaction(connection -> backend(connection)
                            .invoke(sleeping::complete)
                            .chain(() -> query(connection, "SELECT pg_sleep(20)")))
                    .onItem()
                    .<Throwable>transform(item -> null)
                    .onFailure()
                    .recoverWithItem(lost -> lost)
                    .subscribeAsCompletionStage();

            terminate(sleeping.join());

            assertThat(failure.join()).isInstanceOf(DatabaseFailure.Unavailable.class);
            assertThat(await(opened.database.withConnection(PoolTest::backend))).isNotEqualTo(sleeping.join());
        }
    }

    @Test
    void aConnectionKilledBetweenTwoStatementsIsReplaced() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "1")) {
            Throwable failure = failureOf(opened.database.inTransaction(connection ->
                    backend(connection).invoke(PoolTest::terminate).chain(() -> query(connection, "SELECT 1"))));

            assertThat(failure).isInstanceOf(DatabaseFailure.Unavailable.class);
            await(opened.database.withConnection(PoolTest::nothing));
            assertThat(opened.database.figures()).isEqualTo(new PoolFigures(1, 1, 0, 0));
        }
    }

    @Test
    void aConnectionThatTurnsOutToBeReadOnlyIsReplaced() {
        String standby = TestPostgreSql.server().createDatabase();
        try (OpenDatabase opened = OpenDatabase.at(standby, "max-size", "1")) {
            opened.run("CREATE TABLE moved (id integer)");
            opened.run("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");

            Throwable failure = failureOf(
                    opened.database.inTransaction(connection -> query(connection, "INSERT INTO moved VALUES (1)")));

            assertThat(failure).isInstanceOf(DatabaseFailure.Unavailable.class).hasMessageContaining("25006");
            await(opened.database.inTransaction(connection -> query(connection, "INSERT INTO moved VALUES (1)")));
        }
    }

    @Test
    void everyConnectionIsNamedAndBounded() {
        String settings = """
                SELECT a.application_name || ' ' || current_setting('statement_timeout') || ' '
                    || current_setting('lock_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout')
                FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()
                """;
        try (OpenDatabase usual = OpenDatabase.at(url);
                OpenDatabase named = OpenDatabase.at(url + "?application_name=reports", "lock-timeout", "1s")) {
            assertThat(text(usual, settings))
                    .isEqualTo("logikids-database " + ProcessHandle.current().pid() + " 8s 3s 10s");
            assertThat(text(named, settings)).isEqualTo("reports 8s 1s 10s");
        }
    }

    @Test
    void aConnectionKeepsABoundedNumberOfPreparedStatements() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "1")) {
            for (int i = 0; i < 2 * PostgreSqlPool.PREPARED_STATEMENTS; i++) {
                prepared(opened, "SELECT $1::text || '" + i + "'");
            }

            assertThat(Integer.parseInt(text(opened, "SELECT count(*)::text FROM pg_prepared_statements")))
                    .isBetween(1, PostgreSqlPool.PREPARED_STATEMENTS);
        }
    }

    @Test
    void behindPgBouncerNothingIsPreparedAndTheTimeoutsComeWithEachTransaction() {
        try (OpenDatabase opened = OpenDatabase.at(url, "max-size", "1", "pgbouncer", "true")) {
            prepared(opened, "SELECT $1::text");
            String settings = "SELECT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')";

            String inTransaction = await(opened.database.inTransaction(connection -> text(connection, settings)));

            assertThat(inTransaction).isEqualTo("8s 3s");
            assertThat(text(opened, settings)).isEqualTo("0 0");
            assertThat(text(opened, "SELECT count(*)::text FROM pg_prepared_statements"))
                    .isEqualTo("0");
        }
    }

    @Test
    void aWrongPasswordIsAnUnavailableDatabaseAndStaysSecret() {
        String wrong =
                url.replace(":development@", ":secret@").replace("logikids:", "nobody_" + System.nanoTime() + ":");
        try (OpenDatabase opened = OpenDatabase.at(wrong)) {
            Throwable failure = failureOf(opened.database.withConnection(PoolTest::nothing));

            assertThat(failure).isInstanceOf(DatabaseFailure.Unavailable.class);
            assertThat(failure.toString()).doesNotContain("secret").doesNotContain("nobody_");
        }
    }

    private static CompletableFuture<Void> hold(OpenDatabase opened, int connections) {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        for (int i = 0; i < connections; i++) {
            opened.database
                    .withConnection(connection ->
                            nothing(connection).chain(() -> Uni.createFrom().completionStage(goOn)))
                    .subscribe()
                    .with(item -> {}, failure -> {});
        }
        eventually(() -> opened.database.figures().inUse() == connections);
        return goOn;
    }

    private static void terminate(int backend) {
        try (var connection = TestPostgreSql.connectTo(url);
                var statement = connection.prepareStatement("SELECT pg_terminate_backend(?, 5000)")) {
            statement.setInt(1, backend);
            statement.execute();
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void prepared(OpenDatabase opened, String sql) {
        await(opened.database.withConnection(
                connection -> connection.preparedQuery(sql).execute(Tuple.of("value"))));
    }

    private static Uni<Void> nothing(SqlConnection connection) {
        return query(connection, "SELECT 1");
    }

    private static Uni<Integer> backend(SqlConnection connection) {
        return text(connection, "SELECT pg_backend_pid()::text").map(Integer::valueOf);
    }

    private static Uni<Void> query(SqlConnection connection, String sql) {
        return connection.query(sql).execute().replaceWithVoid();
    }

    private static Uni<String> text(SqlConnection connection, String sql) {
        return connection
                .query(sql)
                .execute()
                .map(rows -> rows.iterator().next().getString(0));
    }

    private static String text(OpenDatabase opened, String sql) {
        return await(opened.database.withConnection(connection -> text(connection, sql)));
    }
}
