package dev.logikids.database.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.limit.SharedWindows.Count;
import dev.logikids.database.limit.SharedWindows.Rule;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.MovableClock;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Replicas are instances on one database, each with a queue and a memory of its own. */
@QuarkusTest
class SharedWindowsTest extends ApiTest {

    private static final Duration WINDOW = Duration.ofMinutes(10);

    @Inject
    Database database;

    @Inject
    Vertx vertx;

    @Inject
    MeterRegistry metrics;

    private final byte[] secret = Rows.newUserId().getBytes(StandardCharsets.US_ASCII);
    private final MovableClock clock = new MovableClock(Instant.EPOCH);

    private SharedWindows replica(int calls, int share, boolean firstShareIsFree) {
        return replica(new Rule("test", calls, WINDOW, share, firstShareIsFree), counts());
    }

    private SharedWindows replica(Rule rule, SharedCounts counts) {
        return new SharedWindows(rule, 2, counts, clock);
    }

    private SharedCounts counts() {
        return new SharedCounts(database, new KeyedHash(() -> secret), vertx);
    }

    private static Count count(SharedWindows windows, String key) {
        return windows.count(key).await().atMost(Patience.LONGEST);
    }

    /** Lets time pass, for the replicas and for the database. */
    private void pass(Duration time) {
        clock.advance(time);
        rows.run("UPDATE rate_limits SET ends_at = ends_at - " + time.toMillis() + " * interval '1 ms'");
    }

    @Test
    void aWindowBeginsWithItsFirstCallAndEndsAsAWhole() {
        SharedWindows windows = replica(3, 1, false);
        Count first = count(windows, "a");
        assertThat(first.allowed()).isTrue();
        assertThat(first.remaining()).isEqualTo(2);
        assertThat(first.resetSeconds()).isBetween(590L, 600L);
        pass(Duration.ofSeconds(500));
        count(windows, "a");
        assertThat(count(windows, "a").remaining()).isZero();
        Count past = count(windows, "a");
        assertThat(past.allowed()).isFalse();
        assertThat(past.remaining()).isZero();
        assertThat(past.resetSeconds()).isBetween(90L, 100L);
        pass(Duration.ofSeconds(100));
        assertThat(count(windows, "a").remaining()).isEqualTo(2);
    }

    @Test
    void replicasTogetherAllowWhatOneWouldAllow() {
        List<SharedWindows> replicas =
                List.of(replica(600, 20, false), replica(600, 20, false), replica(600, 20, false));
        long allowed = IntStream.range(0, 900)
                .filter(call -> count(replicas.get(call % 3), "a").allowed())
                .count();
        assertThat(allowed).isEqualTo(600);
        assertThat(count(replicas.get(0), "b").allowed()).isTrue();
    }

    @Test
    void aReplicaThatStartsAgainAndAgainUsesUpNoWindow() {
        for (int start = 0; start < 100; start++) {
            SharedWindows replica = replica(600, 20, false);
            replica.takeBack("a", count(replica, "a"));
        }
        assertThat(stored()).containsExactly("100");
    }

    @Test
    void callsAtTheSameTimeAreCountedOnce() {
        List<SharedWindows> replicas = List.of(replica(100, 7, false), replica(100, 7, false));
        List<Uni<Count>> calls = new ArrayList<>();
        for (int call = 0; call < 400; call++) {
            calls.add(replicas.get(call % 2).count("a"));
        }
        List<Count> outcomes = Uni.join().all(calls).andFailFast().await().atMost(Patience.LONGEST);
        assertThat(outcomes).filteredOn(Count::allowed).hasSize(100);
    }

    @Test
    void theFirstShareMayBeFreeAndIsReportedWithTheSecond() {
        SharedWindows one = replica(100, 10, true);
        SharedWindows other = replica(100, 10, true);
        for (int call = 1; call <= 10; call++) {
            assertThat(count(one, "a").remaining()).isEqualTo(100 - call);
        }
        assertThat(stored()).isEmpty();
        count(one, "a");
        assertThat(stored()).containsExactly("20");

        long allowed = IntStream.range(0, 200)
                .filter(call -> count(call % 2 == 0 ? one : other, "a").allowed())
                .count();
        assertThat(allowed + 11).isEqualTo(100);
    }

    @Test
    void pastTheLimitNothingIsAsked() {
        SharedWindows windows = replica(3, 1, false);
        IntStream.range(0, 4).forEach(call -> count(windows, "a"));
        List<String> used = stored();
        IntStream.range(0, 100).forEach(call -> count(windows, "a"));
        assertThat(stored()).isEqualTo(used);
    }

    @Test
    void aFloodOfManyClientsIsFewStatements() {
        SharedCounts counts = counts();
        double before = statements();
        List<Uni<SharedCounts.Sum>> all = IntStream.range(0, 3_000)
                .mapToObj(client -> Uni.createFrom().completionStage(counts.add("client " + client, 1, WINDOW)))
                .toList();
        Uni.join().all(all).andFailFast().await().atMost(Patience.LONGEST);
        assertThat(statements() - before).isLessThan(300);
    }

    private double statements() {
        return metrics.get("logikids.sql").tag("statement", "limit.take").timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    @Test
    void whileTheDatabaseDoesNotAnswerAReplicaCountsAloneAndReportsLater() throws Exception {
        SharedCounts counts = counts();
        SharedWindows one = replica(new Rule("test", 6, WINDOW, 1, false), counts);
        SharedWindows ofOthers = replica(new Rule("others", 1_000_000, WINDOW, 1, false), counts);
        SharedWindows other = replica(6, 1, false);
        List<String> logged = new ArrayList<>();
        Logger logger = Logger.getLogger(SharedCounts.class.getName());
        FailedAttemptsTest.Listener listener = new FailedAttemptsTest.Listener(logged);
        logger.addHandler(listener);
        try (Connection connection = rows.connect();
                Statement statement = connection.createStatement()) {
            count(one, "a");
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE rate_limits");
            assertThat(count(one, "a").remaining()).isEqualTo(4);
            assertThat(count(one, "a").remaining()).isEqualTo(3);
            connection.rollback();
            Patience.await().until(() -> {
                count(ofOthers, "b");
                return logged.size() == 2;
            });
            count(one, "a");
        } finally {
            logger.removeHandler(listener);
        }
        assertThat(logged.get(0)).contains("each replica counts for itself");
        assertThat(logged.get(1)).isEqualTo("limits are shared by all replicas again");
        long allowed = IntStream.range(0, 10)
                .filter(call -> count(other, "a").allowed())
                .count();
        // two of the four were counted while the database was away, and the one that waited for the lock perhaps twice
        assertThat(allowed).isBetween(1L, 2L);
    }

    @Test
    void nobodyIsNamedAndWhatHasEndedIsRemoved() {
        count(replica(3, 1, false), "192.0.2.1");
        assertThat(rows.texts("SELECT to_jsonb(stored)::text FROM rate_limits stored"))
                .isNotEmpty()
                .noneMatch(row -> row.contains("192.0.2"));
        pass(WINDOW.plusMinutes(2));
        counts().removeEnded().await().atMost(Patience.LONGEST);
        assertThat(stored()).isEmpty();
    }

    @Test
    void beyondTheBoundAWindowIsForgottenAndTheDatabaseRemembersIt() {
        SharedWindows windows = replica(3, 1, false);
        count(windows, "a");
        count(windows, "b");
        count(windows, "c");
        assertThat(count(windows, "a").remaining()).isEqualTo(1);
    }

    @Test
    void aCallIsTakenBackInItsOwnWindowOnly() {
        SharedWindows windows = replica(3, 1, false);
        Count first = count(windows, "a");
        windows.takeBack("a", first);
        assertThat(count(windows, "a").remaining()).isEqualTo(2);

        pass(WINDOW);
        windows.takeBack("a", first);
        count(windows, "a");
        windows.takeBack("a", first);
        assertThat(count(windows, "a").remaining()).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackLeavesNobodyWithAWindowOfTheFuture() {
        SharedWindows windows = replica(3, 1, true);
        clock.advance(Duration.ofDays(30));
        count(windows, "a");
        clock.advance(Duration.ofDays(-30));
        assertThat(count(windows, "a").resetSeconds()).isEqualTo(600);
    }

    /** What this test's replicas have taken of the window of {@code a}. */
    private List<String> stored() {
        return rows.texts("SELECT used FROM rate_limits WHERE id = ?", new KeyedHash(() -> secret).of("test a"));
    }
}
