package dev.logikids.database.migration;

import static java.util.concurrent.CompletableFuture.runAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution by Citus (ADR 35): of a database with data, interrupted, repeated, by several replicas. */
@ResourceLock(MigrationFixture.ONE_AT_A_TIME)
class DistributionTest {

    private static final String CITUS = "test.citus.url";
    private static final String NEEDED = "needs -Dtest.citus.url=, the coordinator of a Citus (docs/scaling.md)";

    /** Of whom sync_owners says something else than the accounts do. */
    private static final String WRONG_OWNERS = """
            SELECT coalesce(owner.user_id, account.user_id) FROM sync_owners owner
            FULL JOIN (SELECT DISTINCT ON (lower(user_id)) user_id, revoked IS TRUE AS revoked FROM user_accounts
                       WHERE user_id <> 'no uuid' ORDER BY lower(user_id), created_at, user_id) account
              ON account.user_id = owner.user_id AND account.revoked = owner.revoked
            WHERE owner.user_id IS NULL OR account.user_id IS NULL
            """;

    private final MigrationFixture database = new MigrationFixture().with("citus", "false");

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    @DisabledIfSystemProperty(named = CITUS, matches = ".+", disabledReason = "every database has the extension")
    void withoutTheExtensionOneLineSaysSoAndNothingElseHappens() {
        database.with("citus", "true").migrate();
        assertThat(database.progress)
                .filteredOn(line -> line.contains("no extension citus"))
                .hasSize(1);
        database.progress.clear();

        database.migrate();

        assertThat(database.progress)
                .hasSize(2)
                .first()
                .asString()
                .isEqualTo(
                        "logikids.migration.citus is true, but this database has no extension citus: nothing is distributed");
        assertThat(database.migrator().dryRun()).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = CITUS, matches = ".+", disabledReason = NEEDED)
    void theExtensionAloneDistributesNothing() throws SQLException {
        database.migrate();

        assertThat(database.query("SELECT table_name FROM citus_tables")).isEmpty();
        assertThat(database.migrator().status().oddities()).isEmpty();
        assertThat(database.with("citus", "true").migrator().dryRun()).contains("create_distributed_table");
        assertThat(database.query("SELECT table_name FROM citus_tables")).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = CITUS, matches = ".+", disabledReason = NEEDED)
    void aDatabaseWithDataIsDistributedWhileWritesGoOn() throws SQLException {
        fill();
        Map<UUID, Integer> acknowledged = new ConcurrentHashMap<>();
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> writer = runAsync(() -> write(acknowledged, stop));
        await().until(() -> acknowledged.size() > 10 || writer.isDone());

        database.with("citus", "true").migrate();
        int before = acknowledged.size();
        await().until(() -> acknowledged.size() > before + 10 || writer.isDone());
        stop.set(true);
        writer.join();

        assertDistributed();
        assertThat(database.query("SELECT user_id || ' ' || version FROM user_sync_data WHERE version IS NOT NULL"))
                .containsAll(acknowledged.entrySet().stream()
                        .map(write -> write.getKey() + " " + write.getValue())
                        .toList());
        assertThat(database.query("SELECT count(*) FROM user_sync_data WHERE version IS NULL"))
                .containsExactly("2000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"colocate_with", "page.user_id", "page.bytes", "ACCESS EXCLUSIVE"})
    @EnabledIfSystemProperty(named = CITUS, matches = ".+", disabledReason = NEEDED)
    void aRunThatIsKilledIsRepeated(String statement) throws SQLException {
        fill();
        database.with("citus", "true");
        CompletableFuture<Void> killed = runAsync(() -> kill(statement));

        // its lock keeps the switch from being faster than the kill
        try (Connection reader = database.connect()) {
            reader.setAutoCommit(false);
            reader.createStatement().executeQuery("SELECT 1 FROM user_sync_data LIMIT 1");
            assertThatThrownBy(database::migrate).isInstanceOf(MigrationFailure.class);
        }
        killed.cancel(true);
        database.migrate();

        assertDistributed();
        assertThat(database.query("SELECT count(*) FROM user_sync_data")).containsExactly("2000");
    }

    @Test
    @EnabledIfSystemProperty(named = CITUS, matches = ".+", disabledReason = NEEDED)
    void ofTwoReplicasOneDistributes() throws SQLException {
        fill();
        try (MigrationFixture other = new MigrationFixture(database.databaseUrl)) {
            CompletableFuture<Void> first =
                    runAsync(() -> database.with("citus", "true").migrate());
            other.migrate();
            first.join();

            assertThat(List.of(database, other))
                    .filteredOn(one -> one.progress.stream().anyMatch(line -> line.startsWith("distributed")))
                    .hasSize(1);
        }
        assertDistributed();
    }

    /** As where a dump of a distributed database was restored. */
    @Test
    @EnabledIfSystemProperty(named = CITUS, matches = ".+", disabledReason = NEEDED)
    void whatWasBroughtBackIsDistributedAgain() throws SQLException {
        fill();
        database.with("citus", "true").migrate();
        database.execute("SELECT undistribute_table('user_sync_data'); SELECT undistribute_table('sync_owners')");

        database.migrate();

        assertDistributed();
        assertThat(database.query("SELECT count(*) FROM user_sync_data")).containsExactly("2000");
    }

    private void assertDistributed() throws SQLException {
        assertThat(database.query(
                        "SELECT table_name::text FROM citus_tables WHERE citus_table_type = 'distributed' ORDER BY 1"))
                .containsExactly("sync_owners", "user_sync_data");
        assertThat(database.query(WRONG_OWNERS)).isEmpty();
        assertThat(database.schemaMigrations()).isEqualTo(MigrationFixture.namesOfThisBuild());
        assertThat(database.changeLog()).isEqualTo(MigrationFixture.namesOfThisBuild());
        assertThat(database.migrator().status().drifted()).isEmpty();
        database.progress.clear();
        database.migrate();
        assertThat(database.progress).singleElement().asString().startsWith("the schema is up to date");
    }

    private void fill() throws SQLException {
        database.migrate();
        database.execute("""
                INSERT INTO invite_codes (code, created_at, expires_at) VALUES ('ABCD-EFGH', 1, 2);
                INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen, revoked)
                SELECT md5(i::text)::uuid::text, 'ABCD-EFGH', 1, 1, i % 7 = 0 FROM generate_series(1, 30000) AS i;
                INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen)
                SELECT upper(md5(i::text)::uuid::text), 'ABCD-EFGH', i % 3, 1 FROM generate_series(1, 50) AS i
                ON CONFLICT DO NOTHING;
                INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen) VALUES ('no uuid', 'ABCD-EFGH', 1, 1);
                INSERT INTO user_sync_data (user_id, encrypted_blob, iv, timestamp, checksum, blob_size)
                SELECT md5(i::text)::uuid, repeat('QUJD', 500), 'AAAAAAAAAAAAAAAA', 1, repeat('a', 64), 1500
                FROM generate_series(1, 2000) AS i;
                """);
    }

    /** New rows, and the same ones again, each noted once it is committed. */
    private void write(Map<UUID, Integer> acknowledged, AtomicBoolean stop) {
        try (Connection connection = database.connect();
                PreparedStatement write = connection.prepareStatement("""
                        INSERT INTO user_sync_data AS stored
                          (user_id, encrypted_blob, iv, timestamp, checksum, blob_size, version)
                        VALUES (?, 'QUJD', 'AAAAAAAAAAAAAAAA', 1, repeat('a', 64), 3, 1)
                        ON CONFLICT (user_id) DO UPDATE SET version = stored.version + 1
                        RETURNING version
                        """)) {
            UUID user = UUID.randomUUID();
            for (int i = 0; !stop.get(); i++) {
                user = i % 3 == 0 ? UUID.randomUUID() : user;
                write.setObject(1, user);
                try (var row = write.executeQuery()) {
                    row.next();
                    acknowledged.put(user, row.getInt(1));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the session of the migration, as the end of its process does, once it runs a statement like that. */
    private void kill(String statement) {
        try (Connection connection = database.connect();
                PreparedStatement kill = connection.prepareStatement("""
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'logikids-database migrate'
                          AND state = 'active' AND position(? IN query) > 0
                        """)) {
            kill.setString(1, statement);
            await().until(() -> {
                try (var row = kill.executeQuery()) {
                    return row.next();
                }
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
