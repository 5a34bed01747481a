package dev.logikids.database.command.watch;

import dev.logikids.database.command.terminal.Line;
import dev.logikids.database.command.terminal.Line.Style;
import dev.logikids.database.command.terminal.Terminal.Size;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * What a person is shown of a service.
 *
 * @param url where it was looked for
 * @param look the last look
 * @param since when the service began to be ready, not ready, or silent, as far as this watch has seen it
 * @param recent what has changed in the last seconds
 * @param minute what has changed in the last minute
 */
record Report(URI url, Look look, Instant since, Increase recent, Increase minute) {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final String UNKNOWN = "-";
    private static final int LABEL_WIDTH = 10;
    /** Columns of a statement's numbers. */
    private static final int NUMBERS_WIDTH = 27;

    /** Returns one line for a log. */
    String line() {
        StringBuilder line = new StringBuilder();
        line.append(look.at().truncatedTo(ChronoUnit.SECONDS)).append(' ').append(state().replace(' ', '_'));
        look.metrics()
                .ifPresent(metrics -> line.append(" version=")
                        .append(build(metrics, "version").orElse(UNKNOWN))
                        .append(" schema=")
                        .append(count(metrics, "logikids_schema_version"))
                        .append(" pending=")
                        .append(count(metrics, "logikids_migrations_pending"))
                        .append(" drifted=")
                        .append(count(metrics, "logikids_schema_drifted"))
                        .append(" in_use=")
                        .append(count(inUse(metrics)))
                        .append(" idle=")
                        .append(count(idle(metrics)))
                        .append(" waiting=")
                        .append(count(waiting(metrics)))
                        .append(" max=")
                        .append(count(metrics, "logikids_pool_max_connections"))
                        .append(" requests/s=")
                        .append(rate(requests(any())))
                        .append(" errors/s=")
                        .append(rate(requests(status('5'))))
                        .append(" p50=")
                        .append(latency(0.5))
                        .append(" p99=")
                        .append(latency(0.99))
                        .append(" slowest=")
                        .append(minute.statements().stream()
                                .findFirst()
                                .map(slowest -> slowest.name() + ":" + time(slowest.mean()))
                                .orElse(UNKNOWN)));
        look.health()
                .ifPresent(health -> health.checks().stream()
                        .filter(check -> !check.up())
                        .forEach(check ->
                                line.append(" down=\"").append(described(check)).append('"')));
        if (!look.trouble().isEmpty()) {
            line.append(" trouble=\"").append(look.trouble()).append('"');
        }
        return Line.of(line.toString()).toString();
    }

    /** Returns lines that fit a terminal of that size. */
    List<Line> screen(Size size) {
        List<Line> lines = new ArrayList<>();
        lines.add(title(size.columns()));
        lines.add(Line.of(url.toString(), Style.FAINT));
        lines.add(Line.empty());
        lines.add(readiness());
        look.health()
                .map(Health::checks)
                .orElse(List.of())
                .forEach(check -> lines.add(Line.of("  ")
                        .and(check.up() ? "up    " : "DOWN  ", check.up() ? Style.GOOD : Style.BAD)
                        .and(described(check))));
        if (!look.trouble().isEmpty()) {
            lines.add(Line.of("  " + look.trouble(), Style.WARNING));
        }
        look.metrics().ifPresent(metrics -> figures(metrics).forEach(lines::add));
        int room = Math.max(size.rows() - 1, 0);
        if (lines.size() > room) {
            lines.subList(room, lines.size()).clear();
        }
        if (look.metrics().isPresent()) {
            lines.addAll(statements(size, room - lines.size()));
        }
        while (lines.size() < room) {
            lines.add(Line.empty());
        }
        lines.add(Line.of("Ctrl-C ends", Style.FAINT));
        return lines.stream().map(line -> line.cut(size.columns())).toList();
    }

    private Line title(int columns) {
        String name =
                ("logikids-database " + look.metrics().map(Report::version).orElse("")).strip();
        String time = CLOCK.format(look.at());
        int gap = Math.max(1, columns - name.length() - time.length());
        return Line.of(name, Style.STRONG).and(" ".repeat(gap)).and(time);
    }

    private Line readiness() {
        Style style = look.ready() ? Style.GOOD : look.health().isPresent() ? Style.WARNING : Style.BAD;
        String forHowLong = " for " + duration(Duration.between(since, look.at()));
        String uptime = look.metrics()
                .map(metrics -> metrics.sum("process_uptime_seconds"))
                .filter(OptionalDouble::isPresent)
                .map(seconds -> ", up " + duration(Duration.ofSeconds((long) seconds.getAsDouble())))
                .orElse("");
        return Line.of(state(), style).and(forHowLong + uptime + (look.health().isPresent() ? "" : ", trying again"));
    }

    private String state() {
        if (look.health().isEmpty()) {
            return "NO ANSWER";
        }
        return look.ready() ? "READY" : "NOT READY";
    }

    private List<Line> figures(Metrics metrics) {
        double pending = metrics.sum("logikids_migrations_pending").orElse(0);
        double changed = metrics.sum("logikids_migrations_changed").orElse(0);
        double drifted = metrics.sum("logikids_schema_drifted").orElse(0);
        double waiting = waiting(metrics).orElse(0);
        OptionalDouble errors = requests(status('5'));
        return List.of(
                Line.empty(),
                label("Schema")
                        .and("version " + count(metrics, "logikids_schema_version"))
                        .and(", " + count(metrics, "logikids_migrations_pending") + " pending", alarm(pending))
                        .and(", " + count(metrics, "logikids_migrations_changed") + " changed", alarm(changed))
                        .and(", " + count(metrics, "logikids_schema_drifted") + " drifted", alarm(drifted)),
                label("Pool")
                        .and(count(inUse(metrics)) + " in use, " + count(idle(metrics)) + " idle")
                        .and(", " + count(waiting(metrics)) + " waiting", alarm(waiting))
                        .and(", at most " + count(metrics, "logikids_pool_max_connections")),
                label("Requests")
                        .and(rate(requests(any())) + "/s, " + rate(requests(status('4'))) + "/s rejected (4xx)")
                        .and(", " + rate(errors) + "/s errors (5xx)", alarm(errors.orElse(0))),
                label("Latency")
                        .and("p50 " + latency(0.5) + ", p99 " + latency(0.99))
                        .and(overWhat(), Style.FAINT));
    }

    private String overWhat() {
        return recent.time().isZero() ? "  (from the next look on)" : "  of the last " + duration(recent.time());
    }

    private List<Line> statements(Size size, int room) {
        if (room < 3) {
            return List.of();
        }
        List<Line> lines = new ArrayList<>();
        lines.add(Line.empty());
        int nameWidth = Math.max(10, Math.min(size.columns() - NUMBERS_WIDTH, 48));
        String over = minute.time().isZero() ? "" : ", last " + duration(minute.time());
        lines.add(Line.of(row(nameWidth, "Slowest statements" + over, "per s", "mean", "failed/s"), Style.STRONG));
        List<Increase.Statement> statements = minute.statements();
        if (statements.isEmpty()) {
            lines.add(Line.of("none", Style.FAINT));
        }
        statements.stream()
                .limit(room - 2L)
                .forEach(statement -> lines.add(Line.of(
                        row(
                                nameWidth,
                                statement.name(),
                                rate(OptionalDouble.of(statement.perSecond())),
                                time(statement.mean()),
                                rate(OptionalDouble.of(statement.failedPerSecond()))),
                        alarm(statement.failedPerSecond()))));
        return lines;
    }

    private static String row(int nameWidth, String name, String perSecond, String mean, String failed) {
        String shown = name.length() > nameWidth ? name.substring(0, nameWidth - 1) + "~" : name;
        return String.format(Locale.ROOT, "%-" + nameWidth + "s %7s %8s %9s", shown, perSecond, mean, failed);
    }

    private static Line label(String text) {
        return Line.of(String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s", text), Style.STRONG);
    }

    private static Style alarm(double value) {
        return value > 0 ? Style.WARNING : Style.NORMAL;
    }

    private static String described(Health.Check check) {
        return check.name() + (check.data().isEmpty() ? "" : " (" + check.data() + ")");
    }

    private static String version(Metrics metrics) {
        return build(metrics, "version").orElse("")
                + build(metrics, "commit").map(commit -> " commit " + commit).orElse("");
    }

    private static Optional<String> build(Metrics metrics, String label) {
        return metrics.series("build_info")
                .map(build -> build.label(label))
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    private static OptionalDouble inUse(Metrics metrics) {
        return metrics.sum(
                "logikids_pool_connections", sample -> sample.label("state").equals("in_use"));
    }

    private static OptionalDouble idle(Metrics metrics) {
        return metrics.sum(
                "logikids_pool_connections", sample -> sample.label("state").equals("idle"));
    }

    private static OptionalDouble waiting(Metrics metrics) {
        return metrics.sum("logikids_pool_waiting");
    }

    private OptionalDouble requests(Predicate<Metrics.Sample> which) {
        return recent.perSecond("http_server_requests_seconds_count", which);
    }

    private static Predicate<Metrics.Sample> any() {
        return sample -> true;
    }

    private static Predicate<Metrics.Sample> status(char first) {
        return sample -> sample.label("status").startsWith(String.valueOf(first));
    }

    private String latency(double quantile) {
        OptionalDouble seconds = recent.quantile(quantile, "http_server_requests_seconds");
        return seconds.isPresent() ? time(seconds.getAsDouble()) : UNKNOWN;
    }

    private static String count(Metrics metrics, String name) {
        return count(metrics.sum(name));
    }

    private static String count(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.0f", value.getAsDouble()) : UNKNOWN;
    }

    private static String rate(OptionalDouble perSecond) {
        return perSecond.isPresent()
                ? String.format(Locale.ROOT, perSecond.getAsDouble() < 1000 ? "%.1f" : "%.0f", perSecond.getAsDouble())
                : UNKNOWN;
    }

    /** For example 0.42ms, 3.1ms, 120ms, 2.5s. */
    private static String time(double seconds) {
        if (Double.isInfinite(seconds)) {
            return "endless";
        }
        double millis = seconds * 1000;
        if (millis < 1) {
            return String.format(Locale.ROOT, "%.2fms", millis);
        }
        if (millis < 1000) {
            return String.format(Locale.ROOT, millis < 10 ? "%.1fms" : "%.0fms", millis);
        }
        return String.format(Locale.ROOT, seconds < 1000 ? "%.1fs" : "%.0fs", seconds);
    }

    private static String duration(Duration time) {
        Duration rounded = time.plusMillis(500);
        if (rounded.toMinutes() < 1) {
            return Math.max(0, rounded.toSeconds()) + " s";
        }
        if (rounded.toHours() < 1) {
            return rounded.toMinutes() + " min " + rounded.toSecondsPart() + " s";
        }
        return rounded.toDays() < 1
                ? rounded.toHours() + " h " + rounded.toMinutesPart() + " min"
                : rounded.toDays() + " d " + rounded.toHoursPart() + " h";
    }
}
