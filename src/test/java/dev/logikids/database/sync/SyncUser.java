package dev.logikids.database.sync;

import static io.restassured.RestAssured.given;

import dev.logikids.database.testsupport.TestPostgreSql;
import dev.logikids.database.token.AccessTokens;
import dev.logikids.database.user.UserId;
import io.quarkus.arc.Arc;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.ConfigProvider;

/** A fresh account with an access token, and what it sends. */
record SyncUser(String id, String token) {

    private static Connection shared;

    static SyncUser create() {
        return create(UUID.randomUUID().toString(), 1);
    }

    static SyncUser create(String id, long createdAt) {
        String code = "TEST-" + UUID.randomUUID();
        sql("INSERT INTO invite_codes (code, created_at, expires_at, used_by) VALUES (?, 1, 2, ?)", code, id);
        sql(
                "INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen) VALUES (?, ?, ?, 1)",
                id,
                code,
                createdAt);
        AccessTokens tokens = Arc.container().instance(AccessTokens.class).get();
        return new SyncUser(id, tokens.issue(new UserId(id), code));
    }

    static void sql(String statement, Object... parameters) {
        try (PreparedStatement prepared = shared().prepareStatement(statement)) {
            for (int i = 0; i < parameters.length; i++) {
                prepared.setObject(i + 1, parameters[i]);
            }
            prepared.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A column of the user's stored row as text, or null when there is no row. */
    String stored(String expression) {
        try (PreparedStatement prepared =
                shared().prepareStatement("SELECT " + expression + " FROM user_sync_data WHERE user_id = ?::uuid")) {
            prepared.setString(1, id);
            try (ResultSet rows = prepared.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One for all the small statements: a connection costs more than they do. */
    private static synchronized Connection shared() throws SQLException {
        if (shared == null || shared.isClosed()) {
            shared = connect();
        }
        return shared;
    }

    static Connection connect() throws SQLException {
        return TestPostgreSql.connectTo(ConfigProvider.getConfig().getValue("DATABASE_URL", String.class));
    }

    String path() {
        return "/api/sync/" + id;
    }

    RequestSpecification call() {
        return given().header("Authorization", "Bearer " + token).urlEncodingEnabled(false);
    }

    Response put(JsonObject body, Map<String, ?> headers) {
        return call().headers(headers)
                .contentType("application/json")
                .body(body.encode())
                .put(path());
    }

    Response put(JsonObject body) {
        return put(body, Map.of());
    }

    Response get() {
        return call().get(path());
    }

    /** A valid upload with a random iv, as an encrypting client makes it. */
    static JsonObject upload(String blob) {
        byte[] iv = new byte[12];
        ThreadLocalRandom.current().nextBytes(iv);
        return new JsonObject()
                .put("encryptedBlob", blob)
                .put("iv", Base64.getEncoder().encodeToString(iv))
                .put("timestamp", 1_700_000_000_000L)
                .put("checksum", "0123456789abcdef".repeat(4));
    }
}
