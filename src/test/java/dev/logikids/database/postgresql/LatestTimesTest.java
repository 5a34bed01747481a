package dev.logikids.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LatestTimesTest {

    private final List<Map<String, Long>> written = new ArrayList<>();
    private CompletableFuture<Void> outcome = CompletableFuture.completedFuture(null);
    private final LatestTimes times = new LatestTimes("test", batch -> {
        written.add(batch);
        return Uni.createFrom().completionStage(outcome);
    });

    @Test
    void theLatestTimeOfEachKeyIsWrittenOnce() {
        times.at("a", 2);
        times.at("b", 5);
        times.at("a", 3);
        times.at("a", 1);

        times.flush();
        times.flush();

        assertThat(written).containsExactly(Map.of("a", 3L, "b", 5L));
    }

    @Test
    void aFailedWriteIsTriedAgainWithLaterTimes() {
        outcome = CompletableFuture.failedFuture(new IllegalStateException("no database"));
        times.at("a", 2);
        times.at("b", 2);
        times.flush();
        outcome = CompletableFuture.completedFuture(null);
        times.at("a", 1);
        times.at("b", 3);

        times.flush();

        assertThat(written).last().isEqualTo(Map.of("a", 2L, "b", 3L));
    }

    @Test
    void oneWriteIsUnderWayAtATimeAndClosingWaitsForAll() {
        outcome = new CompletableFuture<>();
        times.at("a", 1);
        CompletableFuture<Void> first = times.flush();
        times.at("a", 2);

        assertThat(times.flush()).isSameAs(first);
        assertThat(written).hasSize(1);

        outcome.complete(null);
        times.close();
        assertThat(written).containsExactly(Map.of("a", 1L), Map.of("a", 2L));
    }

    @Test
    void aFullBatchIsWrittenAtOnceAndWhatDoesNotFitIsDropped() {
        outcome = new CompletableFuture<>();
        for (int key = 0; key < 3 * LatestTimes.CAPACITY; key++) {
            times.at("k" + key, key);
        }
        assertThat(written).hasSize(1).first().satisfies(batch -> isFull(batch, 0));

        outcome.complete(null);
        times.close();
        assertThat(written).hasSize(2).last().satisfies(batch -> isFull(batch, LatestTimes.CAPACITY));
    }

    private static void isFull(Map<String, Long> batch, int from) {
        assertThat(batch).hasSize(LatestTimes.CAPACITY);
        assertThat(batch.values()).allMatch(key -> key >= from && key < from + LatestTimes.CAPACITY);
    }

    @Test
    void closingGivesUpAfterItsTime() {
        outcome = new CompletableFuture<>();
        times.at("a", 1);

        times.close();

        assertThat(written).hasSize(1);
    }
}
