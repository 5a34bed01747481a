package dev.logikids.database.command.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The metrics of a service at one moment, as far as a watch needs them. */
final class Metrics {

    /** Characters, many times those of any series here. */
    private static final int LONGEST_LINE = 10_000;

    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})?[ \\t]+(\\S+)(?:[ \\t]+-?\\d+)?[ \\t]*");
    private static final Pattern LABEL = Pattern.compile(
            "\\G[ \\t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \\t]*=[ \\t]*\"((?:[^\"\\\\]++|\\\\.)*+)\"[ \\t]*(?:,|$)");
    private static final Pattern NEEDED =
            Pattern.compile("logikids_.*|http_server_requests_seconds_.*|build_info|process_.*");

    static final Metrics NONE = new Metrics(Map.of());

    private final Map<String, List<Sample>> samples;

    /** One number of a series. */
    record Sample(Map<String, String> labels, double value) {

        String label(String name) {
            return labels.getOrDefault(name, "");
        }
    }

    private Metrics(Map<String, List<Sample>> samples) {
        this.samples = samples;
    }

    /**
     * Reads the text format of Prometheus, version 0.0.4. A line that is none of it is skipped.
     *
     * @return empty when no line is any of it
     */
    static Optional<Metrics> parse(String text) {
        Map<String, List<Sample>> samples = new HashMap<>();
        boolean any = false;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            Matcher matcher = SAMPLE.matcher(line);
            if (line.length() > LONGEST_LINE || line.startsWith("#") || !matcher.matches()) {
                continue;
            }
            OptionalDouble value = number(matcher.group(3));
            any |= value.isPresent();
            if (value.isPresent() && NEEDED.matcher(matcher.group(1)).matches()) {
                samples.computeIfAbsent(matcher.group(1), name -> new ArrayList<>())
                        .add(new Sample(labels(matcher.group(2)), value.getAsDouble()));
            }
        }
        return any ? Optional.of(new Metrics(samples)) : Optional.empty();
    }

    /** Returns the series of that name. */
    Stream<Sample> series(String name) {
        return samples.getOrDefault(name, List.of()).stream();
    }

    /** Returns the sum of the series that match; empty if there is none. */
    OptionalDouble sum(String name, Predicate<Sample> which) {
        double[] values = series(name)
                .filter(which)
                .mapToDouble(Sample::value)
                .filter(Double::isFinite)
                .toArray();
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(DoubleStream.of(values).sum());
    }

    OptionalDouble sum(String name) {
        return sum(name, sample -> true);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        if (text != null) {
            Matcher matcher = LABEL.matcher(text);
            while (matcher.find()) {
                String value = matcher.group(2);
                labels.put(
                        matcher.group(1).intern(),
                        value.indexOf('\\') < 0
                                ? value
                                : value.replace("\\\"", "\"")
                                        .replace("\\n", "\n")
                                        .replace("\\\\", "\\"));
            }
        }
        return labels;
    }

    /** Reads a number as the format writes it. */
    static OptionalDouble number(String text) {
        try {
            return OptionalDouble.of(
                    switch (text) {
                        case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
                        case "-Inf" -> Double.NEGATIVE_INFINITY;
                        default -> Double.parseDouble(text);
                    });
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
