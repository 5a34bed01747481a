package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static dev.logikids.database.postgresql.OpenDatabase.eventually;
import static dev.logikids.database.postgresql.OpenDatabase.failureOf;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_FIND;
import static dev.logikids.database.postgresql.Statement.INVITE_FIND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The reads of one statement, which share a connection. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class ReadsTest {

    private static final int CALLERS = 20;
    private static final String BACKEND = "SELECT pg_backend_pid()::text FROM pg_sleep($1)";

    private static String url;

    private OpenDatabase opened;

    @BeforeAll
    static void database() {
        url = TestPostgreSql.server().createDatabase();
    }

    @AfterEach
    void close() {
        assertThat(OpenDatabase.uncaught()).isEmpty();
        eventually(() -> opened.database.figures().inUse() == 0);
        assertThat(opened.database.figures().waiting()).isZero();
        opened.close();
    }

    @Test
    void thoseOfOneStatementShareOneConnection() {
        opened = OpenDatabase.at(url);

        CompletableFuture<List<String>> accounts = all(CALLERS, () -> text(ACCOUNT_FIND, BACKEND, 0.02));
        CompletableFuture<List<String>> invites = all(CALLERS, () -> text(INVITE_FIND, BACKEND, 0.02));

        Set<String> backends = new HashSet<>(accounts.join());
        assertThat(backends).hasSize(1);
        backends.addAll(invites.join());
        assertThat(backends).hasSize(2);
        assertThat(opened.database.figures()).isEqualTo(new PoolFigures(10, 2, 0, 0));
    }

    @Test
    void behindPgBouncerEachHasAConnectionOfItsOwn() {
        opened = OpenDatabase.at(url, "pgbouncer", "true");

        List<String> backends =
                all(CALLERS, () -> text(ACCOUNT_FIND, BACKEND, 0.2)).join();

        assertThat(Set.copyOf(backends)).hasSize(10);
    }

    @Test
    void oneTooManyIsRefusedAtOnce() {
        opened = OpenDatabase.at(url, "max-waiting", "1");
        CompletableFuture<List<String>> others = all(Reads.PIPELINED + 1, () -> text(ACCOUNT_FIND, BACKEND, 0.02));

        Throwable failure = failureOf(text(ACCOUNT_FIND, BACKEND, 0));

        assertThat(failure).isInstanceOf(DatabaseFailure.Busy.class).hasMessageContaining("too many");
        assertThat(opened.registry
                        .get("logikids.pool.rejected")
                        .tag("reason", "queue")
                        .counter()
                        .count())
                .isEqualTo(1);
        others.join();
    }

    @Test
    void thoseThatGetNoConnectionAreAllCounted() {
        opened = OpenDatabase.at(url, "max-size", "1", "acquire-timeout", "2s");
        CompletableFuture<Void> goOn = hold();

        CompletableFuture<List<Throwable>> failures = all(CALLERS, () -> failure(text(ACCOUNT_FIND, BACKEND, 0)));
        eventually(() -> opened.database.figures().waiting() == CALLERS);

        assertThat(failures.join()).hasOnlyElementsOfType(DatabaseFailure.Busy.class);
        assertThat(opened.registry
                        .get("logikids.pool.rejected")
                        .tag("reason", "timeout")
                        .counter()
                        .count())
                .isEqualTo(CALLERS);
        goOn.complete(null);
    }

    @Test
    void aTableThatIsLockedHoldsUpNoOtherRead() {
        opened = OpenDatabase.at(url, "max-size", "3", "lock-timeout", "2s");
        opened.run("CREATE TABLE locked (id integer)");
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<Void> locked = new CompletableFuture<>();
        CompletableFuture<Void> holder = opened.database
                .inTransaction(connection -> connection
                        .query("LOCK TABLE locked")
                        .execute()
                        .invoke(() -> locked.complete(null))
                        .chain(() -> Uni.createFrom().completionStage(goOn)))
                .subscribeAsCompletionStage();
        locked.join();
        long start = System.nanoTime();

        CompletableFuture<List<Throwable>> blocked =
                all(CALLERS, () -> failure(text(ACCOUNT_FIND, "SELECT id::text FROM locked WHERE id > $1", 0)));
        // longer than a silence lasts
        await(text(INVITE_FIND, BACKEND, 0.5).repeat().atMost(3).collect().last());
        assertThat(await(opened.database.ping(Patience.LONGEST))).matches("\\d{2}\\..+");

        assertThat(blocked.join())
                .hasOnlyElementsOfType(DatabaseFailure.Busy.class)
                .allSatisfy(failure -> assertThat(failure).hasMessageContaining("55P03"));
        // not one lock timeout after the other
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3L * CALLERS / 4));
        goOn.complete(null);
        holder.join();
    }

    @Test
    void thoseBehindOneThatTakesTooLongFailWithIt() {
        opened = OpenDatabase.at(url, "statement-timeout", "300ms");

        List<Throwable> failures =
                all(CALLERS, () -> failure(text(ACCOUNT_FIND, BACKEND, 20))).join();

        assertThat(failures)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(DatabaseFailure.Busy.class)
                        .hasMessageContaining("57014"));
        await(text(ACCOUNT_FIND, BACKEND, 0));
    }

    @Test
    void thoseOnALostConnectionAreSentAgain() {
        opened = OpenDatabase.at(url);
        String first = await(text(ACCOUNT_FIND, BACKEND, 0));
        CompletableFuture<List<String>> reads = all(3, () -> text(ACCOUNT_FIND, BACKEND, 0.4));

        terminate(first);

        assertThat(reads.join()).isNotEmpty().doesNotContain(first);
    }

    @Test
    void aChangedTableIsReadWithANewStatement() {
        opened = OpenDatabase.at(url);
        opened.run("CREATE TABLE changed (name text)", "INSERT INTO changed VALUES ('seven')");
        String sql = "SELECT * FROM changed WHERE length(name) > $1";
        await(text(ACCOUNT_FIND, sql, 0));

        opened.run("ALTER TABLE changed ADD COLUMN more integer");

        assertThat(all(CALLERS, () -> text(ACCOUNT_FIND, sql, 0)).join()).containsOnly("seven");
    }

    @Test
    void oneThatComesAfterTheSchemaWasFoundLooksIntoIt() {
        opened = OpenDatabase.at(url);
        opened.run("CREATE SCHEMA found");
        CompletableFuture<List<String>> before = all(1, () -> text(ACCOUNT_FIND, BACKEND, 0.5));
        eventually(() -> opened.database.figures().inUse() == 1);

        opened.database.schemaIsWhole("found", false);

        assertThat(await(text(ACCOUNT_FIND, "SELECT current_schema()::text FROM pg_sleep($1)", 0)))
                .isEqualTo("found");
        before.join();
    }

    @Test
    void onAHostThatFallsSilentTheyAreSentAgainToTheNext() {
        try (TcpProxy first = TcpProxy.to(url)) {
            opened = OpenDatabase.at(List.of(first.databaseUrl(), url), "connect-timeout", "1s");
            all(CALLERS, () -> opened.database.ping(Patience.LONGEST)).join();

            first.stall();

            assertThat(all(CALLERS, () -> text(ACCOUNT_FIND, BACKEND, 0)).join())
                    .hasSize(CALLERS);
        }
    }

    @Test
    void onAServerThatFallsSilentTheyEndInTime() {
        try (TcpProxy proxy = TcpProxy.to(url)) {
            opened = OpenDatabase.at(proxy.databaseUrl(), "call-timeout", "3s", "connect-timeout", "9s");
            await(text(ACCOUNT_FIND, BACKEND, 0));
            long start = System.nanoTime();

            proxy.stall();
            List<Throwable> failures =
                    all(CALLERS, () -> failure(text(ACCOUNT_FIND, BACKEND, 0))).join();

            assertThat(failures).hasOnlyElementsOfType(DatabaseFailure.Busy.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
            proxy.restore();
            await(text(ACCOUNT_FIND, BACKEND, 0));
        }
    }

    @Test
    void oneWhoseCallerHasGoneBeforeItWasSentIsNot() {
        opened = OpenDatabase.at(url, "max-size", "1");
        opened.run("CREATE SEQUENCE begun");
        CompletableFuture<Void> goOn = hold();
        var gone = text(ACCOUNT_FIND, "SELECT nextval('begun')::text FROM pg_sleep($1)", 0)
                .subscribe()
                .with(item -> {}, failure -> {});

        gone.cancel();
        goOn.complete(null);

        assertThat(await(text(ACCOUNT_FIND, "SELECT is_called::text FROM begun WHERE $1 = 0", 0)))
                .isEqualTo("false");
    }

    @Test
    void oneInsideWorkOnAConnectionFails() {
        opened = OpenDatabase.at(url);

        Throwable failure = failureOf(opened.database.inTransaction(connection -> text(ACCOUNT_FIND, BACKEND, 0)));

        assertThat(failure).isInstanceOf(IllegalStateException.class);
    }

    /** Holds the only connection of the pool. */
    private CompletableFuture<Void> hold() {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        opened.database
                .withConnection(connection -> Uni.createFrom().completionStage(goOn))
                .subscribe()
                .with(item -> {}, failure -> {});
        eventually(() -> opened.database.figures().inUse() == 1);
        return goOn;
    }

    private void terminate(String backend) {
        opened.run("SELECT pg_terminate_backend(" + backend + ", 5000)");
    }

    private Uni<String> text(Statement statement, String sql, double parameter) {
        return opened.database
                .read(statement, sql, Tuple.of(parameter))
                .map(rows -> rows.iterator().next().getString(0));
    }

    private static Uni<Throwable> failure(Uni<?> call) {
        return call.onItem()
                .<Throwable>transform(item -> new AssertionError("it gave " + item))
                .onFailure()
                .recoverWithItem(failure -> failure);
    }

    private static <T> CompletableFuture<List<T>> all(int callers, Supplier<Uni<T>> call) {
        return Uni.join()
                .all(IntStream.range(0, callers).mapToObj(n -> call.get()).toList())
                .andFailFast()
                .subscribeAsCompletionStage();
    }
}
