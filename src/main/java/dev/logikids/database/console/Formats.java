package dev.logikids.database.console;

import dev.logikids.database.admin.Audit.Entry;
import dev.logikids.database.migration.SchemaStatus.State;
import io.quarkus.qute.TemplateExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/** How templates write values. */
@TemplateExtension
final class Formats {

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private Formats() {}

    /** ISO 8601 to the second, with a blank for its T. */
    static String utc(Instant at) {
        return UTC.format(at);
    }

    /** Such as {@code 12 ms} or {@code 3.4 s}. */
    static String text(Duration took) {
        long ms = took.toMillis();
        return ms < 1000 ? ms + " ms" : ms / 100 / 10.0 + " s";
    }

    /** The class of its badge in console.css. */
    static String badge(State state) {
        return switch (state) {
            case APPLIED -> "good";
            case PENDING, ADOPTABLE -> "warn";
            case CHANGED -> "bad";
            case UNKNOWN -> "";
        };
    }

    static String outcomeBadge(Entry entry) {
        return switch (entry.outcome()) {
            case "done" -> "good";
            case "refused" -> "warn";
            case "failed" -> "bad";
            default -> "";
        };
    }

    /** Such as {@code invites 0 → 30}, for each kind of row. */
    static List<String> effects(Entry entry) {
        return Stream.concat(entry.before().keySet().stream(), entry.after().keySet().stream())
                .distinct()
                .sorted()
                .map(kind -> kind + " " + entry.before().getOrDefault(kind, 0L) + " → "
                        + entry.after().getOrDefault(kind, 0L))
                .toList();
    }
}
