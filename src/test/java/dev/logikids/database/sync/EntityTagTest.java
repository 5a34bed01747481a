package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;

import dev.logikids.database.testsupport.PostgreSqlResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(PostgreSqlResource.class)
class EntityTagTest {

    @Test
    void putAndGetAnswerTheSameStrongTag() {
        SyncUser user = SyncUser.create();
        String etag = put(user, "YQ==");
        assertThat(etag).matches("\"[0-9a-f]{32}\"");
        assertThat(user.get().header("ETag")).isEqualTo(etag);
        assertThat(user.call().head(user.path()).header("ETag")).isEqualTo(etag);
    }

    @Test
    void everyChangeOfTheContentChangesTheTagEvenWithTheSameIv() {
        SyncUser user = SyncUser.create();
        JsonObject upload = SyncUser.upload("YQ==");
        String first = user.put(upload).header("ETag");
        String second = user.put(upload.put("encryptedBlob", "Yg==")).header("ETag");
        String third = user.put(upload.put("encryptedBlob", "YQ==")).header("ETag");
        assertThat(second).isNotEqualTo(first);
        assertThat(third).isNotIn(first, second);
        assertThat(user.put(upload).header("ETag")).as("the same upload again").isEqualTo(third);
    }

    @Test
    void aWriteOfTheLegacyServiceChangesTheTag() {
        SyncUser user = SyncUser.create();
        String etag = put(user, "YQ==");
        SyncUser.sql(
                "UPDATE user_sync_data SET encrypted_blob = 'Yg==', iv = 'ABCDEFGHIJKLMNOP', \"timestamp\" = 8"
                        + " WHERE user_id = ?",
                UUID.fromString(user.id()));
        assertThat(user.get().header("ETag")).isNotEqualTo(etag);
        user.put(SyncUser.upload("Yw=="), Map.of("If-Match", etag)).then().statusCode(412);
    }

    @Test
    void aReadDoesNotChangeTheTag() {
        SyncUser user = SyncUser.create();
        String etag = put(user, "YQ==");
        SyncUser.sql("UPDATE user_sync_data SET last_accessed = now() WHERE user_id = ?", UUID.fromString(user.id()));
        assertThat(user.get().header("ETag")).isEqualTo(etag);
    }

    @Test
    void aRowMadeAgainHasAnotherTag() {
        SyncUser user = SyncUser.create();
        JsonObject upload = SyncUser.upload("YQ==");
        String etag = user.put(upload).header("ETag");
        user.call().delete(user.path());
        assertThat(user.put(upload).header("ETag")).isNotEqualTo(etag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "\"other\", %s", "*", "W/\"x\",W/%s , \"y\""})
    void aKnownStateIs304(String header) {
        SyncUser user = SyncUser.create();
        String etag = put(user, "YQ==");
        user.call()
                .header("If-None-Match", header.formatted(etag))
                .get(user.path())
                .then()
                .statusCode(304)
                .header("ETag", etag)
                .body(emptyString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"other\"", "W/\"other\"", "garbage", "\"", ""})
    void anotherStateIsAnsweredWhole(String header) {
        SyncUser user = SyncUser.create();
        put(user, "YQ==");
        user.call()
                .header("If-None-Match", header)
                .get(user.path())
                .then()
                .statusCode(200)
                .body("encryptedBlob", equalTo("YQ=="));
    }

    @Test
    void a304DoesNotReadTheBlob() throws Exception {
        SyncUser user = SyncUser.create();
        // random enough not to be compressed into the row
        StringBuilder blob = new StringBuilder();
        while (blob.length() < 500_000) {
            blob.append(UUID.randomUUID().toString().replace("-", ""));
        }
        String etag = put(user, blob.toString());
        try (Connection connection = SyncUser.connect();
                Statement statement = connection.createStatement()) {
            // locks the index of the TOAST table: whoever reads the blob waits
            connection.setAutoCommit(false);
            statement.execute("REINDEX TABLE " + text(statement, """
                    SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = 'user_sync_data'::regclass
                    """));
            user.call().header("If-None-Match", etag).get(user.path()).then().statusCode(304);

            CompletableFuture<Integer> read =
                    CompletableFuture.supplyAsync(() -> user.get().statusCode());
            String waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IN"
                    + " (SELECT oid FROM pg_class WHERE relname LIKE 'pg_toast%')";
            while (text(statement, waiting).equals("0") && !read.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(read).as("a read of the blob waits").isNotDone();
            connection.rollback();
            assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(200);
        }
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void nothingStoredIs404WhateverTheTag() {
        SyncUser user = SyncUser.create();
        user.call().header("If-None-Match", "*").get(user.path()).then().statusCode(404);
    }

    @Test
    void ifMatchLetsOnlyTheKnownStateBeOverwritten() {
        SyncUser user = SyncUser.create();
        String first = put(user, "YQ==");
        String second = user.put(SyncUser.upload("Yg=="), Map.of("If-Match", first))
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");

        for (String stale : new String[] {first, "W/" + second, "garbage", "\"x\", " + first}) {
            user.put(SyncUser.upload("Yw=="), Map.of("If-Match", stale))
                    .then()
                    .statusCode(412)
                    .header("ETag", second)
                    .body(equalTo("{\"error\":\"Precondition failed\"}"));
        }
        user.get().then().body("encryptedBlob", equalTo("Yg=="));
        user.put(SyncUser.upload("Yw=="), Map.of("If-Match", "\"x\", " + second))
                .then()
                .statusCode(200);
        user.put(SyncUser.upload("ZA=="), Map.of("If-Match", "*")).then().statusCode(200);
    }

    @Test
    void ifMatchOnNothingIsRefusedWithoutATag() {
        SyncUser user = SyncUser.create();
        for (String tag : new String[] {"*", "\"x\""}) {
            String etag = user.put(SyncUser.upload("YQ=="), Map.of("If-Match", tag))
                    .then()
                    .statusCode(412)
                    .extract()
                    .header("ETag");
            assertThat(etag).isNull();
        }
        user.get().then().statusCode(404);
    }

    @Test
    void ifNoneMatchStarOnlyCreates() {
        SyncUser user = SyncUser.create();
        JsonObject upload = SyncUser.upload("YQ==");
        String etag = user.put(upload, Map.of("If-None-Match", "*"))
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");
        user.put(upload, Map.of("If-None-Match", "*")).then().statusCode(412).header("ETag", etag);
        user.put(SyncUser.upload("Yg=="), Map.of("If-None-Match", etag)).then().statusCode(412);
        user.put(SyncUser.upload("Yg=="), Map.of("If-None-Match", "\"x\""))
                .then()
                .statusCode(200);
        user.put(SyncUser.upload("Yg=="), Map.of("If-Match", "*", "If-None-Match", "*"))
                .then()
                .statusCode(412);
    }

    @Test
    void theSameUploadAgainSucceedsBecauseItsAnswerMayHaveBeenLost() {
        SyncUser user = SyncUser.create();
        String first = put(user, "YQ==");
        JsonObject upload = SyncUser.upload("Yg==");
        String second = user.put(upload, Map.of("If-Match", first)).header("ETag");
        user.put(upload, Map.of("If-Match", first)).then().statusCode(200).header("ETag", second);
    }

    @Test
    void withoutAConditionTheLastWriterWins() {
        SyncUser user = SyncUser.create();
        put(user, "YQ==");
        put(user, "Yg==");
        user.get().then().body("encryptedBlob", equalTo("Yg=="));
    }

    private static String put(SyncUser user, String blob) {
        return user.put(SyncUser.upload(blob)).then().statusCode(200).extract().header("ETag");
    }
}
