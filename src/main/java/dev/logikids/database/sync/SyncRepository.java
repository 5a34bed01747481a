package dev.logikids.database.sync;

import static dev.logikids.database.postgresql.Statement.SYNC_DELETE;
import static dev.logikids.database.postgresql.Statement.SYNC_EXISTS;
import static dev.logikids.database.postgresql.Statement.SYNC_FIND;
import static dev.logikids.database.postgresql.Statement.SYNC_REPLACE;
import static dev.logikids.database.postgresql.Statement.SYNC_STORE;
import static dev.logikids.database.postgresql.Statement.SYNC_TAG;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.Statement;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.user.AccountSql;
import dev.logikids.database.user.UserId;
import io.netty.buffer.Unpooled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The statements on {@code user_sync_data}. Each also checks the account of the access token, so that a request is one
 * statement; it fails with {@code USER_ACCOUNT_NOT_FOUND} unless the account is active ({@link AccountSql#active}).
 *
 * <p><b>The entity tag</b> has to change with every change of the content, whichever service makes it. This service
 * counts its writes in {@code version}, so two uploads never share a tag even if a client repeats iv and timestamp. The
 * legacy service does not count, but a new upload has a new random iv and a new timestamp: they are part of the tag, and
 * so is created_at, for a row that was deleted and created again. Not part of it are the checksum, which only the client
 * computes, last_accessed, which reads change, and the row's xmin, which changes with it and is lost in a dump.
 * Repeating an upload exactly keeps the tag. The parts are hashed so that no client relies on them.
 */
@ApplicationScoped
class SyncRepository {

    private static final String ACCOUNT = AccountSql.active("$1", "");

    /** As ACCOUNT; the account's erasure waits for the write, so that no data is stored for an account that is gone. */
    private static final String ACCOUNT_LOCKED = AccountSql.active("$1", "FOR KEY SHARE");

    /** Of the row called stored, in a form that no session setting changes. */
    private static final String ETAG = """
            left(encode(sha256(convert_to(concat_ws('.', coalesce(stored.version, 0), stored.iv, stored."timestamp",
              stored.blob_size, extract(epoch FROM stored.created_at)), 'UTF8')), 'hex'), 32)""";

    /** The driver takes bytes for bytea alone; PostgreSQL checks the encoding as it does for a parameter of text. */
    private static final String BLOB = "convert_from($3, 'UTF8')";

    /** Whether the upload repeats what is stored; the blobs are compared last, when all else is the same. */
    private static final String REPEATED = """
            CASE WHEN stored.iv = $4 AND stored."timestamp" = $5 AND stored.checksum = $6
              THEN stored.encrypted_blob = %s ELSE false END""".formatted(BLOB);

    private static final String CHANGES = """
            encrypted_blob = %s, iv = $4, "timestamp" = $5, checksum = $6, blob_size = $7,
              last_accessed = greatest(stored.last_accessed, $8),
              version = coalesce(stored.version, 0) + CASE WHEN %s THEN 0 ELSE 1 END""".formatted(BLOB, REPEATED);

    private static final String FIND = """
            WITH account AS (
            %s
            )
            SELECT stored.etag, stored.iv, stored."timestamp", stored.checksum,
              CASE WHEN stored.known THEN NULL ELSE stored.encrypted_blob END AS encrypted_blob
            FROM account
            LEFT JOIN (
              SELECT iv, "timestamp", checksum, encrypted_blob, tag.etag, $3 OR tag.etag = ANY ($4::text[]) AS known
              FROM user_sync_data stored
              CROSS JOIN LATERAL (SELECT %s AS etag) tag
              WHERE stored.user_id = $2
            ) stored ON true
            """.formatted(ACCOUNT, ETAG);

    private static final String STORE = """
            WITH account AS (
            %s
            ), written AS (
              INSERT INTO user_sync_data AS stored
                (user_id, encrypted_blob, iv, "timestamp", checksum, created_at, last_accessed, blob_size, version)
              SELECT $2, %s, $4, $5, $6, $8, $8, $7, 1 FROM account
              ON CONFLICT (user_id) DO UPDATE SET %s
              WHERE NOT ($9 OR %s = ANY ($10::text[]))
              RETURNING %s AS etag
            )
            SELECT written.etag FROM account LEFT JOIN written ON true
            """.formatted(ACCOUNT_LOCKED, BLOB, CHANGES, ETAG, ETAG);

    private static final String REPLACE = """
            WITH account AS (
            %s
            ), written AS (
              UPDATE user_sync_data stored SET %s
              FROM account
              WHERE stored.user_id = $2
                AND NOT ($9 OR %s = ANY ($10::text[]))
                AND ($11 OR %s = ANY ($12::text[]) OR %s)
              RETURNING %s AS etag
            )
            SELECT written.etag FROM account LEFT JOIN written ON true
            """.formatted(ACCOUNT, CHANGES, ETAG, ETAG, REPEATED, ETAG);

    private static final String CURRENT_TAG =
            "SELECT " + ETAG + " AS etag FROM user_sync_data stored WHERE user_id = $1";

    private static final String EXISTS = """
            WITH account AS (
            %s
            )
            SELECT EXISTS (SELECT 1 FROM user_sync_data WHERE user_id = $2) AS found FROM account
            """.formatted(ACCOUNT);

    private static final String DELETE = """
            WITH account AS (
            %s
            ), deleted AS (
              DELETE FROM user_sync_data USING account WHERE user_sync_data.user_id = $2
            )
            SELECT 1 FROM account
            """.formatted(ACCOUNT);

    private final Database database;

    SyncRepository(Database database) {
        this.database = database;
    }

    /**
     * Inserts or overwrites, unless the user's data has one of the tags {@code ifNoneMatch} (RFC 9110, section 13.1.2).
     * May be repeated.
     */
    Uni<WriteOutcome> store(UserId userId, SyncUpload upload, Instant now, EntityTags ifNoneMatch) {
        return write(SYNC_STORE, userId, STORE, parameters(userId, upload, now, ifNoneMatch));
    }

    /**
     * Overwrites if the user's data has one of the tags {@code ifMatch} and none of {@code ifNoneMatch}, or is this very
     * upload already: the client then repeats it because it missed the response (RFC 9110, section 13.1.1, allows
     * success). The row is locked before it is compared, so of two clients with the same tag only one succeeds.
     */
    Uni<WriteOutcome> replace(
            UserId userId, SyncUpload upload, Instant now, EntityTags ifMatch, EntityTags ifNoneMatch) {
        Tuple parameters = parameters(userId, upload, now, ifNoneMatch)
                .addBoolean(ifMatch.any())
                .addArrayOfString(ifMatch.strong().toArray(String[]::new));
        return write(SYNC_REPLACE, userId, REPLACE, parameters);
    }

    private Uni<WriteOutcome> write(Statement statement, UserId userId, String sql, Tuple parameters) {
        return database.withConnection(connection -> one(statement, connection, sql, parameters)
                .chain(row -> {
                    String etag = row.getString("etag");
                    // the statement saw the row before it waited for its lock: read again what is there now
                    return etag != null
                            ? Uni.createFrom().<WriteOutcome>item(new WriteOutcome.Stored(etag))
                            : currentTag(connection, userId).map(WriteOutcome.PreconditionFailed::new);
                }));
    }

    private static Uni<Optional<String>> currentTag(SqlConnection connection, UserId userId) {
        return SYNC_TAG.execute(connection, CURRENT_TAG, Tuple.of(userId.uuid()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("etag")));
    }

    private static Tuple parameters(UserId userId, SyncUpload upload, Instant now, EntityTags ifNoneMatch) {
        return Tuple.tuple()
                .addString(userId.text())
                .addUUID(userId.uuid())
                .addValue(Unpooled.wrappedBuffer(upload.encryptedBlob()))
                .addString(upload.iv())
                .addLong(upload.timestamp())
                .addString(upload.checksum())
                .addInteger(upload.decodedSize())
                .addOffsetDateTime(OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .addBoolean(ifNoneMatch.any())
                .addArrayOfString(ifNoneMatch.all().toArray(String[]::new));
    }

    /** Reads the user's data, but not its blob if {@code ifNoneMatch} holds its tag (RFC 9110, section 13.1.2). */
    Uni<ReadOutcome> find(UserId userId, EntityTags ifNoneMatch) {
        Tuple parameters = Tuple.of(
                userId.text(),
                userId.uuid(),
                ifNoneMatch.any(),
                ifNoneMatch.all().toArray(String[]::new));
        return one(SYNC_FIND, FIND, parameters).map(row -> {
            String etag = row.getString("etag");
            String blob = row.getString("encrypted_blob");
            if (etag == null) {
                return new ReadOutcome.NotFound();
            }
            if (blob == null) {
                return new ReadOutcome.NotModified(etag);
            }
            String timestamp = Long.toString(row.getLong("timestamp"));
            return new ReadOutcome.Found(
                    new SyncData(blob, row.getString("iv"), timestamp, row.getString("checksum")), etag);
        });
    }

    /** Whether the user has stored anything. */
    Uni<Boolean> exists(UserId userId) {
        return one(SYNC_EXISTS, EXISTS, Tuple.of(userId.text(), userId.uuid())).map(row -> row.getBoolean("found"));
    }

    /** Removes the user's data; account and tokens stay. May be repeated. */
    Uni<Void> delete(UserId userId) {
        return one(SYNC_DELETE, DELETE, Tuple.of(userId.text(), userId.uuid())).replaceWithVoid();
    }

    private Uni<Row> one(Statement statement, String sql, Tuple parameters) {
        return database.withConnection(connection -> one(statement, connection, sql, parameters));
    }

    /** Returns the statement's only row; no row means that the account is not active. */
    private static Uni<Row> one(Statement statement, SqlConnection connection, String sql, Tuple parameters) {
        return statement.execute(connection, sql, parameters).map(rows -> {
            if (rows.size() == 0) {
                throw new ApiException(ProblemCode.USER_ACCOUNT_NOT_FOUND);
            }
            return rows.iterator().next();
        });
    }
}
