package dev.logikids.database.console;

import dev.logikids.database.admin.Audit.Entry;
import dev.logikids.database.migration.SchemaStatus.State;
import io.quarkus.qute.TemplateExtension;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How templates write values: {@code {page.…}} in the operator's language, the others the same in each. */
@TemplateExtension
final class Formats {

    private static final DateTimeFormatter ISO_UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    // its name is what the readers see, not Z
    private static final ZoneId UTC = ZoneId.of("UTC");

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Formats() {}

    /** ISO 8601 to the second, with a blank for its T. */
    static String utc(Instant at) {
        return ISO_UTC.format(at);
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

    /** A time to the minute; in UTC, as the other pages of the console have it. */
    static String moment(ConsolePage page, Instant at) {
        String pattern = page.getLanguage() == Language.DE ? "d. MMM uuuu, HH:mm z" : "d MMM uuuu, HH:mm z";
        return format(page, pattern).withZone(UTC).format(at.truncatedTo(ChronoUnit.MINUTES));
    }

    /** The day (UTC) of a time. */
    static String day(ConsolePage page, Instant at) {
        return day(page, at.atZone(UTC).toLocalDate());
    }

    static String day(ConsolePage page, LocalDate day) {
        return format(page, page.getLanguage() == Language.DE ? "d. MMM uuuu" : "d MMM uuuu")
                .format(day);
    }

    /** How many lines a text area shows at once. */
    static int rows(ConsolePage page, int lines) {
        return Math.min(lines + 1, 12);
    }

    static String number(ConsolePage page, long number) {
        return NumberFormat.getIntegerInstance(locale(page)).format(number);
    }

    /** A size with three significant digits at most, in decimal units. */
    static String bytes(ConsolePage page, long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        NumberFormat format = NumberFormat.getInstance(locale(page));
        format.setMaximumFractionDigits(unit == 0 || size >= 100 ? 0 : 1);
        return format.format(size) + " " + UNITS[unit];
    }

    static String bytes(ConsolePage page, int bytes) {
        return bytes(page, (long) bytes);
    }

    private static DateTimeFormatter format(ConsolePage page, String pattern) {
        return DateTimeFormatter.ofPattern(pattern, locale(page));
    }

    private static Locale locale(ConsolePage page) {
        return page.getLanguage().locale();
    }
}
