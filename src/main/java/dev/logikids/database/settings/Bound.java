package dev.logikids.database.settings;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The values that a setting may have.
 *
 * @param setting its name as a property
 * @param range what to give, such as {@code a whole number from 1 to 1000}
 * @param accepts is asked about texts that are not empty; may throw for what it cannot read
 */
record Bound(String setting, String range, Predicate<String> accepts, boolean mayBeEmpty) {

    private static final int LONGEST_QUOTE = 40;

    private Bound(String setting, String range, Predicate<String> accepts) {
        this(setting, range, accepts, false);
    }

    static Bound number(String setting, long least, long most) {
        return of(setting, "a whole number", String::valueOf, Long::parseLong, least, most);
    }

    static Bound port(String setting) {
        return of(setting, "a port", String::valueOf, Long::parseLong, 0L, 65_535L);
    }

    static Bound time(String setting, Duration least, Duration most) {
        return of(setting, "a time", Bound::text, DurationConverter::parseDuration, least, most);
    }

    static Bound flag(String setting) {
        // what SmallRye Config takes for true, and their opposites: it takes any other word for false
        return new Bound(
                setting,
                "true or false",
                Pattern.compile("(?i)true|yes|y|on|1|false|no|n|off|0").asMatchPredicate());
    }

    /** A time after which something is done again. */
    static Bound every(String setting, Duration least, Duration most) {
        Bound time = time(setting, least, most);
        return new Bound(
                setting,
                time.range() + ", or off",
                text -> isOff(text) || time.accepts().test(text));
    }

    static Bound cron(String setting) {
        return new Bound(
                setting,
                "a cron expression of Quartz, such as 0 17 3 * * ?, or off",
                text -> isOff(text) || isCron(text));
    }

    private static boolean isCron(String text) {
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ)).parse(text);
        return true;
    }

    /** A list of texts, of which those between slashes are regular expressions. */
    static Bound origins(String setting) {
        return new Bound(
                setting,
                "origins such as https://app.example.org, separated by commas",
                text -> Stream.of(text.split("(?<!\\\\),", -1))
                        .map(String::strip)
                        .filter(origin -> origin.length() > 1 && origin.startsWith("/") && origin.endsWith("/"))
                        .allMatch(origin -> Pattern.compile(origin.substring(1, origin.length() - 1)) != null));
    }

    static Bound oneOf(String setting, String... words) {
        return new Bound(setting, "one of " + String.join(", ", words), List.of(words)::contains);
    }

    static Bound url(String setting) {
        return new Bound(setting, "a URL such as https://id.example.org/realms/school", text -> {
            URI uri = URI.create(text);
            return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
        });
    }

    /** The same, for a setting that is as good as left out when it is empty. */
    Bound orEmpty() {
        return new Bound(setting, range, accepts, true);
    }

    /** As {@code @Scheduled} has it. */
    private static boolean isOff(String text) {
        return text.equals("off") || text.equals("disabled");
    }

    /** In bytes. */
    static Bound memory(String setting, String least, String most) {
        MemorySizeConverter sizes = new MemorySizeConverter();
        Function<String, BigInteger> parse = text -> sizes.convert(text).asBigInteger();
        return of(
                setting,
                "a size",
                size -> size.equals(parse.apply(least)) ? least : most,
                parse,
                parse.apply(least),
                parse.apply(most));
    }

    private static <T extends Comparable<T>> Bound of(
            String setting, String kind, Function<T, String> text, Function<String, T> parse, T least, T most) {
        return new Bound(setting, kind + " from " + text.apply(least) + " to " + text.apply(most), given -> {
            T value = parse.apply(given);
            return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
        });
    }

    /** Such as {@code 500ms}, {@code 90s} or {@code 30d}: what an operator writes. */
    private static String text(Duration time) {
        if (time.toMillis() % 1000 != 0) {
            return time.toMillis() + "ms";
        }
        return time.toSeconds() % 86_400 == 0 && !time.isZero() ? time.toDays() + "d" : time.toSeconds() + "s";
    }

    /** Returns what is wrong with that value and what to give instead; empty if nothing is. */
    Optional<String> violation(String value) {
        String given = value.strip();
        if (given.isEmpty() ? mayBeEmpty : isAccepted(given)) {
            return Optional.empty();
        }
        String found = given.isEmpty() ? "empty" : given.substring(0, Math.min(given.length(), LONGEST_QUOTE));
        return Optional.of(setting + variable() + " is " + found.replaceAll("\\p{Cntrl}", " ") + ": give " + range
                + ", or leave it out");
    }

    private boolean isAccepted(String given) {
        try {
            return accepts.test(given);
        } catch (IllegalArgumentException | ArithmeticException e) {
            // no such number, or one that no computer counts to
            return false;
        }
    }

    private String variable() {
        String name = setting.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
        return name.equals(setting) ? "" : " (" + name + ")";
    }
}
