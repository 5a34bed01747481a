package dev.logikids.database.console;

import dev.logikids.database.admin.AdminGuard;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The load of this process in the last hour, for the charts: rates and latencies of each 15 s, from the difference of the
 * histograms that Prometheus reads too. The console's own requests are left out. Held in memory, about 20 KB.
 */
@ApplicationScoped
class LoadHistory {

    private static final String EVERY = "15s";
    /** An hour. */
    private static final int SAMPLES = 240;

    // what has just begun says nothing yet
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final MeterRegistry metrics;
    private final AdminGuard guard;
    private final Clock clock;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private Totals last;

    LoadHistory(MeterRegistry metrics, AdminGuard guard, Clock clock) {
        this.metrics = metrics;
        this.guard = guard;
        this.clock = clock;
        this.last = totals();
    }

    /**
     * One span of time.
     *
     * @param at its end
     * @param requests per second
     * @param errors answers with status 5xx, per second
     * @param p50 within which half of the requests were answered, in ms; NaN without requests
     * @param p95 the same of 95 %
     * @param p99 the same of 99 %
     */
    public record Sample(Instant at, double requests, double errors, double p50, double p95, double p99) {}

    /** What has been counted since the start; the buckets are cumulative, by their upper bound in ms. */
    private record Totals(long nanos, double requests, double errors, NavigableMap<Double, Double> buckets) {

        Sample since(Totals before, Instant at) {
            double seconds = (nanos - before.nanos) / 1e9;
            NavigableMap<Double, Double> grown = new TreeMap<>();
            buckets.forEach((bound, count) -> grown.put(bound, count - before.buckets.getOrDefault(bound, 0.0)));
            double count = requests - before.requests;
            return new Sample(
                    at,
                    count / seconds,
                    (errors - before.errors) / seconds,
                    percentile(grown, count, 0.5),
                    percentile(grown, count, 0.95),
                    percentile(grown, count, 0.99));
        }
    }

    /** Nobody looks where there is no console. */
    @Scheduled(
            identity = "console-load",
            every = EVERY,
            concurrentExecution = ConcurrentExecution.SKIP,
            // a start that fails has no beans left
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    @NonBlocking
    void sample() {
        if (guard.takesToken() || guard.takesOidc()) {
            remember();
        }
    }

    private synchronized void remember() {
        Totals now = totals();
        samples.addLast(now.since(last, clock.instant()));
        last = now;
        if (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
    }

    /** Returns the samples of the last hour, the oldest first, and what has happened since the last one. */
    synchronized List<Sample> lastHour() {
        List<Sample> all = new ArrayList<>(samples);
        Totals now = totals();
        if (now.nanos - last.nanos >= SHORTEST.toNanos()) {
            all.add(now.since(last, clock.instant()));
        }
        return all;
    }

    private Totals totals() {
        double requests = 0;
        double errors = 0;
        NavigableMap<Double, Double> buckets = new TreeMap<>();
        for (Timer timer : metrics.find("http.server.requests").timers()) {
            if (timer.getId().getTag("uri").startsWith(ConsoleGate.ROOT)) {
                continue;
            }
            HistogramSnapshot snapshot = timer.takeSnapshot();
            requests += snapshot.count();
            if (timer.getId().getTag("status").startsWith("5")) {
                errors += snapshot.count();
            }
            for (CountAtBucket bucket : snapshot.histogramCounts()) {
                buckets.merge(bucket.bucket(TimeUnit.MILLISECONDS), bucket.count(), Double::sum);
            }
        }
        return new Totals(System.nanoTime(), requests, errors, buckets);
    }

    /** As Prometheus' histogram_quantile: between the bounds of a bucket its requests are taken as evenly spread. */
    static double percentile(NavigableMap<Double, Double> cumulative, double count, double part) {
        double rank = count * part;
        double lowerBound = 0;
        double below = 0;
        for (NavigableMap.Entry<Double, Double> bucket : cumulative.entrySet()) {
            if (count > 0 && bucket.getValue() >= rank && bucket.getValue() > below) {
                double within = (rank - below) / (bucket.getValue() - below);
                return Double.isInfinite(bucket.getKey())
                        ? lowerBound
                        : lowerBound + within * (bucket.getKey() - lowerBound);
            }
            lowerBound = Double.isInfinite(bucket.getKey()) ? lowerBound : bucket.getKey();
            below = bucket.getValue();
        }
        // slower than the highest bound, or nothing
        return count > 0 && lowerBound > 0 ? lowerBound : Double.NaN;
    }
}
