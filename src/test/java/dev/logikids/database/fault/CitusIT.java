package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged service on a Citus that changes under it (ADR 35, ADR 39, docs/scaling.md). */
@Tag("faults")
@EnabledIfSystemProperty(
        named = "test.citus.url",
        matches = ".+",
        disabledReason = "needs -Dtest.citus.url=, the coordinator of a Citus (docs/scaling.md)")
class CitusIT {

    private static final int STORED = 20_000;

    /** On each node: what a distribution may leave behind. */
    private static final String LEFT = """
            SELECT count(*) FROM run_command_on_all_nodes($$
              SELECT (SELECT count(*) FROM pg_class WHERE relname LIKE 'user_sync_data_next%')
                + (SELECT count(*) FROM pg_proc WHERE proname = 'user_sync_data_follow')
                + (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database())
                + (SELECT count(*) FROM pg_replication_slots WHERE database = current_database())
                + (SELECT count(*) FROM pg_publication)
              $$) WHERE result <> '0'
            """;

    private final String databaseUrl = TestPostgreSql.server().createDatabase();
    private final Map<String, String> environment =
            Map.of("DATABASE_URL", databaseUrl, "LOGIKIDS_SYNC_LIMIT_ENABLED", "false");
    private final Rows rows = new Rows(databaseUrl);

    @Test
    void dataIsDistributedUnderLoad() throws Exception {
        try (ServiceProcess service = started()) {
            fill();
            try (SyncLoad load = SyncLoad.start(service.api(), databaseUrl)) {
                load.awaitUploads(100);
                distribute();
                load.awaitUploads(200);
                verify(load, "distributed");
            }
        }
    }

    /** At the making of the copy, while it is filled, and at the switch. */
    @ParameterizedTest
    @ValueSource(strings = {"user_sync_data_next (LIKE", "page.bytes", "ACCESS EXCLUSIVE"})
    void aMigrationThatIsKilledIsRepeated(String statement) throws Exception {
        try (ServiceProcess service = started()) {
            fill();
            try (SyncLoad load = SyncLoad.start(service.api(), databaseUrl)) {
                load.awaitUploads(50);
                try (ServiceProcess migrate = migrate()) {
                    Patience.await().until(() -> !rows.texts("""
                                    SELECT pid::text FROM pg_stat_activity
                                    WHERE datname = current_database() AND application_name = 'logikids-database migrate'
                                      AND state = 'active' AND position(? IN query) > 0
                                    """, statement).isEmpty());
                    migrate.kill();
                }
                load.awaitUploads(50);
                distribute();
                load.awaitUploads(50);
                verify(load, "killed and repeated");
            }
            Patience.await().until(() -> rows.number(LEFT) == 0);
        }
    }

    @Test
    void shardsMoveUnderLoad() throws Exception {
        rows.run(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET citus.shard_count = 4', current_database()); END $$");
        rows.texts(
                "SELECT citus_set_node_property(nodename, nodeport, 'shouldhaveshards', false)::text FROM pg_dist_node"
                        + " WHERE nodeid = (SELECT max(nodeid) FROM pg_dist_node)");
        try (ServiceProcess service = started()) {
            fill();
            distribute();
            rows.texts(
                    "SELECT citus_set_node_property(nodename, nodeport, 'shouldhaveshards', true)::text FROM pg_dist_node"
                            + " WHERE nodeid = (SELECT max(nodeid) FROM pg_dist_node)");
            try (SyncLoad load = SyncLoad.start(service.api(), databaseUrl)) {
                load.awaitUploads(50);
                rows.texts("SELECT citus_rebalance_start()::text");
                Patience.await()
                        .until(() -> rows.number("SELECT count(*) FROM pg_dist_background_job WHERE state = 'finished'")
                                == 1);
                load.awaitUploads(50);
                assertThat(rows.number("SELECT count(DISTINCT nodeport) FROM citus_shards"))
                        .isEqualTo(2);
                verify(load, "rebalanced");
            }
        }
    }

    private ServiceProcess started() throws Exception {
        ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), environment);
        service.awaitStatus("/q/health/ready", 200);
        return service;
    }

    private void distribute() throws Exception {
        try (ServiceProcess migrate = migrate()) {
            assertThat(migrate.exitCode()).as(migrate.output()).isZero();
        }
    }

    private ServiceProcess migrate() {
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("LOGIKIDS_MIGRATION_CITUS", "true");
        return ServiceProcess.start(ServiceProcess.application(), settings, "migrate");
    }

    private void fill() {
        rows.run("INSERT INTO user_sync_data (user_id, encrypted_blob, iv, timestamp, checksum, blob_size)"
                + " SELECT md5(i::text)::uuid, repeat('QUJD', 500), 'AAAAAAAAAAAAAAAA', 1, repeat('a', 64), 1500"
                + " FROM generate_series(1, " + STORED + ") AS i");
    }

    private void verify(SyncLoad load, String what) throws Exception {
        load.close();
        System.out.printf(
                "%s under load: %d uploads, %d reads, %d times 503%n",
                what, load.uploads(), load.reads(), load.unavailable());
        load.verify(databaseUrl);
        assertThat(rows.number("SELECT count(*) FROM user_sync_data WHERE version IS NULL"))
                .isEqualTo(STORED);
    }
}
