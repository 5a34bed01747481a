package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static dev.logikids.database.postgresql.OpenDatabase.eventually;
import static dev.logikids.database.postgresql.OpenDatabase.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The database goes away and comes back, with the pool's default settings: the bounds the API promises. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class OutageTest {

    private static final Duration UNREACHABLE = Duration.ofSeconds(5);
    private static final Duration BLOCKED = Duration.ofSeconds(10);
    private static final Duration RECOVERY = Duration.ofSeconds(15);
    private static final int CALLERS = 30;

    private TcpProxy proxy;
    private OpenDatabase opened;

    @BeforeEach
    void open() {
        proxy = TcpProxy.to(TestPostgreSql.server().createDatabase());
        opened = OpenDatabase.at(proxy.databaseUrl());
    }

    @AfterEach
    void close() {
        proxy.close();
        opened.close();
    }

    @Test
    void aRefusedConnectionIsUnavailableSoonAndRecovers() {
        fill();

        proxy.refuse();
        assertThat(everybodyFails(UNREACHABLE)).hasOnlyElementsOfType(DatabaseFailure.Unavailable.class);

        proxy.restore();
        recovers();
    }

    @Test
    void aCutConnectionIsReplacedAtTheNextCall() {
        fill();

        proxy.cut();

        recovers();
    }

    @Test
    void aServerThatFallsSilentEndsEveryCallInTime() {
        fill();

        proxy.stall();
        assertThat(everybodyFails(BLOCKED)).hasOnlyElementsOfType(DatabaseFailure.class);

        proxy.restore();
        recovers();
    }

    @Test
    @Tag("exhaustive")
    void aServerThatNeverAnsweredAConnectRecovers() {
        proxy.stall();
        assertThat(everybodyFails(BLOCKED)).hasOnlyElementsOfType(DatabaseFailure.class);

        proxy.restore();
        recovers();
    }

    @Test
    void anUnansweredCommitHasAnUnknownOutcome() {
        opened.run("CREATE TABLE maybe (id integer)");
        TransactionOptions options = TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(2));

        Throwable failure = failureOf(opened.database.inTransaction(
                options,
                connection -> connection
                        .query("INSERT INTO maybe VALUES (1)")
                        .execute()
                        .invoke(proxy::stall)));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        DatabaseFailure.Unavailable.class,
                        unavailable -> assertThat(unavailable.outcomeUnknown()).isTrue());
    }

    @Test
    void theNextHostIsTriedWhenOneDoesNotAnswer() {
        proxy.refuse();
        String live = TestPostgreSql.server().createDatabase();

        try (OpenDatabase several = OpenDatabase.at(List.of(proxy.databaseUrl(), live))) {
            assertThat(await(several.database.ping(BLOCKED))).matches("\\d{2}\\..+");
        }
    }

    /** Opens every connection of the pool. */
    private void fill() {
        await(Uni.join().all(calls()).andFailFast());
    }

    private List<Throwable> everybodyFails(Duration within) {
        long start = System.nanoTime();
        List<Uni<Throwable>> failures = calls().stream()
                .map(call -> call.onItem()
                        .<Throwable>transform(item -> new AssertionError("it answered"))
                        .onFailure()
                        .recoverWithItem(failure -> failure))
                .toList();
        List<Throwable> outcomes = await(Uni.join().all(failures).andFailFast());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(within);
        return outcomes;
    }

    private List<Uni<Void>> calls() {
        return IntStream.range(0, CALLERS)
                .mapToObj(caller -> opened.database.inTransaction(connection ->
                        connection.query("SELECT pg_sleep(0.01)").execute().replaceWithVoid()))
                .toList();
    }

    private void recovers() {
        long start = System.nanoTime();
        eventually(() -> {
            try {
                fill();
                return true;
            } catch (DatabaseFailure stillAway) {
                return false;
            }
        });
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(RECOVERY);
        assertThat(opened.database.figures().inUse()).isZero();
        assertThat(opened.database.figures().waiting()).isZero();
    }
}
