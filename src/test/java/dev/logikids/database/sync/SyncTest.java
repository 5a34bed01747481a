package dev.logikids.database.sync;

import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.Rows;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SyncTest extends SyncApiTest {

    @Test
    void whatWasPutIsAnswered() {
        SyncUser user = newUser();
        JsonObject upload = upload("c29tZSBieXRlcw==");

        Answer stored = user.put(upload);
        Answer read = user.get();

        assertThat(stored.whole()).isEqualTo("200 {\"success\":true}");
        assertThat(stored.header("Content-Type")).startsWith("application/json");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.header("Content-Type")).startsWith("application/json");
        assertThat(read.json())
                .isEqualTo(new JsonObject()
                        .put("encryptedBlob", "c29tZSBieXRlcw==")
                        .put("iv", upload.getString("iv"))
                        .put("timestamp", "1700000000000")
                        .put("checksum", upload.getString("checksum")));
    }

    @Test
    void anotherPutOverwritesAndKeepsCreatedAt() {
        SyncUser user = newUser();
        user.put(upload("Zmlyc3Q="));
        user.store("created_at = '2020-01-01Z', last_accessed = '2020-01-01Z'");

        assertThat(user.put(upload("c2Vjb25k")).status()).isEqualTo(200);

        assertThat(user.get().text("encryptedBlob")).isEqualTo("c2Vjb25k");
        assertThat(user.stored("extract(year FROM created_at)")).isEqualTo("2020");
        assertThat(user.stored("now() - last_accessed < interval '10 s'")).isEqualTo("t");
        assertThat(user.stored("blob_size")).isEqualTo("6");
    }

    @Test
    void nothingStoredIs404() {
        SyncUser user = newUser();
        assertThat(user.get().whole()).isEqualTo("404 {\"error\":\"User not found\"}");
        assertThat(user.verify().whole()).isEqualTo("200 {\"exists\":false}");
    }

    @Test
    void verifyTellsAndDoesNotCountAsAccess() {
        SyncUser user = newUser();
        user.put(upload("YQ=="));
        String before = user.stored("last_accessed");

        assertThat(user.verify().whole()).isEqualTo("200 {\"exists\":true}");

        // the next read is written after the verify's time would have been
        awaitThatAReadIsNoted();
        assertThat(user.stored("last_accessed")).isEqualTo(before);
    }

    @Test
    void deleteRemovesTheBlobAndMayBeRepeated() {
        SyncUser user = newUser();
        user.put(upload("YQ=="));
        for (int i = 0; i < 2; i++) {
            assertThat(user.delete().whole()).isEqualTo("200 {\"success\":true}");
        }
        assertThat(user.get().status()).isEqualTo(404);
    }

    @Test
    void aReadMovesLastAccessedWithinASecondAndNeverBack() {
        SyncUser user = newUser();
        user.put(upload("YQ=="));
        user.store("last_accessed = '2020-01-01Z'");
        // the service counts in ms
        String before = user.stored("date_trunc('milliseconds', clock_timestamp())");
        user.get();
        await().until(() -> user.stored("last_accessed > '2020-01-01Z'").equals("t"));
        assertThat(user.stored("last_accessed >= '" + before + "'")).isEqualTo("t");
        assertThat(user.stored("pg_xact_commit_timestamp(xmin) - last_accessed < interval '1 s'"))
                .isEqualTo("t");

        user.store("last_accessed = '2100-01-01Z'");
        user.get();
        user.put(upload("Yg=="));
        awaitThatAReadIsNoted();
        assertThat(user.stored("extract(year FROM last_accessed)")).isEqualTo("2100");
    }

    @ParameterizedTest
    @CsvSource({"100 KB, 100000", "1 MB, 1000000"})
    void blobsUpToAMillionCharactersAreStored(String name, int length) {
        SyncUser user = newUser();
        String blob = "Ab+/".repeat(length / 4);
        assertThat(user.put(upload(blob)).status()).isEqualTo(200);
        assertThat(user.get().text("encryptedBlob")).isEqualTo(blob);
        assertThat(user.stored("blob_size")).isEqualTo(String.valueOf(length / 4 * 3));
    }

    @Test
    void oneCharacterMoreIsTooLarge() {
        SyncUser user = newUser();
        assertThat(user.put(upload("A".repeat(1_000_001))).whole())
                .isEqualTo("413 {\"error\":\"Payload too large (max 1MB)\"}");
        assertThat(user.get().status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"YQ==, 1", "YWI=, 2", "'!!!!', 0", "'Y W\nI', 2", "Y, 0", "-_-_, 3"})
    void blobSizeCountsDecodedBytesLeniently(String blob, String size) {
        SyncUser user = newUser();
        assertThat(user.put(upload(blob)).status()).isEqualTo(200);
        assertThat(user.stored("blob_size")).isEqualTo(size);
    }

    @Test
    void anUpperCaseChecksumIsStoredInLowerCase() {
        SyncUser user = newUser();
        user.put(upload("YQ==").put("checksum", "ABCDEF0123456789".repeat(4)));
        assertThat(user.get().text("checksum")).isEqualTo("abcdef0123456789".repeat(4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "encryptedBlob | -          | Required | invalid_type",
                "encryptedBlob | null       | Expected string, received null | invalid_type",
                "encryptedBlob | 5          | Expected string, received number | invalid_type",
                "encryptedBlob | true       | Expected string, received boolean | invalid_type",
                "encryptedBlob | []         | Expected string, received array | invalid_type",
                "encryptedBlob | {}         | Expected string, received object | invalid_type",
                "encryptedBlob | \"\"       | String must contain at least 1 character(s) | too_small",
                "iv            | -          | Required | invalid_type",
                "iv            | \"short\"  | String must contain exactly 16 character(s) | too_small",
                "iv            | \"ABCDEFGHIJKLMNOPQ\" | String must contain exactly 16 character(s) | too_big",
                "iv            | \"ABCDEFGHIJKLMN==\" | Invalid | invalid_string",
                "iv            | \"ABCDEFGHIJKLMN-_\" | Invalid | invalid_string",
                "timestamp     | -          | Required | invalid_type",
                "timestamp     | \"5\"      | Expected number, received string | invalid_type",
                "timestamp     | null       | Expected number, received null | invalid_type",
                "timestamp     | 1.5        | Expected integer, received float | invalid_type",
                "timestamp     | 1e400      | Expected integer, received float | invalid_type",
                "timestamp     | 0          | Number must be greater than 0 | too_small",
                "timestamp     | -1         | Number must be greater than 0 | too_small",
                "timestamp     | 9223372036854775808 | Number must be less than or equal to 9223372036854775807 | too_big",
                "timestamp     | 1e19       | Number must be less than or equal to 9223372036854775807 | too_big",
                "checksum      | -          | Required | invalid_type",
                "checksum      | \"abc\"    | String must contain exactly 64 character(s) | too_small",
                "checksum      | \"gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg\" | Invalid | invalid_string",
            })
    void aRefusedFieldIsNamed(String field, String value, String message, String code) {
        SyncUser user = newUser();
        JsonObject upload = upload("YQ==");
        upload.remove(field);
        String body = value.equals("-")
                ? upload.encode()
                : "{\"" + field + "\":" + value + "," + upload.encode().substring(1);
        Answer answer =
                user.api().send("PUT", user.path(), "application/json", body).join();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json())
                .isEqualTo(new JsonObject()
                        .put("error", "Validation error")
                        .put(
                                "details",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("path", new JsonArray().add(field))
                                                .put("message", message)
                                                .put("code", code))));
    }

    @Test
    void allRefusedFieldsAreListedInOrder() {
        SyncUser user = newUser();
        for (String contentType : List.of("application/json", "text/plain", "application/x-www-form-urlencoded")) {
            String body = contentType.equals("application/json") ? "{\"other\":{\"a\":[1]}}" : "{\"iv\":5}";

            Answer answer =
                    user.api().send("PUT", user.path(), contentType, body).join();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().getJsonArray("details"))
                    .map(JsonObject.class::cast)
                    .extracting(detail -> detail.getJsonArray("path").encode(), detail -> detail.getString("message"))
                    .containsExactly(
                            tuple("[\"encryptedBlob\"]", "Required"),
                            tuple("[\"iv\"]", "Required"),
                            tuple("[\"timestamp\"]", "Required"),
                            tuple("[\"checksum\"]", "Required"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.0", "9223372036854775807", "1e3", "1"})
    void wholeNumbersAreTimestamps(String number) {
        SyncUser user = newUser();
        String body = upload("YQ==").encode().replace("1700000000000", number);
        assertThat(user.api()
                        .send("PUT", user.path(), "application/json", body)
                        .join()
                        .status())
                .isEqualTo(200);
        assertThat(user.get().text("timestamp"))
                .isEqualTo(new BigDecimal(number).toBigInteger().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''               | No authorization token provided",
                "bearer x         | Invalid authorization format. Use: Bearer <token>",
                "Bearer x.y.z     | Invalid authentication token",
            })
    void withoutATokenNothingIsLookedAt(String header, String text) {
        for (String method : List.of("GET", "PUT", "DELETE")) {
            Answer answer = api.with("Authorization", header)
                    .send(method, "/api/sync/no-uuid", "application/json", "not json")
                    .join();
            assertThat(answer.error()).isEqualTo("401 " + text);
        }
    }

    @Test
    void anotherUsersDataIsRefusedBeforeTheBody() {
        SyncUser user = newUser();
        SyncUser other = newUser();
        other.put(upload("YQ=="));
        for (String id : List.of(other.id(), "no-uuid", "%00", "%ff", "a%2Fb", "' OR 1=1")) {
            for (String method : List.of("GET", "PUT", "DELETE")) {
                Answer answer = user.api()
                        .send(method, "/api/sync/" + id.replace(" ", "%20"), "application/json", "not json")
                        .join();
                assertThat(answer.whole()).isEqualTo("403 {\"error\":\"Cannot access another user's data\"}");
            }
        }
        assertThat(other.get().status()).isEqualTo(200);
    }

    @Test
    void theLettersOfAnIdDoNotMatterInThePath() {
        SyncUser user = newUser();
        user.put(upload("YQ=="));
        assertThat(user.api()
                        .get(user.path().replace(user.id(), user.id().toUpperCase(Locale.ROOT)))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anUpperCaseTwinNeverReachesTheFirstOnesBlob() {
        // the legacy service let both log in
        String id = "abcdef00" + Rows.newUserId().substring(8);
        SyncUser twin = newUser(id.toUpperCase(Locale.ROOT), 2);
        SyncUser first = newUser(id, 1);
        assertThat(first.id()).isNotEqualTo(twin.id());
        first.put(upload("YQ=="));

        assertThat(twin.get().whole()).isEqualTo("401 {\"error\":\"User account not found\"}");
        assertThat(twin.put(upload("Yg==")).status()).isEqualTo(401);
        assertThat(twin.verify().status()).isEqualTo(401);
        assertThat(twin.delete().status()).isEqualTo(401);

        Answer read = first.get();
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.text("encryptedBlob")).isEqualTo("YQ==");
    }

    @Test
    void revocationActsAtOnceOnEveryCall() {
        SyncUser user = newUser();
        user.put(upload("YQ=="));
        rows.run("UPDATE user_accounts SET revoked = NULL WHERE user_id = ?", user.id());
        assertThat(user.get().status()).isEqualTo(200);
        rows.run("UPDATE user_accounts SET revoked = true WHERE user_id = ?", user.id());

        assertThat(user.get().whole()).isEqualTo("401 {\"error\":\"User account not found\"}");
        assertThat(user.put(upload("Yg==")).status()).isEqualTo(401);
        assertThat(user.put(upload("Yg=="), "If-Match", "*").status()).isEqualTo(401);
        assertThat(user.verify().status()).isEqualTo(401);
        assertThat(user.delete().status()).isEqualTo(401);
        assertThat(user.put(new JsonObject()).status()).isEqualTo(401);
        assertThat(user.api().get("/api/sync/" + UUID.randomUUID()).status()).isEqualTo(401);
        assertThat(user.stored("encrypted_blob")).isEqualTo("YQ==");
    }

    @Test
    void malformedBodiesAre400() {
        SyncUser user = newUser();
        for (String body :
                List.of("{", "null", "5", "\"x\"", "{} {}", "{\"iv\":\"\\u0000\"}", "{\"iv\":\"\\ud800\"}")) {
            assertThat(user.api()
                            .send("PUT", user.path(), "application/json", body)
                            .join()
                            .whole())
                    .isEqualTo("400 {\"error\":\"Malformed request body\"}");
        }
        assertThat(user.api()
                        .send("PUT", user.path(), "application/json; charset=utf-16", "{}")
                        .join()
                        .status())
                .isEqualTo(415);
    }

    @Test
    void acceptedRequestsMoveLastSeenWhateverTheyAsk() {
        SyncUser reader = newUser();
        SyncUser mistaken = newUser();
        SyncUser curious = newUser();
        rows.run("UPDATE user_accounts SET last_seen = 1");
        reader.get();
        assertThat(mistaken.put(new JsonObject()).status()).isEqualTo(400);
        assertThat(curious.api().get(reader.path()).status()).isEqualTo(403);

        for (SyncUser user : List.of(reader, mistaken, curious)) {
            await().until(() -> user.lastSeen() > 1);
            assertThat(rows.commitDelay("user_accounts", "last_seen", user.id()))
                    .isLessThan(1_500);
        }
    }

    @Test
    void dataOfTheLegacyServiceIsReadAndOverwritten() {
        SyncUser user = newUser();
        rows.run(
                "INSERT INTO user_sync_data (user_id, encrypted_blob, iv, \"timestamp\", checksum, blob_size)"
                        + " VALUES (?::uuid, 'bGVnYWN5', 'ABCDEFGHIJKLMNOP', 7, ?, 6)",
                user.id(),
                "0".repeat(64));
        Answer legacy = user.get();
        assertThat(legacy.status()).isEqualTo(200);
        String etag = legacy.header("ETag");
        assertThat(user.put(upload("bmV3"), "If-Match", etag).status()).isEqualTo(200);
        Answer written = user.get();
        assertThat(written.header("ETag")).isNotEqualTo(etag);
        assertThat(written.text("encryptedBlob")).contains("bmV3");
    }

    /** A later read has been written: what came before it would have been too. */
    private void awaitThatAReadIsNoted() {
        SyncUser later = newUser();
        later.put(upload("YQ=="));
        later.store("last_accessed = '2020-01-01Z'");
        later.get();
        await().until(() -> later.stored("last_accessed > '2020-01-01Z'").equals("t"));
    }
}
