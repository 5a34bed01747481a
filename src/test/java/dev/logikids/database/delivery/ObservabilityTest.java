package dev.logikids.database.delivery;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.logikids.database.testsupport.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker/observability: the alerts fire when they should, and name only metrics, runbook sections and jobs that exist. */
class ObservabilityTest {

    private static final Path FOLDER = Path.of("docker/observability");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final Pattern JOB = Pattern.compile("job=~?\"([^\"]+)\"");
    private static final Pattern LABEL_IN_TEXT = Pattern.compile("\\$labels\\.(\\w+)");
    /** What is in an expression beside metrics: texts, matchers, ranges, lists of labels. */
    private static final Pattern NO_METRIC =
            Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(?:by|on|ignoring|without)\\s*\\([^)]*\\)");

    private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z_][\\w:]*+(?!\\s*\\()");

    @TempDir
    Path temporary;

    @Test
    void prometheusAcceptsTheConfigurationAndTheAlertsPassTheirTests() throws Exception {
        needs("promtool");
        run("promtool", "check", "config", FOLDER.resolve("prometheus.yaml").toString());

        List<String> command = new ArrayList<>(List.of("promtool", "test", "rules"));
        files("tests").forEach(file -> command.add(file.toString()));
        run(command.toArray(String[]::new));
    }

    @Test
    void alertmanagerAcceptsItsConfiguration() throws Exception {
        needs("amtool");
        run("amtool", "check-config", FOLDER.resolve("alertmanager.yaml").toString());
    }

    @Test
    void everyAlertHasATestASeverityAndASectionOfTheRunbook() throws IOException {
        Set<String> tested = new TreeSet<>();
        for (Path file : files("tests")) {
            YAML.readTree(file.toFile())
                    .findValues("alert_rule_test")
                    .forEach(cases -> cases.forEach(one -> {
                        if (one.has("exp_alerts")) {
                            tested.add(one.path("alertname").asText());
                        }
                    }));
        }
        String runbook = Files.readString(Path.of("docs/runbook.md"));
        Set<String> sections = anchors(runbook);
        Set<String> led = new TreeSet<>();

        for (JsonNode alert : alerts()) {
            String name = alert.path("alert").asText();
            assertThat(tested).as("tests in which an alert fires").contains(name);
            assertThat(alert.path("labels").fieldNames()).toIterable().containsExactly("severity");
            assertThat(alert.at("/labels/severity").asText()).as(name).isIn("page", "ticket");
            assertThat(alert.at("/annotations/summary").asText()).as(name).endsWith(".");

            String link = alert.at("/annotations/runbook").asText();
            assertThat(link).as(name).startsWith("docs/runbook.md#");
            String section = link.substring(link.indexOf('#') + 1);
            assertThat(sections).as(name).contains(section);
            assertThat(runbook).contains("`" + name + "`");
            led.add(section);
        }
        assertThat(led).as("sections that an alert leads to").isEqualTo(sections);
    }

    @Test
    void everyMetricInAnAlertOrThePictureExists() throws IOException {
        Set<String> known = new TreeSet<>(
                matches(Pattern.compile("(?m)^\\| `(\\w+)`"), Files.readString(Path.of("docs/metrics.md"))));
        // of docker/backup, Prometheus and the programs beside the service
        known.addAll(List.of("logikids_backup_failed", "logikids_backup_last_success_timestamp_seconds"));
        known.addAll(List.of("up", "ALERTS", "probe_success", "probe_ssl_earliest_cert_expiry"));
        known.addAll(List.of("haproxy_backend_active_servers", "haproxy_frontend_http_responses_total"));
        rules().forEach(rule -> known.add(rule.path("record").asText()));

        Set<String> named = new TreeSet<>();
        rules().forEach(rule -> named.addAll(metrics(rule.path("expr").asText())));
        dashboard().findValues("expr").forEach(query -> named.addAll(metrics(query.asText())));

        named.removeIf(name -> name.startsWith("jvm_") || name.startsWith("process_"));
        assertThat(named).hasSizeGreaterThan(40).isSubsetOf(known);
    }

    @Test
    void alertsSelectTheJobsOfPrometheusAndTellNothingAboutUsers() throws IOException {
        JsonNode prometheus = YAML.readTree(FOLDER.resolve("prometheus.yaml").toFile());
        assertThat(rules())
                .flatExtracting(rule -> matches(JOB, rule.path("expr").asText()).stream()
                        .flatMap(jobs -> Stream.of(jobs.split("\\|")))
                        .toList())
                .isNotEmpty()
                .isSubsetOf(prometheus.path("scrape_configs").findValuesAsText("job_name"));
        assertThat(alerts())
                .flatExtracting(alert ->
                        matches(LABEL_IN_TEXT, alert.path("annotations").toString()))
                .isSubsetOf("instance", "job");

        List<String> names = new ArrayList<>();
        alerts().forEach(alert -> names.add(alert.path("alert").asText()));
        assertThat(matches(Pattern.compile("\\b(Logikids\\w+)"), Files.readString(FOLDER.resolve("alertmanager.yaml"))))
                .isNotEmpty()
                .isSubsetOf(names);
    }

    @Test
    void theDashboardAsksTheDataSourceThatTheViewerChooses() throws IOException {
        JsonNode dashboard = dashboard();

        assertThat(dashboard.path("uid").asText()).isEqualTo("logikids-database");
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        assertThat(dashboard.findValues("datasource"))
                .hasSizeGreaterThan(40)
                .extracting(source -> source.path("uid").asText())
                .containsOnly("${datasource}");
        assertThat(dashboard.path("panels"))
                .extracting(panel -> panel.path("id").asInt())
                .doesNotHaveDuplicates();
        assertThat(dashboard.path("panels"))
                .filteredOn(panel -> panel.path("type").asText().equals("row"))
                .extracting(panel -> panel.path("title").asText())
                .hasSizeGreaterThan(7);
    }

    @Test
    void nothingOfTheProfileIsReachableFromElsewhereOrHasRights() throws IOException {
        List<JsonNode> services = new ArrayList<>();
        YAML.readTree(Path.of("docker/compose.prod.yaml").toFile())
                .path("services")
                .forEach(service -> {
                    if (service.at("/profiles/0").asText().equals("observability")) {
                        services.add(service);
                    }
                });

        assertThat(services).hasSize(5).allSatisfy(service -> {
            assertThat(service.path("ports")).allMatch(port -> port.asText().startsWith("127.0.0.1:"));
            assertThat(service.path("user").asText()).matches("[1-9]\\d*:\\d+");
            assertThat(service.path("read_only").asBoolean()).isTrue();
            assertThat(service.at("/cap_drop/0").asText()).isEqualTo("ALL");
            assertThat(service.at("/deploy/resources/limits/memory").asText()).isNotEmpty();
            assertThat(service.path("image").asText()).matches("[a-z]+/[a-z-]+:v?\\d+\\.\\d+\\.\\d+");
        });
    }

    private static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (Path file : files("rules")) {
            YAML.readTree(file.toFile())
                    .path("groups")
                    .forEach(group -> group.path("rules").forEach(rules::add));
        }
        return rules;
    }

    private static List<JsonNode> alerts() throws IOException {
        return rules().stream().filter(rule -> rule.has("alert")).toList();
    }

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper()
                .readTree(FOLDER.resolve("grafana/dashboards/logikids-database.json")
                        .toFile());
    }

    private static Set<String> metrics(String expression) {
        return matches(NAME, NO_METRIC.matcher(expression).replaceAll(" ")).stream()
                .filter(name -> !Set.of("and", "or", "unless").contains(name))
                .map(ObservabilityTest::base)
                .collect(toCollection(TreeSet::new));
    }

    /** The histogram or summary that a series belongs to; other names as they are. */
    private static String base(String name) {
        return name.replaceFirst("_seconds_(bucket|count|sum)$", "_seconds");
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(match.groupCount()))
                .toList();
    }

    /** As a web server of git repositories makes them of the headings below the title. */
    private static Set<String> anchors(String page) {
        return Pattern.compile("(?m)^## (.+)$")
                .matcher(page)
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .collect(toCollection(TreeSet::new));
    }

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    private static void needs(String program) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, program))),
                "no " + program
                        + " on this machine: Debian has it in the packages prometheus and prometheus-alertmanager");
    }

    private void run(String... command) throws IOException, InterruptedException {
        Path output = temporary.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running:\n" + Files.readString(output));
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
