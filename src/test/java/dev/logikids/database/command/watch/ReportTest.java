package dev.logikids.database.command.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.command.terminal.Line;
import dev.logikids.database.command.terminal.Terminal.Size;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is shown of what a service says. */
class ReportTest {

    private static final String FIRST = """
            # HELP build_info x
            # TYPE build_info gauge
            build_info{version="1.2.3",commit="abc1234",} 1.0
            process_start_time_seconds 1.796E9
            process_uptime_seconds 4000.5
            logikids_ready 1.0
            logikids_schema_version 8.0
            logikids_migrations_pending 0.0
            logikids_migrations_changed 0.0
            logikids_schema_drifted 0.0
            logikids_pool_connections{state="in_use",} 2.0
            logikids_pool_connections{state="idle",} 3.0
            logikids_pool_max_connections 10.0
            logikids_pool_waiting 0.0
            http_server_requests_seconds_bucket{method="GET",uri="/a",status="200",le="0.01",} 100.0
            http_server_requests_seconds_bucket{method="GET",uri="/a",status="200",le="0.1",} 100.0
            http_server_requests_seconds_bucket{method="GET",uri="/a",status="200",le="+Inf",} 100.0
            http_server_requests_seconds_count{method="GET",uri="/a",status="200",} 100.0
            http_server_requests_seconds_sum{method="GET",uri="/a",status="200",} 1.0
            logikids_sql_seconds_count{statement="invite.find",outcome="ok",} 10.0
            logikids_sql_seconds_sum{statement="invite.find",outcome="ok",} 0.1
            logikids_sql_seconds_count{statement="sync.store",outcome="ok",} 0.0
            logikids_sql_seconds_sum{statement="sync.store",outcome="ok",} 0.0
            """;

    /** Ten seconds later: 90 fast requests, 10 slow ones, 5 errors that are new; 20 finds of 2 ms, 10 stores of 30 ms. */
    private static final String SECOND = FIRST.replace("le=\"0.01\",} 100.0", "le=\"0.01\",} 190.0")
                    .replace("le=\"0.1\",} 100.0", "le=\"0.1\",} 200.0")
                    .replace("le=\"+Inf\",} 100.0", "le=\"+Inf\",} 200.0")
                    .replace("status=\"200\",} 100.0", "status=\"200\",} 200.0")
                    .replace(
                            "{statement=\"invite.find\",outcome=\"ok\",} 10.0",
                            "{statement=\"invite.find\",outcome=\"ok\",} 30.0")
                    .replace(
                            "{statement=\"invite.find\",outcome=\"ok\",} 0.1",
                            "{statement=\"invite.find\",outcome=\"ok\",} 0.14")
                    .replace(
                            "logikids_sql_seconds_count{statement=\"sync.store\",outcome=\"ok\",} 0.0",
                            "logikids_sql_seconds_count{statement=\"sync.store\",outcome=\"ok\",} 10.0")
                    .replace(
                            "logikids_sql_seconds_sum{statement=\"sync.store\",outcome=\"ok\",} 0.0",
                            "logikids_sql_seconds_sum{statement=\"sync.store\",outcome=\"ok\",} 0.3")
            + "http_server_requests_seconds_count{method=\"GET\",uri=\"/a\",status=\"503\",} 5.0\n";

    private static final String READY =
            "{\"status\":\"UP\",\"checks\":[{\"name\":\"database\",\"status\":\"UP\",\"data\":{\"server_version\":\"16.4\"}},"
                    + "{\"name\":\"alive\",\"status\":\"UP\"}]}";

    private static final Instant START = Instant.parse("2026-11-25T22:00:00Z");

    private final History history = new History();

    @Test
    void aServiceThatIsWell() {
        look(0, READY, FIRST);

        List<String> screen = screen(look(10, READY, SECOND), 80, 24);

        assertThat(screen)
                .hasSize(24)
                .contains(
                        "logikids-database 1.2.3 commit abc1234                                 22:00:10Z",
                        "READY for 10 s, up 1 h 6 min",
                        "  up    database (server_version: 16.4)",
                        "  up    alive",
                        "Schema    version 8, 0 pending, 0 changed, 0 drifted",
                        "Pool      2 in use, 3 idle, 0 waiting, at most 10",
                        "Requests  10.5/s, 0.0/s rejected (4xx), 0.5/s errors (5xx)",
                        "Latency   p50 5.6ms, p99 91ms  of the last 10 s")
                .containsSubsequence(
                        "Slowest statements, last 10 s                      per s     mean  failed/s",
                        "sync.store                                           1.0     30ms       0.0",
                        "invite.find                                          2.0    2.0ms       0.0");
    }

    @Test
    void theSameAsOneLine() {
        look(0, READY, FIRST);

        assertThat(look(10, READY, SECOND).line())
                .isEqualTo("2026-11-25T22:00:10Z READY version=1.2.3 schema=8 pending=0 drifted=0 in_use=2 idle=3"
                        + " waiting=0 max=10 requests/s=10.5 errors/s=0.5 p50=5.6ms p99=91ms slowest=sync.store:30ms");
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "60, 12", "20, 5", "200, 60", "1, 1"})
    void everythingFits(int columns, int rows) {
        look(0, READY, FIRST);

        List<String> screen = screen(look(10, READY, SECOND), columns, rows);

        assertThat(screen).hasSize(rows).allMatch(line -> line.length() <= columns);
    }

    @Test
    void aServiceThatIsNotReadySaysWhy() {
        Report report = look(
                0,
                "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"database\",\"status\":\"DOWN\",\"data\":{\"reason\":\"no\\u001b[2J\"}}]}",
                FIRST);

        assertThat(screen(report, 80, 24))
                .contains("  DOWN  database (reason: no?[2J)")
                .anyMatch(line -> line.startsWith("NOT READY for 0 s"));
        assertThat(report.line()).contains(" NOT_READY ", "down=\"database (reason: no?[2J)\"");
        assertThat(report.look().ready()).isFalse();
    }

    @Test
    void aRestartBeginsAnew() {
        look(0, READY, SECOND);

        Report restarted = look(10, READY, FIRST.replace("1.796E9", "1.797E9"));

        assertThat(restarted.line()).contains("requests/s=- errors/s=- p50=- p99=- slowest=-");
        assertThat(look(20, READY, SECOND.replace("1.796E9", "1.797E9")).line()).contains("requests/s=10.5");
    }

    @Test
    void countersThatFallAreARestartToo() {
        look(0, READY, SECOND.replaceAll("process_.*\n", ""));

        assertThat(look(10, READY, FIRST.replaceAll("process_.*\n", "")).line()).contains("requests/s=-");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''", "<html>no</html>", "{", "[]", "null", "{\"status\":1}", "{\"status\":\"UP\",\"checks\":{}}"})
    void rubbishIsNoHealth(String text) {
        assertThat(Health.parse(text)).isEmpty();
    }

    @Test
    void rubbishIsNoMetrics() {
        assertThat(Metrics.parse("<html>\n<body>404</body>")).isEmpty();
        assertThat(Metrics.parse("")).isEmpty();
        assertThat(Metrics.parse("logikids_ready{x=\"" + "\\\\".repeat(1_000_000) + "\"} 1"))
                .isEmpty();
    }

    @Test
    void linesThatAreNoneAreSkippedAndLabelsAreRead() {
        Metrics metrics = Metrics.parse("""
                logikids_a{x="a \\"b\\" \\\\ c",y="}"} 1 1700000000000
                logikids_a{x="2"} NaN
                logikids_a{x="3"} +Inf
                logikids_a 2e3
                logikids_a{x="4"} many
                not a line
                """).orElseThrow();

        assertThat(metrics.sum("logikids_a")).hasValue(2001);
        assertThat(metrics.sum("logikids_a", sample -> sample.label("x").equals("a \"b\" \\ c")))
                .hasValue(1);
        assertThat(metrics.sum("logikids_b")).isEmpty();
    }

    @Test
    void beyondTheLastBucketThereIsNoNumber() {
        look(0, READY, FIRST);

        assertThat(look(10, READY, FIRST.replace("le=\"+Inf\",} 100.0", "le=\"+Inf\",} 110.0"))
                        .line())
                .contains("p99=endless");
    }

    @Test
    void aLineIsCutAndColouredPieceByPiece() {
        Line line = Line.of("ready", Line.Style.GOOD).and(" for ever");

        assertThat(line.text(true)).isEqualTo("\u001B[32mready\u001B[0m for ever");
        assertThat(line.cut(7)).hasToString("ready ~");
        assertThat(line.cut(3).text(true)).isEqualTo("\u001B[32mre\u001B[0m\u001B[2m~\u001B[0m");
    }

    private Report look(int second, String health, String metrics) {
        Look look = new Look(
                START.plusSeconds(second),
                Duration.ZERO,
                Duration.ofSeconds(second).toNanos(),
                Health.parse(health),
                Metrics.parse(metrics),
                "");
        history.add(look);
        return new Report(
                URI.create("http://127.0.0.1:9000"),
                look,
                START,
                history.over(History.SHORT),
                history.over(History.LONG));
    }

    private static List<String> screen(Report report, int columns, int rows) {
        return report.screen(new Size(columns, rows)).stream()
                .map(Line::toString)
                .map(String::stripTrailing)
                .toList();
    }
}
