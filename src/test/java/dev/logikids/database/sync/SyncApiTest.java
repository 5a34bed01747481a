package dev.logikids.database.sync;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What the tests of sync have at hand beside a client and rows: users who upload. */
abstract class SyncApiTest extends ApiTest {

    /** A new account, and what it sends with its access token. */
    protected SyncUser newUser() {
        Answer entry = registered();
        return new SyncUser(userId(entry), entry.text("accessToken"), api, rows);
    }

    /** An account with that id, which must not have one yet. */
    protected SyncUser newUser(String id, long createdAt) {
        rows.account(id, createdAt, false);
        return new SyncUser(id, api.post("/api/auth/login", user(id)).text("accessToken"), api, rows);
    }

    /** A valid upload with a random iv, as an encrypting client makes it. */
    protected static JsonObject upload(String blob) {
        byte[] iv = new byte[12];
        ThreadLocalRandom.current().nextBytes(iv);
        return new JsonObject()
                .put("encryptedBlob", blob)
                .put("iv", Base64.getEncoder().encodeToString(iv))
                .put("timestamp", 1_700_000_000_000L)
                .put("checksum", "0123456789abcdef".repeat(4));
    }

    /** A user and what is stored of him. */
    record SyncUser(String id, String token, ApiClient service, Rows rows) {

        String path() {
            return "/api/sync/" + id;
        }

        /** Calls as this user. */
        ApiClient api() {
            return service.as(token);
        }

        Answer put(JsonObject body) {
            return api().put(path(), body);
        }

        /** Puts with a condition. */
        Answer put(JsonObject body, String header, String value) {
            return api().with(header, value).put(path(), body);
        }

        Answer get() {
            return api().get(path());
        }

        Answer delete() {
            return api().delete(path());
        }

        Answer verify() {
            return api().postNothing(path() + "/verify");
        }

        /** A column of the stored row as text, or null when there is no row. */
        String stored(String expression) {
            List<String> found =
                    rows.texts("SELECT " + expression + " FROM user_sync_data WHERE user_id = ?::uuid", id);
            return found.isEmpty() ? null : found.get(0);
        }

        /** Changes the stored row. */
        void store(String assignments) {
            rows.run("UPDATE user_sync_data SET " + assignments + " WHERE user_id = ?::uuid", id);
        }

        long lastSeen() {
            return rows.number("SELECT last_seen FROM user_accounts WHERE user_id = ?", id);
        }
    }
}
