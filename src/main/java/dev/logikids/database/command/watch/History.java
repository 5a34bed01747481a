package dev.logikids.database.command.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The looks of the last minute, as long as the service has not restarted: then its counters begin again. */
final class History {

    /** What requests are counted over: a second alone would jump. */
    static final Duration SHORT = Duration.ofSeconds(10);

    /** What statements are counted over: few run in ten seconds of a quiet service. */
    static final Duration LONG = Duration.ofSeconds(60);

    private final Deque<Moment> moments = new ArrayDeque<>();

    private record Moment(long nanos, Metrics metrics) {}

    /** Adds a look. One without metrics changes nothing. */
    void add(Look look) {
        look.metrics().ifPresent(metrics -> {
            if (!moments.isEmpty() && restarted(moments.getLast().metrics(), metrics)) {
                moments.clear();
            }
            moments.addLast(new Moment(look.nanos(), metrics));
            while (look.nanos() - moments.getFirst().nanos() > LONG.toNanos()) {
                moments.removeFirst();
            }
        });
    }

    /** Returns what has changed since the oldest look of that time; nothing before the second look. */
    Increase over(Duration window) {
        if (moments.isEmpty()) {
            return Increase.NONE;
        }
        Moment newest = moments.getLast();
        Moment oldest = moments.stream()
                .filter(moment -> newest.nanos() - moment.nanos() <= window.toNanos())
                .findFirst()
                .orElse(newest);
        return oldest == newest
                ? Increase.NONE
                : new Increase(oldest.metrics(), newest.metrics(), Duration.ofNanos(newest.nanos() - oldest.nanos()));
    }

    private static boolean restarted(Metrics before, Metrics after) {
        return changed("process_start_time_seconds", before, after)
                || fell("http_server_requests_seconds_count", before, after)
                || fell("logikids_sql_seconds_count", before, after);
    }

    private static boolean changed(String name, Metrics before, Metrics after) {
        return before.sum(name).isPresent() && !before.sum(name).equals(after.sum(name));
    }

    private static boolean fell(String counter, Metrics before, Metrics after) {
        Map<Map<String, String>, Double> now = new HashMap<>();
        after.series(counter).forEach(sample -> now.put(sample.labels(), sample.value()));
        return before.series(counter).anyMatch(sample -> now.getOrDefault(sample.labels(), 0.0) < sample.value());
    }
}
