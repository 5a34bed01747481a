package dev.logikids.database.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.logikids.database.testsupport.PostgreSqlResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(PostgreSqlResource.class)
class SyncTest {

    @Test
    void whatWasPutIsAnswered() {
        SyncUser user = SyncUser.create();
        JsonObject upload = SyncUser.upload("c29tZSBieXRlcw==");

        user.put(upload)
                .then()
                .statusCode(200)
                .contentType(startsWith("application/json"))
                .body(equalTo("{\"success\":true}"));

        user.get()
                .then()
                .statusCode(200)
                .contentType(startsWith("application/json"))
                .body("encryptedBlob", equalTo("c29tZSBieXRlcw=="))
                .body("iv", equalTo(upload.getString("iv")))
                .body("timestamp", equalTo("1700000000000"))
                .body("checksum", equalTo(upload.getString("checksum")))
                .body("size()", is(4));
    }

    @Test
    void anotherPutOverwritesAndKeepsCreatedAt() {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload("Zmlyc3Q="));
        SyncUser.sql(
                "UPDATE user_sync_data SET created_at = '2020-01-01Z', last_accessed = '2020-01-01Z' WHERE user_id = ?",
                UUID.fromString(user.id()));

        user.put(SyncUser.upload("c2Vjb25k")).then().statusCode(200);

        user.get().then().body("encryptedBlob", equalTo("c2Vjb25k"));
        assertThat(user.stored("extract(year FROM created_at)")).isEqualTo("2020");
        assertThat(user.stored("now() - last_accessed < interval '10 s'")).isEqualTo("t");
        assertThat(user.stored("blob_size")).isEqualTo("6");
    }

    @Test
    void nothingStoredIs404() {
        SyncUser user = SyncUser.create();
        user.get().then().statusCode(404).body(equalTo("{\"error\":\"User not found\"}"));
        user.call().post(user.path() + "/verify").then().statusCode(200).body(equalTo("{\"exists\":false}"));
    }

    @Test
    void verifyTellsAndDoesNotCountAsAccess() throws InterruptedException {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload("YQ=="));
        String before = user.stored("last_accessed");

        user.call().post(user.path() + "/verify").then().statusCode(200).body(equalTo("{\"exists\":true}"));

        // the next read is written after the verify's time would have been
        SyncUser other = SyncUser.create();
        other.put(SyncUser.upload("YQ=="));
        SyncUser.sql(
                "UPDATE user_sync_data SET last_accessed = '2020-01-01Z' WHERE user_id = ?",
                UUID.fromString(other.id()));
        other.get();
        assertThat(within(
                        Duration.ofSeconds(5),
                        () -> other.stored("extract(year FROM last_accessed) > 2020")
                                .equals("t")))
                .isTrue();
        assertThat(user.stored("last_accessed")).isEqualTo(before);
    }

    @Test
    void deleteRemovesTheBlobAndMayBeRepeated() {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload("YQ=="));
        for (int i = 0; i < 2; i++) {
            user.call().delete(user.path()).then().statusCode(200).body(equalTo("{\"success\":true}"));
        }
        user.get().then().statusCode(404);
    }

    @Test
    void aReadMovesLastAccessedWithinASecondAndNeverBack() throws InterruptedException {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload("YQ=="));
        SyncUser.sql(
                "UPDATE user_sync_data SET last_accessed = '2020-01-01Z' WHERE user_id = ?",
                UUID.fromString(user.id()));
        user.get();
        assertThat(within(
                        Duration.ofSeconds(1),
                        () -> user.stored("now() - last_accessed < interval '10 s'")
                                .equals("t")))
                .isTrue();

        SyncUser.sql(
                "UPDATE user_sync_data SET last_accessed = '2100-01-01Z' WHERE user_id = ?",
                UUID.fromString(user.id()));
        user.get();
        user.put(SyncUser.upload("Yg=="));
        SyncUser later = SyncUser.create();
        later.put(SyncUser.upload("YQ=="));
        SyncUser.sql(
                "UPDATE user_sync_data SET last_accessed = '2020-01-01Z' WHERE user_id = ?",
                UUID.fromString(later.id()));
        later.get();
        assertThat(within(
                        Duration.ofSeconds(5),
                        () -> later.stored("extract(year FROM last_accessed) > 2020")
                                .equals("t")))
                .isTrue();
        assertThat(user.stored("extract(year FROM last_accessed)")).isEqualTo("2100");
    }

    @ParameterizedTest
    @CsvSource({"100 KB, 100000", "1 MB, 1000000"})
    void blobsUpToAMillionCharactersAreStored(String name, int length) {
        SyncUser user = SyncUser.create();
        String blob = "Ab+/".repeat(length / 4);
        user.put(SyncUser.upload(blob)).then().statusCode(200);
        assertThat(user.get().jsonPath().getString("encryptedBlob")).isEqualTo(blob);
        assertThat(user.stored("blob_size")).isEqualTo(String.valueOf(length / 4 * 3));
    }

    @Test
    void oneCharacterMoreIsTooLarge() {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload("A".repeat(1_000_001)))
                .then()
                .statusCode(413)
                .body(equalTo("{\"error\":\"Payload too large (max 1MB)\"}"));
        user.get().then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource({"YQ==, 1", "YWI=, 2", "'!!!!', 0", "'Y W\nI', 2", "Y, 0", "-_-_, 3"})
    void blobSizeCountsDecodedBytesLeniently(String blob, String size) {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload(blob)).then().statusCode(200);
        assertThat(user.stored("blob_size")).isEqualTo(size);
    }

    @Test
    void anUpperCaseChecksumIsStoredInLowerCase() {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload("YQ==").put("checksum", "ABCDEF0123456789".repeat(4)));
        user.get().then().body("checksum", equalTo("abcdef0123456789".repeat(4)));
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
        SyncUser user = SyncUser.create();
        JsonObject upload = SyncUser.upload("YQ==");
        upload.remove(field);
        String body = value.equals("-")
                ? upload.encode()
                : "{\"" + field + "\":" + value + "," + upload.encode().substring(1);
        user.call()
                .contentType(ContentType.JSON)
                .body(body)
                .put(user.path())
                .then()
                .statusCode(400)
                .body("error", equalTo("Validation error"))
                .body("details", is(List.of(Map.of("path", List.of(field), "message", message, "code", code))))
                .body("size()", is(2));
    }

    @Test
    void allRefusedFieldsAreListedInOrder() {
        SyncUser user = SyncUser.create();
        for (String contentType : List.of("application/json", "text/plain", "application/x-www-form-urlencoded")) {
            user.call()
                    .contentType(contentType)
                    .body(contentType.equals("application/json") ? "{\"other\":{\"a\":[1]}}" : "{\"iv\":5}")
                    .put(user.path())
                    .then()
                    .statusCode(400)
                    .body("details.path.flatten()", is(List.of("encryptedBlob", "iv", "timestamp", "checksum")))
                    .body("details.message.unique()", is(List.of("Required")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.0", "9223372036854775807", "1e3", "1"})
    void wholeNumbersAreTimestamps(String number) {
        SyncUser user = SyncUser.create();
        String body = SyncUser.upload("YQ==").encode().replace("1700000000000", number);
        user.call()
                .contentType(ContentType.JSON)
                .body(body)
                .put(user.path())
                .then()
                .statusCode(200);
        user.get()
                .then()
                .body(
                        "timestamp",
                        equalTo(new java.math.BigDecimal(number).toBigInteger().toString()));
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
            given().header("Authorization", header)
                    .contentType(ContentType.JSON)
                    .body("not json")
                    .request(method, "/api/sync/no-uuid")
                    .then()
                    .statusCode(401)
                    .body("error", equalTo(text));
        }
    }

    @Test
    void anotherUsersDataIsRefusedBeforeTheBody() {
        SyncUser user = SyncUser.create();
        SyncUser other = SyncUser.create();
        other.put(SyncUser.upload("YQ=="));
        for (String id : List.of(other.id(), "no-uuid", "%00", "%ff", "a%2Fb", "' OR 1=1")) {
            for (String method : List.of("GET", "PUT", "DELETE")) {
                user.call()
                        .contentType(ContentType.JSON)
                        .body("not json")
                        .request(method, "/api/sync/" + id.replace(" ", "%20"))
                        .then()
                        .statusCode(403)
                        .body(equalTo("{\"error\":\"Cannot access another user's data\"}"));
            }
        }
        other.get().then().statusCode(200);
    }

    @Test
    void theLettersOfAnIdDoNotMatterInThePath() {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload("YQ=="));
        user.call()
                .get("/api/sync/" + user.id().toUpperCase(Locale.ROOT))
                .then()
                .statusCode(200);
    }

    @Test
    void anUpperCaseTwinNeverReachesTheFirstOnesBlob() {
        SyncUser first =
                SyncUser.create("abcdef00" + UUID.randomUUID().toString().substring(8), 1);
        first.put(SyncUser.upload("YQ=="));
        SyncUser twin = SyncUser.create(first.id().toUpperCase(Locale.ROOT), 2);

        twin.get().then().statusCode(401).body(equalTo("{\"error\":\"User account not found\"}"));
        twin.put(SyncUser.upload("Yg==")).then().statusCode(401);
        twin.call().post(twin.path() + "/verify").then().statusCode(401);
        twin.call().delete(twin.path()).then().statusCode(401);

        first.get().then().statusCode(200).body("encryptedBlob", equalTo("YQ=="));
    }

    @Test
    void revocationActsAtOnceOnEveryCall() {
        SyncUser user = SyncUser.create();
        user.put(SyncUser.upload("YQ=="));
        SyncUser.sql("UPDATE user_accounts SET revoked = NULL WHERE user_id = ?", user.id());
        user.get().then().statusCode(200);
        SyncUser.sql("UPDATE user_accounts SET revoked = true WHERE user_id = ?", user.id());

        user.get().then().statusCode(401).body(equalTo("{\"error\":\"User account not found\"}"));
        user.put(SyncUser.upload("Yg==")).then().statusCode(401);
        user.put(SyncUser.upload("Yg=="), Map.of("If-Match", "*")).then().statusCode(401);
        user.call().post(user.path() + "/verify").then().statusCode(401);
        user.call().delete(user.path()).then().statusCode(401);
        user.put(new JsonObject()).then().statusCode(401);
        user.call().get("/api/sync/" + UUID.randomUUID()).then().statusCode(401);
        assertThat(user.stored("encrypted_blob")).isEqualTo("YQ==");
    }

    @Test
    void malformedBodiesAre400() {
        SyncUser user = SyncUser.create();
        for (String body :
                List.of("{", "null", "5", "[]", "\"x\"", "{} {}", "{\"iv\":\"\\u0000\"}", "{\"iv\":\"\\ud800\"}")) {
            user.call()
                    .contentType("application/json")
                    .body(body)
                    .put(user.path())
                    .then()
                    .statusCode(400)
                    .body(equalTo("{\"error\":\"Malformed request body\"}"));
        }
        user.call()
                .contentType("application/json; charset=utf-16")
                .body("{}")
                .put(user.path())
                .then()
                .statusCode(415);
    }

    @Test
    void acceptedRequestsMoveLastSeenWhateverTheyAsk() throws InterruptedException {
        SyncUser reader = SyncUser.create();
        SyncUser mistaken = SyncUser.create();
        SyncUser curious = SyncUser.create();
        reader.get();
        mistaken.put(new JsonObject()).then().statusCode(400);
        curious.call().get(reader.path()).then().statusCode(403);

        for (SyncUser user : List.of(reader, mistaken, curious)) {
            assertThat(within(Duration.ofSeconds(2), () -> lastSeen(user) > 1)).isTrue();
        }
    }

    @Test
    void dataOfTheLegacyServiceIsReadAndOverwritten() {
        SyncUser user = SyncUser.create();
        SyncUser.sql(
                "INSERT INTO user_sync_data (user_id, encrypted_blob, iv, \"timestamp\", checksum, blob_size)"
                        + " VALUES (?, 'bGVnYWN5', 'ABCDEFGHIJKLMNOP', 7, ?, 6)",
                UUID.fromString(user.id()),
                "0".repeat(64));
        String etag = user.get().then().statusCode(200).extract().header("ETag");
        user.put(SyncUser.upload("bmV3"), Map.of("If-Match", etag)).then().statusCode(200);
        user.get().then().header("ETag", not(etag)).body("encryptedBlob", containsString("bmV3"));
    }

    private static long lastSeen(SyncUser user) {
        try (var connection = SyncUser.connect();
                var statement = connection.prepareStatement("SELECT last_seen FROM user_accounts WHERE user_id = ?")) {
            statement.setString(1, user.id());
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean within(Duration time, java.util.function.BooleanSupplier condition)
            throws InterruptedException {
        Instant end = Instant.now().plus(time);
        while (Instant.now().isBefore(end)) {
            if (condition.getAsBoolean()) {
                return true;
            }
            Thread.sleep(20);
        }
        return condition.getAsBoolean();
    }
}
