package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The packaged service on a Citus that changes under it (ADR 35, docs/scaling.md). */
@Tag("faults")
@EnabledIfSystemProperty(
        named = "test.citus.url",
        matches = ".+",
        disabledReason = "needs -Dtest.citus.url=, the coordinator of a Citus (docs/scaling.md)")
class CitusIT {

    private final String databaseUrl = TestPostgreSql.server().createDatabase();
    private final Map<String, String> environment =
            Map.of("DATABASE_URL", databaseUrl, "LOGIKIDS_SYNC_LIMIT_ENABLED", "false");
    private final Rows rows = new Rows(databaseUrl);

    @RepeatedTest(4)
    void dataIsDistributedUnderLoad() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), environment)) {
            service.awaitStatus("/q/health/ready", 200);
            fill();
            try (SyncLoad load = SyncLoad.start(service.api(), databaseUrl)) {
                load.awaitUploads(100);
                try (ServiceProcess migrate = distribute()) {
                    assertThat(migrate.exitCode()).as(migrate.output()).isZero();
                }
                load.awaitUploads(200);
                load.close();
                System.out.printf(
                        "distributed under load: %d uploads, %d reads, %d times 503%n",
                        load.uploads(), load.reads(), load.unavailable());
                load.verify(databaseUrl);
            }
            service.output()
                    .lines()
                    .filter(line -> line.contains("WARN") || line.contains("ERROR"))
                    .forEach(System.out::println);
        }
    }

    private ServiceProcess distribute() {
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("LOGIKIDS_MIGRATION_CITUS", "true");
        return ServiceProcess.start(ServiceProcess.application(), settings, "migrate");
    }

    private void fill() {
        rows.run("INSERT INTO user_sync_data (user_id, encrypted_blob, iv, timestamp, checksum, blob_size)"
                + " SELECT md5(i::text)::uuid, repeat('QUJD', 500), 'AAAAAAAAAAAAAAAA', 1, repeat('a', 64), 1500"
                + " FROM generate_series(1, 20000) AS i");
    }
}
