package dev.logikids.database.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.DatabaseFailure;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
class CleanupTest extends ApiTest {

    @Inject
    Cleanup cleanup;

    @Inject
    MeterRegistry metrics;

    @Inject
    Database database;

    @Inject
    CleanupConfig settings;

    /** What other tests left behind is not what these tests count. */
    @BeforeEach
    void begin() {
        sweep();
    }

    private Map<String, Long> sweep() {
        return cleanup.sweep().await().atMost(Patience.LONGEST);
    }

    private Map<String, Long> dryRun() {
        return cleanup.dryRun().await().atMost(Patience.LONGEST);
    }

    @Test
    void blobsNotAccessedForTwoYearsGoAndNoOthers() {
        UUID old = blob("731 days");
        UUID young = blob("729 days");

        assertThat(dryRun()).containsEntry("user_sync_data", 1L);
        assertThat(blobs(old)).as("a dry run changes nothing").isOne();
        assertThat(sweep()).containsEntry("user_sync_data", 1L);

        assertThat(blobs(old)).isZero();
        assertThat(blobs(young)).isOne();
        assertThat(sweep()).as("again").containsEntry("user_sync_data", 0L);
    }

    @Test
    void aServiceWhoseClockIsYearsAheadRemovesNothing() {
        UUID young = blob("1 day");
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(1000));
        Cleanup wrong = new Cleanup(database, settings, metrics, ahead);

        assertThat(wrong.dryRun().await().atMost(Patience.LONGEST)).containsEntry("user_sync_data", 0L);
        wrong.sweep().await().atMost(Patience.LONGEST);

        assertThat(blobs(young)).isOne();
    }

    @Test
    void expiredTokensGoAndRevokedOnesWithTheirFamily() {
        String user = rows.account(Rows.newUserId(), 1, false);
        long now = System.currentTimeMillis();
        long living = token(user, now + 1_000_000, false, null);
        long retiredOfLiving = token(user, now + 1_000_000, true, living);
        long expired = token(user, now - 1000, false, null);
        long expiredOfLiving = token(user, now - 1000, true, living);
        long dead = token(user, now + 1_000_000, true, null);
        long retiredOfDead = token(user, now + 1_000_000, true, dead);
        long unknown = token(user, now + 1_000_000, null, null);

        assertThat(dryRun()).containsEntry("refresh_tokens", 4L);
        assertThat(sweep()).containsEntry("refresh_tokens", 4L);

        assertThat(rows.texts("SELECT id FROM refresh_tokens WHERE user_id = ? ORDER BY id", user))
                .containsExactly(String.valueOf(living), String.valueOf(retiredOfLiving), String.valueOf(unknown))
                .doesNotContain(
                        String.valueOf(expired), String.valueOf(expiredOfLiving), String.valueOf(retiredOfDead));
    }

    @Test
    void expiredInvitesGoUnlessSomebodyUsedThem() {
        long now = System.currentTimeMillis();
        String open = rows.invite(now + 1_000_000, null);
        String expired = rows.invite(now - 1000, null);
        String empty = rows.invite(now - 1000, "");
        String used = rows.invite(now - 1000, Rows.newUserId());
        String referenced = rows.invite(now - 1000, null);
        rows.run(
                "INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen) VALUES (?, ?, 1, 1)",
                Rows.newUserId(),
                referenced);

        assertThat(sweep()).containsEntry("invite_codes", 2L);

        assertThat(rows.texts(
                        "SELECT code FROM invite_codes WHERE code IN (?, ?, ?, ?, ?)",
                        open,
                        expired,
                        empty,
                        used,
                        referenced))
                .containsExactlyInAnyOrder(open, used, referenced);
    }

    @Test
    void manyRowsGoInSeveralBatchesAndAreCounted() {
        double before = removedInvites();
        rows.run("INSERT INTO invite_codes (code, created_at, expires_at)"
                + " SELECT 'BATCH-' || n, 1, 2 FROM generate_series(1, 2500) n");
        assertThat(sweep()).containsEntry("invite_codes", 2500L);
        assertThat(removedInvites() - before).isEqualTo(2500);
    }

    @Test
    void aLockedRowWaitsForTheNextSweep() throws Exception {
        String user = rows.account(Rows.newUserId(), 1, false);
        long locked = token(user, 1, false, null);
        token(user, 1, false, null);
        try (Connection other = rows.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM refresh_tokens WHERE id = " + locked + " FOR UPDATE");
            assertThat(sweep()).containsEntry("refresh_tokens", 1L);
            other.rollback();
        }
        assertThat(sweep()).containsEntry("refresh_tokens", 1L);
    }

    /** Else the whole table is read again for each batch. */
    @Test
    void aBatchOfTokensLooksOnlyAtItsOwnPartOfThem() {
        String user = rows.account(Rows.newUserId(), 1, false);
        int looks = 10 * settings.batch();
        rows.run("INSERT INTO refresh_tokens (token, user_id, expires_at, created_at)" + " SELECT 'many-' || n, '"
                + user + "', 4102444800000, 1 FROM generate_series(1, " + (2 * looks + 5) + ") n");
        long last = token(user, 1, false, null);

        String batch = Sweep.REFRESH_TOKENS
                .batchSql()
                .replace("$1", "5")
                .replace("$2", String.valueOf(settings.batch()))
                .replace("$3", String.valueOf(last - looks - 5));
        List<String> plan = rows.texts("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) " + batch);

        assertThat(plan)
                .as("all but the last five of a part")
                .anyMatch(line -> line.contains("Removed by Filter: " + looks));
        assertThat(sweep()).as("the third part has it").containsEntry("refresh_tokens", 1L);
        rows.run("DELETE FROM refresh_tokens WHERE user_id = ?", user);
    }

    @DisabledIfSystemProperty(named = "test.citus.url", matches = ".+", disabledReason = "its plan is another one")
    @ParameterizedTest
    @EnumSource(
            value = Sweep.class,
            names = {"BLOBS", "INVITES"})
    void aBatchBeginsInTheIndexWhereTheOneBeforeHasEnded(Sweep sweep) throws Exception {
        String at = sweep == Sweep.BLOBS ? "timestamptz '2020-01-01'" : "bigint '5'";
        try (Connection connection = rows.connect();
                Statement statement = connection.createStatement()) {
            // the tables are nearly empty
            statement.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off");
            statement.execute("PREPARE batch AS " + sweep.batchSql());
            ResultSet plan = statement.executeQuery("EXPLAIN EXECUTE batch (%s, 1000, %1$s)".formatted(at));
            List<String> lines = new ArrayList<>();
            while (plan.next()) {
                lines.add(plan.getString(1));
            }
            assertThat(lines)
                    .anyMatch(line -> line.contains("Index Cond") && line.contains(" < ") && line.contains(" >= "))
                    .noneMatch(line -> line.contains("Sort"))
                    // which may read all accounts for each batch
                    .noneMatch(line -> line.contains("Anti Join"));
        }
    }

    @Test
    void ofSeveralSweepsAtTheSameTimeEachRowGoesOnce() {
        rows.run("INSERT INTO invite_codes (code, created_at, expires_at)"
                + " SELECT 'RACE-' || n, 1, 2 FROM generate_series(1, 3000) n");
        List<CompletableFuture<Map<String, Long>>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            running.add(cleanup.sweep().subscribeAsCompletionStage());
        }
        long removed = running.stream()
                .map(CompletableFuture::join)
                .mapToLong(counts -> counts.get("invite_codes"))
                .sum();
        removed += sweep().get("invite_codes");
        assertThat(removed).isEqualTo(3000);
    }

    @Test
    void whileAnotherReplicaSweepsThisOnePasses() throws Exception {
        String expired = rows.invite(1, null);
        try (Connection other = rows.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(" + 0x636c65616e7570L + ")");
            assertThat(sweep()).containsEntry("invite_codes", 0L);
            assertThat(rows.texts("SELECT code FROM invite_codes WHERE code = ?", expired))
                    .hasSize(1);
            // closing alone ends the session, and its lock, only some time later
            other.rollback();
        }
        assertThat(sweep()).containsEntry("invite_codes", 1L);
    }

    @DisabledIfSystemProperty(
            named = "test.citus.url",
            matches = ".+",
            disabledReason = "a distributed table has no triggers")
    @Test
    void aTableThatFailsDoesNotKeepTheOthersFromBeingSwept() {
        String expired = rows.invite(1, null);
        UUID old = blob("731 days");
        rows.run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$");
        rows.run("CREATE TRIGGER refuse BEFORE DELETE ON user_sync_data EXECUTE FUNCTION refuse()");
        try {
            assertThatThrownBy(this::sweep).isInstanceOf(DatabaseFailure.Unexpected.class);
        } finally {
            rows.run("DROP FUNCTION refuse() CASCADE");
        }

        assertThat(blobs(old)).isOne();
        assertThat(rows.texts("SELECT code FROM invite_codes WHERE code = ?", expired))
                .isEmpty();
    }

    private double removedInvites() {
        return metrics.counter("logikids.cleanup.removed", "table", "invite_codes")
                .count();
    }

    private UUID blob(String age) {
        UUID user = UUID.randomUUID();
        rows.run(
                "INSERT INTO user_sync_data (user_id, encrypted_blob, iv, \"timestamp\", checksum, blob_size, last_accessed)"
                        + " VALUES (?, 'YQ==', 'ABCDEFGHIJKLMNOP', 1, ?, 1, now() - ?::interval)",
                user,
                "0".repeat(64),
                age);
        return user;
    }

    private long blobs(UUID user) {
        return rows.number("SELECT count(*) FROM user_sync_data WHERE user_id = ?", user);
    }

    private long token(String user, long expiresAt, Boolean revoked, Long family) {
        return rows.number(
                "INSERT INTO refresh_tokens (token, user_id, expires_at, created_at, revoked, family_id)"
                        + " VALUES (?, ?, ?, 1, ?, ?) RETURNING id",
                "sha256:" + UUID.randomUUID(),
                user,
                expiresAt,
                revoked,
                family);
    }
}
