package dev.logikids.database.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LoadHistoryTest {

    /** Cumulative counts by upper bound in ms. */
    private static NavigableMap<Double, Double> buckets(double... boundsAndCounts) {
        NavigableMap<Double, Double> buckets = new TreeMap<>();
        for (int i = 0; i < boundsAndCounts.length; i += 2) {
            buckets.put(boundsAndCounts[i], boundsAndCounts[i + 1]);
        }
        return buckets;
    }

    @Test
    void aPercentileLiesInItsBucketAsInPrometheus() {
        NavigableMap<Double, Double> buckets = buckets(5, 50, 10, 90, 25, 100, Double.POSITIVE_INFINITY, 100);
        assertThat(LoadHistory.percentile(buckets, 100, 0.5)).isEqualTo(5);
        assertThat(LoadHistory.percentile(buckets, 100, 0.7)).isCloseTo(7.5, within(1e-9));
        assertThat(LoadHistory.percentile(buckets, 100, 0.99)).isCloseTo(23.5, within(1e-9));
    }

    @Test
    void whatIsSlowerThanAllBoundsCountsAsTheHighest() {
        assertThat(LoadHistory.percentile(buckets(5, 0, 10, 1), 4, 0.99)).isEqualTo(10);
        assertThat(LoadHistory.percentile(buckets(5, 0, 10, 1, Double.POSITIVE_INFINITY, 4), 4, 0.99))
                .isEqualTo(10);
    }

    @Test
    void withoutRequestsThereIsNone() {
        assertThat(LoadHistory.percentile(buckets(5, 0, 10, 0), 0, 0.5)).isNaN();
        assertThat(LoadHistory.percentile(buckets(), 3, 0.5)).isNaN();
    }
}
