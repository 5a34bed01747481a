package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static dev.logikids.database.postgresql.OpenDatabase.eventually;
import static dev.logikids.database.postgresql.OpenDatabase.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.postgresql.TransactionOptions.Isolation;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TransactionTest {

    private static final int MAX = 4;
    private static OpenDatabase opened;
    private static Database database;

    @BeforeAll
    static void open() {
        opened = OpenDatabase.at(TestPostgreSql.server().createDatabase(), "max-size", "" + MAX);
        database = opened.database;
    }

    @AfterAll
    static void close() {
        opened.close();
    }

    @BeforeEach
    void freshTable() {
        opened.run("DROP TABLE IF EXISTS note", "CREATE TABLE note (id text PRIMARY KEY)");
    }

    @AfterEach
    void everyConnectionIsBack() {
        eventually(() -> database.figures().inUse() == 0 && database.figures().waiting() == 0);
    }

    @Test
    void commitsWhenTheWorkGivesAnItem() {
        String item = await(
                database.inTransaction(connection -> insert(connection, "kept").replaceWith("done")));

        assertThat(item).isEqualTo("done");
        assertThat(opened.count("note")).isEqualTo(1);
    }

    @Test
    void rollsBackWhenTheWorkFailsAndLeavesItsFailureAlone() {
        Throwable refusal = new IllegalArgumentException("refused");

        Throwable failure = failureOf(database.inTransaction(connection ->
                insert(connection, "lost").chain(() -> Uni.createFrom().failure(refusal))));

        assertThat(failure).isSameAs(refusal);
        assertThat(opened.count("note")).isZero();
    }

    @Test
    void rollsBackWhenTheWorkThrows() {
        IllegalStateException thrown = new IllegalStateException("thrown");

        Throwable atOnce = failureOf(database.inTransaction(connection -> {
            throw thrown;
        }));
        Throwable later = failureOf(
                database.inTransaction(connection -> insert(connection, "lost").map(inserted -> {
                    throw thrown;
                })));

        assertThat(atOnce).isSameAs(thrown);
        assertThat(later).isSameAs(thrown);
        assertThat(opened.count("note")).isZero();
    }

    @Test
    void everyWayOutReturnsTheConnection() {
        List<Function<SqlConnection, Uni<Void>>> ways = List.of(
                connection -> insert(connection, "same"),
                connection -> Uni.createFrom().failure(new IllegalArgumentException()),
                connection -> {
                    throw new IllegalArgumentException();
                },
                connection -> null,
                connection -> query(connection, "no such statement"),
                connection -> query(connection, "SELECT pg_terminate_backend(pg_backend_pid())"));

        for (int round = 0; round < 3 * MAX; round++) {
            for (Function<SqlConnection, Uni<Void>> way : ways) {
                failureOf(database.inTransaction(way));
                failureOf(database.withConnection(way));
                assertThat(database.figures().inUse()).isZero();
            }
        }
        assertThat(opened.count("note")).isEqualTo(1);
        assertThat(database.figures().open()).isLessThanOrEqualTo(MAX);
    }

    @Test
    void aCancelledTransactionThatHasBegunRunsToItsEnd() {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        Cancellable subscription = database.inTransaction(connection -> insert(connection, "kept")
                        .invoke(() -> begun.complete(null))
                        .chain(() -> Uni.createFrom().completionStage(goOn)))
                .subscribe()
                .with(item -> {}, failure -> {});
        begun.join();

        subscription.cancel();
        goOn.complete(null);

        eventually(() -> opened.count("note") == 1);
    }

    @Test
    void aCancelledTransactionThatWaitsForAConnectionNeverBegins() {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        for (int holder = 0; holder < MAX; holder++) {
            database.inTransaction(connection -> Uni.createFrom().completionStage(goOn))
                    .subscribe()
                    .with(item -> {}, failure -> {});
        }
        eventually(() -> database.figures().inUse() == MAX);
        AtomicInteger runs = new AtomicInteger();
        Cancellable waiting = database.inTransaction(connection -> {
                    runs.incrementAndGet();
                    return insert(connection, "never");
                })
                .subscribe()
                .with(item -> {}, failure -> {});

        waiting.cancel();
        goOn.complete(null);

        eventually(() -> database.figures().waiting() == 0 && database.figures().inUse() == 0);
        assertThat(runs).hasValue(0);
        assertThat(opened.count("note")).isZero();
    }

    @Test
    void cancellingAtAnyMomentLosesNoConnection() {
        for (int round = 0; round < 200; round++) {
            String id = "round " + round;
            Cancellable subscription = database.inTransaction(connection -> insert(connection, id))
                    .subscribe()
                    .with(item -> {}, failure -> {});
            long end = System.nanoTime() + round * 10_000L;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            subscription.cancel();
        }

        eventually(() -> database.figures().inUse() == 0 && database.figures().waiting() == 0);
        assertThat(opened.count("note")).isLessThanOrEqualTo(200);
    }

    @Test
    void itsTimeoutEndsAStatement() {
        Throwable failure = failureOf(database.inTransaction(
                TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(200)),
                connection -> insert(connection, "lost").chain(() -> query(connection, "SELECT pg_sleep(20)"))));

        assertThat(failure).isInstanceOf(DatabaseFailure.Busy.class);
        assertThat(opened.count("note")).isZero();
    }

    @Test
    void itsTimeoutEndsWorkThatNeverAnswers() {
        Throwable failure = failureOf(database.inTransaction(
                TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(200)),
                connection ->
                        insert(connection, "lost").chain(() -> Uni.createFrom().nothing())));

        assertThat(failure).isInstanceOf(DatabaseFailure.Busy.class).hasMessageContaining("200 ms");
        // the row lock is gone with its connection
        await(database.inTransaction(connection -> insert(connection, "lost")));
    }

    @Test
    void aSerializationConflictIsTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<Void> bothHaveRead = new CompletableFuture<>();
        Function<String, Uni<Void>> countAndAdd = id -> database.inTransaction(
                TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE),
                connection -> query(connection, "SELECT count(*) FROM note")
                        .chain(() -> {
                            if (attempts.incrementAndGet() == 2) {
                                bothHaveRead.complete(null);
                            }
                            return Uni.createFrom().completionStage(bothHaveRead);
                        })
                        .chain(() -> insert(connection, id)));

        await(Uni.join()
                .all(countAndAdd.apply("one"), countAndAdd.apply("other"))
                .andFailFast());

        assertThat(attempts).hasValue(3);
        assertThat(opened.count("note")).isEqualTo(2);
    }

    @Test
    void aDeadlockIsTriedAgain() {
        opened.run("INSERT INTO note VALUES ('a'), ('b')");
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<Void> bothHoldOne = new CompletableFuture<>();
        CompletableFuture<Void> survivorDone = new CompletableFuture<>();

        await(Uni.join()
                .all(
                        lockBoth("a", "b", attempts, bothHoldOne, survivorDone),
                        lockBoth("b", "a", attempts, bothHoldOne, survivorDone))
                .andFailFast());

        assertThat(attempts).hasValue(3);
    }

    private static Uni<Void> lockBoth(
            String first,
            String second,
            AtomicInteger attempts,
            CompletableFuture<Void> bothHoldOne,
            CompletableFuture<Void> survivorDone) {
        return database.inTransaction(connection -> Uni.createFrom()
                        // a repetition must not overtake the survivor, which may not have run again since it was woken
                        .completionStage(
                                () -> attempts.get() < 2 ? CompletableFuture.<Void>completedFuture(null) : survivorDone)
                        .chain(() -> lock(connection, first))
                        .chain(() -> {
                            if (attempts.incrementAndGet() == 2) {
                                bothHoldOne.complete(null);
                            }
                            return Uni.createFrom().completionStage(bothHoldOne);
                        })
                        .chain(() -> lock(connection, second)))
                .invoke(() -> survivorDone.complete(null));
    }

    @Test
    void collisionsWithoutEndBecomeAConflictThatKeepsTheEarlierOnes() {
        AtomicInteger attempts = new AtomicInteger();

        Throwable failure = failureOf(database.inTransaction(connection -> {
            attempts.incrementAndGet();
            return raise(connection, "40001");
        }));

        assertThat(attempts).hasValue(3);
        assertThat(failure).isInstanceOf(DatabaseFailure.Conflict.class).hasMessageContaining("40001");
        assertThat(failure.getSuppressed()).hasSize(2).hasOnlyElementsOfType(DatabaseFailure.Conflict.class);
    }

    @Test
    void onlyCollisionsAreTriedAgainAndOnlyAsOftenAsAllowed() {
        AtomicInteger attempts = new AtomicInteger();
        Function<String, Function<SqlConnection, Uni<Void>>> failing = sqlState -> connection -> {
            attempts.incrementAndGet();
            return raise(connection, sqlState);
        };

        failureOf(database.inTransaction(failing.apply("23505")));
        failureOf(database.inTransaction(failing.apply("57014")));
        failureOf(database.inTransaction(failing.apply("40P01")));

        assertThat(attempts).hasValue(1 + 1 + 3);
    }

    @Test
    void aTransactionInWhichAFailedStatementWasPassedOverDoesNotPassForCommitted() {
        Throwable failure = failureOf(database.inTransaction(connection -> insert(connection, "lost")
                .chain(() -> insert(connection, "lost"))
                .onFailure()
                .recoverWithNull()));

        assertThat(failure).isInstanceOf(DatabaseFailure.Unexpected.class).hasMessageContaining("25P02");
        assertThat(opened.count("note")).isZero();
    }

    @Test
    void aConstraintCheckedAtTheCommitRollsBack() {
        opened.run(
                "DROP TABLE IF EXISTS late",
                "CREATE TABLE late (id text, CONSTRAINT late_once UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)");

        Throwable failure = failureOf(
                database.inTransaction(connection -> query(connection, "INSERT INTO late VALUES ('x'), ('x')")));

        assertThat(failure).isInstanceOf(DatabaseFailure.UniqueViolation.class).hasMessageContaining("late_once");
        assertThat(opened.count("late")).isZero();
    }

    @Test
    void aConnectionLostInTheCommitLeavesTheOutcomeOpen() {
        opened.run("DROP TABLE IF EXISTS fatal", "CREATE TABLE fatal (id text)", """
                CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
                """, """
                CREATE CONSTRAINT TRIGGER die AFTER INSERT ON fatal DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION die()
                """);

        Throwable failure =
                failureOf(database.inTransaction(connection -> query(connection, "INSERT INTO fatal VALUES ('x')")));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        DatabaseFailure.Unavailable.class,
                        unavailable -> assertThat(unavailable.outcomeUnknown()).isTrue())
                .hasMessageContaining("outcome is unknown");
        assertThat(opened.count("fatal")).isZero();
    }

    @Test
    void takingASecondConnectionInsideWorkFailsLoudly() {
        Throwable inTransaction = failureOf(database.inTransaction(connection ->
                insert(connection, "lost").chain(() -> database.inTransaction(second -> insert(second, "never")))));
        Throwable onConnection = failureOf(
                database.withConnection(connection -> database.withConnection(second -> insert(second, "never"))));

        assertThat(inTransaction).isInstanceOf(IllegalStateException.class).hasMessageContaining("by hand");
        assertThat(onConnection).isInstanceOf(IllegalStateException.class);
        assertThat(opened.count("note")).isZero();
    }

    @Test
    void theOptionsReachTheServer() {
        TransactionOptions options = TransactionOptions.DEFAULT
                .withIsolation(Isolation.REPEATABLE_READ)
                .asReadOnly()
                .withTimeout(Duration.ofMillis(1234));
        String settings = "SELECT current_setting('transaction_isolation') || ' ' || "
                + "current_setting('transaction_read_only') || ' ' || current_setting('statement_timeout')";

        String chosen = await(database.inTransaction(options, connection -> text(connection, settings)));
        String usual = await(database.inTransaction(connection -> text(connection, settings)));

        assertThat(chosen).isEqualTo("repeatable read on 1234ms");
        assertThat(usual).isEqualTo("read committed off 8s");
    }

    @Test
    void noValueReachesAFailure() {
        opened.run("INSERT INTO note VALUES ('secret')");

        List<Throwable> failures = List.of(
                failureOf(database.inTransaction(connection -> insert(connection, "secret"))),
                failureOf(database.inTransaction(connection -> query(connection, "SELECT 'secret'::integer"))),
                failureOf(database.withConnection(connection -> query(connection, "SELECT secret FROM note"))),
                failureOf(database.withConnection(connection ->
                        connection.preparedQuery("SELECT $1::integer").execute(Tuple.of("secret")))),
                failureOf(database.withConnection(connection ->
                        connection.preparedQuery("SELECT $1::text").execute(Tuple.of("secret", "secret")))));

        assertThat(failures).hasOnlyElementsOfType(DatabaseFailure.class).allSatisfy(failure -> {
            StringWriter printed = new StringWriter();
            failure.printStackTrace(new PrintWriter(printed));
            assertThat(printed.toString()).doesNotContain("secret");
        });
        assertThat(failures.get(0))
                .isInstanceOf(DatabaseFailure.UniqueViolation.class)
                .hasMessageContaining("note_pkey");
        assertThat(failures.get(2)).isInstanceOf(DatabaseFailure.SchemaMissing.class);
        assertThat(List.of(failures.get(1), failures.get(3), failures.get(4)))
                .hasOnlyElementsOfType(DatabaseFailure.Unexpected.class);
    }

    @Test
    void aMissingReferencedRowIsNamedByItsConstraint() {
        opened.run(
                "DROP TABLE IF EXISTS answer",
                "CREATE TABLE answer (id text CONSTRAINT answer_note REFERENCES note)",
                "INSERT INTO note VALUES ('here')",
                "INSERT INTO answer VALUES ('here')");

        Throwable missing = failureOf(
                database.inTransaction(connection -> query(connection, "INSERT INTO answer VALUES ('gone')")));
        Throwable stillUsed = failureOf(database.inTransaction(connection -> query(connection, "DELETE FROM note")));
        opened.run("DROP TABLE answer");

        assertThat(List.of(missing, stillUsed))
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(DatabaseFailure.ForeignKeyViolation.class)
                        .hasMessageContaining("answer_note"));
    }

    private static Uni<Void> insert(SqlConnection connection, String id) {
        return connection
                .preparedQuery("INSERT INTO note (id) VALUES ($1)")
                .execute(Tuple.of(id))
                .replaceWithVoid();
    }

    private static Uni<Void> lock(SqlConnection connection, String id) {
        return connection
                .preparedQuery("SELECT id FROM note WHERE id = $1 FOR UPDATE")
                .execute(Tuple.of(id))
                .replaceWithVoid();
    }

    private static Uni<Void> raise(SqlConnection connection, String sqlState) {
        return query(connection, "DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '" + sqlState + "'; END $$");
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
}
