package dev.logikids.database.sync;

import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class EntityTagTest extends SyncApiTest {

    /** As PostgreSQL has computed it since the first release. */
    private static final String TAG = """
            left(encode(sha256(convert_to(concat_ws('.', coalesce(version, 0), iv, "timestamp", blob_size,
              extract(epoch FROM created_at)), 'UTF8')), 'hex'), 32)""";

    @Test
    void putAndGetAnswerTheSameStrongTag() {
        SyncUser user = newUser();
        String etag = put(user, "YQ==");
        assertThat(etag).matches("\"[0-9a-f]{32}\"");
        assertThat(user.get().header("ETag")).isEqualTo(etag);
        assertThat(user.api().send("HEAD", user.path()).join().header("ETag")).isEqualTo(etag);
    }

    @Test
    void everyChangeOfTheContentChangesTheTagEvenWithTheSameIv() {
        SyncUser user = newUser();
        JsonObject upload = upload("YQ==");
        String first = user.put(upload).header("ETag");
        String second = user.put(upload.put("encryptedBlob", "Yg==")).header("ETag");
        String third = user.put(upload.put("encryptedBlob", "YQ==")).header("ETag");
        assertThat(second).isNotEqualTo(first);
        assertThat(third).isNotIn(first, second);
        assertThat(user.put(upload).header("ETag")).as("the same upload again").isEqualTo(third);
    }

    @Test
    void aWriteOfTheLegacyServiceChangesTheTag() {
        SyncUser user = newUser();
        String etag = put(user, "YQ==");
        user.store("encrypted_blob = 'Yg==', iv = 'ABCDEFGHIJKLMNOP', \"timestamp\" = 8");
        assertThat(user.get().header("ETag")).isNotEqualTo(etag);
        assertThat(user.put(upload("Yw=="), "If-Match", etag).status()).isEqualTo(412);
    }

    @Test
    void aStoredStateKeepsTheTagThatClientsHold() {
        SyncUser user = newUser();
        put(user, "YQ==");
        user.store(
                "version = NULL, iv = 'ABCDEFGHIJKLMNOP', \"timestamp\" = 7, blob_size = 1, created_at = '2026-01-01Z'");
        assertThat(user.get().header("ETag")).isEqualTo("\"db2f84ed7f272d5c35515b229e4e7a13\"");
    }

    @ParameterizedTest
    @CsvSource({
        "NULL, 2026-01-01T00:00:00.123456Z",
        "0, 2026-01-01T00:00:00.1Z",
        "1, 2026-06-30T23:59:59.999999+02:00",
        "9223372036854775807, 1970-01-01T00:00:00Z",
        "2, 1969-12-31T23:59:59.999999Z",
        "2, 1969-12-31T23:59:59Z",
        "3, 1970-01-01T00:00:00.000001Z",
        "3, 1900-02-28T12:34:56.000100Z",
        "4, 2000-01-01T00:00:00Z",
        "4, 9999-12-31T23:59:59.999999Z",
        "5, 0001-01-01T00:00:00Z",
        "5, 4713-01-01 00:00:00.5+00 BC",
        "6, 0044-03-15 12:00:00.000007+00 BC",
        "6, 200000-01-01 00:00:00.25+00",
        "7, 294247-01-10 04:00:54.775808+00",
        "8, 294276-12-31 23:59:59.999999+00",
        "9, infinity",
        "9, -infinity"
    })
    void theTagIsTheOneThatPostgreSqlComputes(String version, String createdAt) {
        SyncUser user = newUser();
        put(user, "YQ==");
        user.store("version = " + version + ", created_at = '" + createdAt + "'");
        Answer read = user.get();
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.header("ETag")).isEqualTo('"' + user.stored(TAG) + '"');
        assertThat(user.api()
                        .with("If-None-Match", read.header("ETag"))
                        .get(user.path())
                        .status())
                .isEqualTo(304);
    }

    @Test
    void aReadDoesNotChangeTheTag() {
        SyncUser user = newUser();
        String etag = put(user, "YQ==");
        user.store("last_accessed = now()");
        assertThat(user.get().header("ETag")).isEqualTo(etag);
    }

    @Test
    void aRowMadeAgainHasAnotherTag() {
        SyncUser user = newUser();
        JsonObject upload = upload("YQ==");
        String etag = user.put(upload).header("ETag");
        user.delete();
        assertThat(user.put(upload).header("ETag")).isNotEqualTo(etag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "\"other\", %s", "*", "W/\"x\",W/%s , \"y\""})
    void aKnownStateIs304(String header) {
        SyncUser user = newUser();
        String etag = put(user, "YQ==");
        Answer answer = user.api().with("If-None-Match", header.formatted(etag)).get(user.path());
        assertThat(answer.whole()).isEqualTo("304 ");
        assertThat(answer.header("ETag")).isEqualTo(etag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"other\"", "W/\"other\"", "garbage", "\"", ""})
    void anotherStateIsAnsweredWhole(String header) {
        SyncUser user = newUser();
        put(user, "YQ==");
        Answer answer = user.api().with("If-None-Match", header).get(user.path());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("encryptedBlob")).isEqualTo("YQ==");
    }

    @DisabledIfSystemProperty(named = "test.citus.url", matches = ".+", disabledReason = "the blob is on a worker")
    @Test
    void a304DoesNotReadTheBlob() throws Exception {
        SyncUser user = newUser();
        // random enough not to be compressed into the row
        StringBuilder blob = new StringBuilder();
        while (blob.length() < 500_000) {
            blob.append(UUID.randomUUID().toString().replace("-", ""));
        }
        String etag = put(user, blob.toString());
        try (Connection connection = rows.connect();
                Statement statement = connection.createStatement()) {
            // locks the index of the TOAST table: whoever reads the blob waits
            connection.setAutoCommit(false);
            statement.execute("REINDEX TABLE "
                    + rows.texts("SELECT reltoastrelid::regclass FROM pg_class WHERE oid = 'user_sync_data'::regclass")
                            .get(0));
            assertThat(user.api().with("If-None-Match", etag).get(user.path()).status())
                    .isEqualTo(304);

            CompletableFuture<Answer> read = user.api().send("GET", user.path());
            String waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IN"
                    + " (SELECT oid FROM pg_class WHERE relname LIKE 'pg_toast%')";
            await().until(() -> rows.number(waiting) > 0 || read.isDone());
            assertThat(read).as("a read of the blob waits").isNotDone();
            connection.rollback();
            assertThat(read.join().status()).isEqualTo(200);
        }
    }

    @Test
    void nothingStoredIs404WhateverTheTag() {
        SyncUser user = newUser();
        assertThat(user.api().with("If-None-Match", "*").get(user.path()).status())
                .isEqualTo(404);
    }

    @Test
    void ifMatchLetsOnlyTheKnownStateBeOverwritten() {
        SyncUser user = newUser();
        String first = put(user, "YQ==");
        Answer written = user.put(upload("Yg=="), "If-Match", first);
        assertThat(written.status()).isEqualTo(200);
        String second = written.header("ETag");

        for (String stale : new String[] {first, "W/" + second, "garbage", "\"x\", " + first}) {
            Answer refused = user.put(upload("Yw=="), "If-Match", stale);
            assertThat(refused.whole()).isEqualTo("412 {\"error\":\"Precondition failed\"}");
            assertThat(refused.header("ETag")).isEqualTo(second);
        }
        assertThat(user.get().text("encryptedBlob")).isEqualTo("Yg==");
        assertThat(user.put(upload("Yw=="), "If-Match", "\"x\", " + second).status())
                .isEqualTo(200);
        assertThat(user.put(upload("ZA=="), "If-Match", "*").status()).isEqualTo(200);
    }

    @Test
    void ifMatchOnNothingIsRefusedWithoutATag() {
        SyncUser user = newUser();
        for (String tag : new String[] {"*", "\"x\""}) {
            Answer refused = user.put(upload("YQ=="), "If-Match", tag);
            assertThat(refused.status()).isEqualTo(412);
            assertThat(refused.headers().firstValue("ETag")).isEmpty();
        }
        assertThat(user.get().status()).isEqualTo(404);
    }

    @Test
    void ifNoneMatchStarOnlyCreates() {
        SyncUser user = newUser();
        JsonObject upload = upload("YQ==");
        Answer created = user.put(upload, "If-None-Match", "*");
        assertThat(created.status()).isEqualTo(200);
        Answer again = user.put(upload, "If-None-Match", "*");
        assertThat(again.status()).isEqualTo(412);
        assertThat(again.header("ETag")).isEqualTo(created.header("ETag"));
        assertThat(user.put(upload("Yg=="), "If-None-Match", created.header("ETag"))
                        .status())
                .isEqualTo(412);
        assertThat(user.put(upload("Yg=="), "If-None-Match", "\"x\"").status()).isEqualTo(200);
        Answer both =
                user.api().with("If-Match", "*").with("If-None-Match", "*").put(user.path(), upload("Yg=="));
        assertThat(both.status()).isEqualTo(412);
    }

    @Test
    void theSameUploadAgainSucceedsBecauseItsAnswerMayHaveBeenLost() {
        SyncUser user = newUser();
        String first = put(user, "YQ==");
        JsonObject upload = upload("Yg==");
        String second = user.put(upload, "If-Match", first).header("ETag");
        Answer again = user.put(upload, "If-Match", first);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.header("ETag")).isEqualTo(second);
    }

    @Test
    void withoutAConditionTheLastWriterWins() {
        SyncUser user = newUser();
        put(user, "YQ==");
        put(user, "Yg==");
        assertThat(user.get().text("encryptedBlob")).isEqualTo("Yg==");
    }

    private static String put(SyncUser user, String blob) {
        Answer answer = user.put(upload(blob));
        assertThat(answer.status()).isEqualTo(200);
        return answer.header("ETag");
    }
}
