package dev.logikids.database.console;

import dev.logikids.database.console.LoadHistory.Sample;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The last hour as charts and as text. */
public record Load(List<Sample> samples) {

    private static final Duration ROW = Duration.ofMinutes(5);

    /** The last sample; all of it NaN before the first. */
    public Sample getLast() {
        return samples.isEmpty()
                ? new Sample(Instant.EPOCH, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN)
                : samples.get(samples.size() - 1);
    }

    /** The highest of each figure in the hour. */
    public Sample getHighest() {
        return highest(getLast().at(), samples);
    }

    /** Each five minutes, the newest first, with the highest of each figure. */
    public List<Sample> getRows() {
        Map<Instant, List<Sample>> spans = new LinkedHashMap<>();
        for (int i = samples.size() - 1; i >= 0; i--) {
            Instant at = samples.get(i).at();
            Instant begin = at.minusSeconds(Math.floorMod(at.getEpochSecond(), ROW.toSeconds()))
                    .minusNanos(at.getNano());
            spans.computeIfAbsent(begin, span -> new ArrayList<>()).add(samples.get(i));
        }
        List<Sample> rows = new ArrayList<>();
        spans.forEach((begin, span) -> rows.add(highest(begin, span)));
        return rows;
    }

    private static Sample highest(Instant at, List<Sample> span) {
        return new Sample(
                at,
                highest(span, Sample::requests),
                highest(span, Sample::errors),
                highest(span, Sample::p50),
                highest(span, Sample::p95),
                highest(span, Sample::p99));
    }

    private static double highest(List<Sample> span, ToDoubleFunction<Sample> figure) {
        return span.stream()
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(Double.NaN);
    }

    /** What console.js draws: times in s, and the values of each series, null where there is none. */
    public String getJson() {
        JsonArray times = new JsonArray();
        samples.forEach(sample -> times.add(sample.at().getEpochSecond()));
        return new JsonObject()
                .put("times", times)
                .put("requests", values(Sample::requests))
                .put("errors", values(Sample::errors))
                .put("p50", values(Sample::p50))
                .put("p95", values(Sample::p95))
                .put("p99", values(Sample::p99))
                .encode();
    }

    private JsonArray values(ToDoubleFunction<Sample> figure) {
        JsonArray values = new JsonArray();
        for (Sample sample : samples) {
            double value = figure.applyAsDouble(sample);
            if (Double.isNaN(value)) {
                values.addNull();
            } else {
                values.add(Math.round(value * 100) / 100.0);
            }
        }
        return values;
    }
}
