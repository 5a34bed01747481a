package dev.logikids.database.testsupport;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Rows of the test's database, written and read past the service; every fixture is new and unlike any other. */
public final class Rows {

    private static final long WEEK = 7 * 24 * 3_600_000L;
    private static final AtomicInteger CODES = new AtomicInteger();

    /** One for each database of the test run: opening one costs more than all that a test does with it. */
    private static final Map<String, Connection> CONNECTIONS = new ConcurrentHashMap<>();

    private final String databaseUrl;
    private final Connection connection;

    public Rows(String databaseUrl) {
        this.databaseUrl = databaseUrl;
        this.connection = CONNECTIONS.computeIfAbsent(databaseUrl, Rows::open);
    }

    private static Connection open(String databaseUrl) {
        try {
            return TestPostgreSql.connectTo(databaseUrl);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a connection of its own, for a transaction beside those of the service; the caller closes it. */
    public Connection connect() {
        return open(databaseUrl);
    }

    /** A user id that nobody has. */
    public static String newUserId() {
        return UUID.randomUUID().toString();
    }

    /** An open invite. */
    public String invite() {
        return invite(System.currentTimeMillis() + WEEK, null);
    }

    public String invite(long expiresAt, String usedBy) {
        String code = String.format("TEST-%04d", CODES.incrementAndGet());
        run(
                "INSERT INTO invite_codes (code, created_at, expires_at, used_by) VALUES (?, ?, ?, ?)",
                code,
                System.currentTimeMillis(),
                expiresAt,
                usedBy);
        return code;
    }

    /** An account as the legacy service made it. */
    public String account(String userId, long createdAt, Boolean revoked) {
        run(
                "INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen, revoked) VALUES (?, ?, ?, ?, ?)",
                userId,
                invite(createdAt + WEEK, userId),
                createdAt,
                createdAt,
                revoked);
        return userId;
    }

    /** A refresh token as the legacy service made it: in clear, and without the columns of 006. */
    public String legacyToken(String userId, long createdAt, Boolean revoked) {
        String token = (UUID.randomUUID().toString() + UUID.randomUUID() + UUID.randomUUID() + UUID.randomUUID())
                .replace("-", "");
        run(
                "INSERT INTO refresh_tokens (token, user_id, expires_at, created_at, revoked) VALUES (?, ?, ?, ?, ?)",
                token,
                userId,
                createdAt + 31_536_000_000L,
                createdAt,
                revoked);
        return token;
    }

    /** Executes a statement; returns how many rows it changed. */
    public int run(String sql, Object... values) {
        try (PreparedStatement statement = prepare(sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The first column of every row, as text. */
    public List<String> texts(String sql, Object... values) {
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return Collections.unmodifiableList(texts);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The one number that the query gives. */
    public long number(String sql, Object... values) {
        return Long.parseLong(texts(sql, values).get(0));
    }

    /** How many ms after the time (ms since epoch) in that column the user's row was last written. */
    public long commitDelay(String table, String column, String userId) {
        return number(
                "SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::bigint - " + column + " FROM "
                        + table + " WHERE user_id = ?",
                userId);
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
