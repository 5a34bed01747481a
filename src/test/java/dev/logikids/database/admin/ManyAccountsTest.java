package dev.logikids.database.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing that an operator looks at takes longer than a second with 100 000 accounts. */
@QuarkusTest
@Tag("exhaustive")
class ManyAccountsTest extends ApiTest {

    private static final Duration LONGEST = Duration.ofSeconds(1);

    private ApiClient operator;

    @BeforeEach
    void fill() {
        operator = api.as(AdminToken.DEVELOPMENT);
        rows.run("INSERT INTO invite_codes (code, created_at, expires_at, note, used_by)"
                + " SELECT 'MANY-' || n, 1700000000000 + n, 1700604800000, 'Class ' || n % 500, 'x'"
                + " FROM generate_series(1, 100000) n");
        rows.run("INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen, revoked)"
                + " SELECT md5('many' || n)::uuid::text, 'MANY-' || n, 1700000000000 + n, 1700000000000 + n % 1000, n % 50 = 0"
                + " FROM generate_series(1, 100000) n");
        rows.run("INSERT INTO refresh_tokens (token, user_id, expires_at, created_at, revoked)"
                + " SELECT 'many' || n, md5('many' || (n / 3 + 1))::uuid::text, 4000000000000, 1700000000000, false"
                + " FROM generate_series(1, 299999) n");
        rows.run("INSERT INTO user_sync_data (user_id, encrypted_blob, iv, timestamp, checksum, blob_size)"
                + " SELECT md5('many' || n)::uuid, repeat('QUJD', 250 + n % 500), repeat('A', 16), 1, repeat('a', 64), 750"
                + " FROM generate_series(1, 100000) n");
        rows.run(
                "INSERT INTO admin_audit (occurred_at, operator, channel, address, action, subject, outcome, before_counts,"
                        + " after_counts) SELECT n, 'many', 'api', '', 'sign_in', 'account:' || n, 'done', '{}', '{}'"
                        + " FROM generate_series(1, 100000) n");
        rows.run("ANALYZE");
    }

    @AfterEach
    void empty() {
        rows.run("DELETE FROM user_sync_data WHERE iv = repeat('A', 16) AND blob_size = 750");
        rows.run("DELETE FROM refresh_tokens WHERE token LIKE 'many%'");
        rows.run("DELETE FROM user_accounts WHERE invite_code LIKE 'MANY-%'");
        rows.run("DELETE FROM invite_codes WHERE code LIKE 'MANY-%'");
    }

    @Test
    void everyPageAndFigureComesWithinASecond() {
        String middle =
                operator.get("/api/admin/accounts?size=200&order=last_seen").text("next");
        String one = rows.texts("SELECT user_id FROM user_accounts WHERE invite_code = 'MANY-777'")
                .get(0);
        for (String path : List.of(
                "accounts?size=200",
                "accounts?size=200&order=last_seen&after=" + middle,
                "accounts?size=200&state=revoked&order=last_seen",
                "accounts?search=" + one,
                "accounts?search=MANY-777",
                "accounts/" + one,
                "invites?size=200",
                "invites?state=used&note=class%20499&size=200",
                "invites?state=open&note=none",
                "storage",
                "cleanup",
                "database",
                "audit?size=200",
                "audit?operator=nobody",
                "audit?outcome=failed&action=erase_account")) {
            long fastest =
                    LongStream.range(0, 3).map(round -> millis(path)).min().getAsLong();
            assertThat(Duration.ofMillis(fastest)).as(path).isLessThan(LONGEST);
        }
    }

    private long millis(String path) {
        long start = System.nanoTime();
        Answer answer = operator.get("/api/admin/" + path);
        assertThat(answer.status()).as(path).isEqualTo(200);
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}
