package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics of a service whose database is not there yet, then empty, then migrated by somebody else. */
class MetricsIT {

    /** Every series of this service's own but those of HTTP. {@code -Dmetrics.write=true} writes what it is now. */
    private static final Path SERIES = Path.of("src/test/resources/metrics/series.txt");

    private static final String DATABASE = TestPostgreSql.server().createDatabase();
    private TcpProxy network;
    private ServiceProcess service;

    @BeforeEach
    void startWithoutDatabase() throws Exception {
        network = TcpProxy.to(DATABASE);
        network.refuse();
        service = ServiceProcess.start(
                ServiceProcess.application(),
                Map.of(
                        "DATABASE_URL", network.databaseUrl(),
                        "LOGIKIDS_MIGRATION_AT_START", "false",
                        "LOGIKIDS_METRICS_REFRESH", "1s"));
        service.awaitStatus("/q/health/live", 200);
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        network.close();
    }

    @Test
    void allSeriesAreThereFromTheStartAndKnowTheSchema() throws Exception {
        List<String> first = seriesOf(scrape());
        if (Boolean.getBoolean("metrics.write")) {
            Files.createDirectories(SERIES.getParent());
            Files.write(SERIES, first);
        }
        assertThat(first).isEqualTo(Files.readAllLines(SERIES));
        eachOperationHasItsTimings();
        assertThat(scrape()).contains("logikids_ready 0.0", "logikids_schema_version 0.0");

        List<MigrationFile> files = MigrationFiles.in(Path.of(MigrationFiles.SOURCE_FOLDER));
        network.restore();
        awaitMetric("logikids_migrations_pending " + (double) files.size());
        assertThat(scrape()).contains("logikids_ready 0.0");

        try (ServiceProcess migrate =
                ServiceProcess.start(ServiceProcess.application(), Map.of("DATABASE_URL", DATABASE), "migrate")) {
            assertThat(migrate.exitCode()).isZero();
        }
        awaitMetric("logikids_ready 1.0");
        String newest = files.get(files.size() - 1).name();
        assertThat(scrape())
                .contains("logikids_migrations_pending 0.0", "logikids_migrations_changed 0.0")
                .contains("logikids_schema_version " + (double) Integer.parseInt(newest.substring(0, 3)));
        assertThat(seriesOf(scrape())).as("no series of our own came or went").isEqualTo(first);
    }

    @Test
    void promtoolHasNothingToSay() throws Exception {
        assumeTrue(hasPromtool(), "promtool is not on the PATH: apt-get install prometheus brings it");
        Process check = new ProcessBuilder("promtool", "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var input = check.getOutputStream()) {
            input.write(scrape().getBytes(StandardCharsets.UTF_8));
        }
        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(check.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(check.exitValue()).isZero();
    }

    private static boolean hasPromtool() throws InterruptedException {
        try {
            return new ProcessBuilder("promtool", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private void awaitMetric(String line) {
        Patience.await().until(() -> scrape().contains("\n" + line + "\n"));
    }

    /** In the format that promtool reads. */
    private String scrape() throws Exception {
        return service.management()
                .with("Accept", "text/plain")
                .get("/q/metrics")
                .body();
    }

    /** Each series by name and labels; of a histogram or summary only its count, because the others come with it. */
    private static List<String> seriesOf(String scrape) {
        return scrape.lines()
                .filter(line -> line.startsWith("logikids_") || line.startsWith("build_info"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .filter(series -> !series.matches(".*_seconds_(bucket|sum|max)(\\{.*)?"))
                .map(series -> series.replace(",}", "}").replaceFirst("^(build_info)\\{.*", "$1"))
                .sorted()
                .toList();
    }

    private void eachOperationHasItsTimings() throws Exception {
        String scrape = scrape();
        JsonObject paths =
                service.management().get("/q/openapi?format=json").json().getJsonObject("paths");
        paths.forEach(path -> ((JsonObject) path.getValue())
                .fieldNames().stream()
                        .filter(field -> !field.equals("parameters"))
                        .map(method -> method.toUpperCase(Locale.ROOT))
                        .forEach(method -> assertThat(scrape)
                                .contains("http_server_requests_seconds_bucket{method=\"" + method
                                        + "\",outcome=\"SUCCESS\",status=\"200\",uri=\"" + path.getKey()
                                        + "\",le=\"0.1\",} 0.0")));
    }
}
