package dev.logikids.database.console;

import io.quarkus.qute.TemplateExtension;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How the pages write times and numbers, in the operator's language: {@code {page.moment(at)}}. */
@TemplateExtension
final class PageFormats {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private static final ZoneId UTC = ZoneId.of("UTC");

    private PageFormats() {}

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
