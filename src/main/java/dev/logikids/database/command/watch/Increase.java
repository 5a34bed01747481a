package dev.logikids.database.command.watch;

import dev.logikids.database.command.watch.Metrics.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;

/** By how much counters have grown between two moments of the same process. */
final class Increase {

    /** Between a moment and itself. */
    static final Increase NONE = new Increase(Metrics.NONE, Metrics.NONE, Duration.ZERO);

    private final Metrics before;
    private final Metrics after;
    private final Duration time;

    Increase(Metrics before, Metrics after, Duration time) {
        this.before = before;
        this.after = after;
        this.time = time;
    }

    /**
     * A statement by its name.
     *
     * @param mean in seconds
     */
    record Statement(String name, double perSecond, double mean, double failedPerSecond) {}

    Duration time() {
        return time;
    }

    /** Returns the growth per second of the series that match; empty if there is no such series or no time has passed. */
    OptionalDouble perSecond(String name, Predicate<Sample> which) {
        if (time.isZero() || after.series(name).noneMatch(sample -> true)) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(growth(name).entrySet().stream()
                        .filter(entry -> which.test(new Sample(entry.getKey(), entry.getValue())))
                        .mapToDouble(Map.Entry::getValue)
                        .sum()
                / seconds());
    }

    /**
     * Returns the quantile of a histogram, all its series together, as PromQL's histogram_quantile does; infinite beyond the
     * last bucket, empty when nothing was counted or there are no buckets.
     */
    OptionalDouble quantile(double quantile, String histogram) {
        TreeMap<Double, Double> buckets = new TreeMap<>();
        growth(histogram + "_bucket").forEach((labels, value) -> {
            Metrics.number(labels.getOrDefault("le", "")).ifPresent(bound -> buckets.merge(bound, value, Double::sum));
        });
        double all = buckets.isEmpty() ? 0 : buckets.lastEntry().getValue();
        if (all <= 0) {
            return OptionalDouble.empty();
        }
        double rank = quantile * all;
        double lowerBound = 0;
        double lowerCount = 0;
        for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
            if (bucket.getValue() >= rank) {
                double share = (rank - lowerCount) / (bucket.getValue() - lowerCount);
                return OptionalDouble.of(lowerBound + (bucket.getKey() - lowerBound) * share);
            }
            lowerBound = bucket.getKey();
            lowerCount = bucket.getValue();
        }
        return OptionalDouble.empty();
    }

    /** Returns the statements that have run, the slowest first. */
    List<Statement> statements() {
        if (time.isZero()) {
            return List.of();
        }
        Map<String, double[]> byName = new HashMap<>();
        growth("logikids_sql_seconds_count").forEach((labels, value) -> {
            double[] numbers = byName.computeIfAbsent(labels.getOrDefault("statement", "?"), name -> new double[3]);
            numbers[0] += value;
            numbers[2] += "failed".equals(labels.get("outcome")) ? value : 0;
        });
        growth("logikids_sql_seconds_sum").forEach((labels, value) -> {
            double[] numbers = byName.computeIfAbsent(labels.getOrDefault("statement", "?"), name -> new double[3]);
            numbers[1] += value;
        });
        List<Statement> statements = new ArrayList<>();
        byName.forEach((name, numbers) -> {
            if (numbers[0] > 0) {
                statements.add(
                        new Statement(name, numbers[0] / seconds(), numbers[1] / numbers[0], numbers[2] / seconds()));
            }
        });
        statements.sort(Comparator.comparingDouble(Statement::mean).reversed().thenComparing(Statement::name));
        return statements;
    }

    /** A series that is new has grown from zero. */
    private Map<Map<String, String>, Double> growth(String name) {
        Map<Map<String, String>, Double> growth = new HashMap<>();
        after.series(name)
                .filter(sample -> Double.isFinite(sample.value()))
                .forEach(sample -> growth.put(sample.labels(), sample.value()));
        before.series(name)
                .filter(sample -> Double.isFinite(sample.value()))
                .forEach(sample -> growth.computeIfPresent(
                        sample.labels(), (labels, value) -> Math.max(0, value - sample.value())));
        return growth;
    }

    private double seconds() {
        return time.toNanos() / 1e9;
    }
}
