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
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The statements on {@code user_sync_data}. Each also checks the account of the access token, so that a request is one
 * statement; it fails with {@code USER_ACCOUNT_NOT_FOUND} unless the account is active ({@link AccountSql#owner}). A second
 * one runs only to say why a write with a precondition did nothing.
 */
@ApplicationScoped
class SyncRepository {

    /** Asks for $2, the id of the rows, too: by it Citus finds the one worker that has both (ADR 35). */
    private static final String ACCOUNT = AccountSql.owner("$1", "$2");

    /** The driver takes bytes for bytea alone; PostgreSQL checks the encoding as it does for a parameter of text. */
    private static final String BLOB = "convert_from($3, 'UTF8')";

    /** What an upload changes in a row, given where the blob is: Citus takes no {@code convert_from} here. */
    private static String changes(String blob) {
        return """
                encrypted_blob = %s, iv = $4, "timestamp" = $5, checksum = $6, blob_size = $7,
                  last_accessed = greatest(stored.last_accessed, $8),
                  version = coalesce(stored.version, 0) + CASE WHEN %s THEN 0 ELSE 1 END""".formatted(blob, repeated(blob));
    }

    /** Whether the upload repeats what is stored; the blobs are compared last, when all else is the same. */
    private static String repeated(String blob) {
        return """
                CASE WHEN stored.iv = $4 AND stored."timestamp" = $5 AND stored.checksum = $6
                  THEN stored.encrypted_blob = %s ELSE false END""".formatted(blob);
    }

    private static final String OF_ACCOUNT = """
            FROM (
            SELECT owner_id
            %s
            ) account
            LEFT JOIN user_sync_data stored ON stored.user_id = $2""".formatted(ACCOUNT);

    static final String FIND = """
            SELECT %s, stored.checksum, stored.encrypted_blob
            %s
            """.formatted(Revision.COLUMNS, OF_ACCOUNT);

    /** The blob is neither read nor sent if the client has it. */
    static final String FIND_UNKNOWN = """
            SELECT %s, stored.checksum,
              CASE WHEN $3 OR %s = ANY ($4::text[]) THEN NULL ELSE stored.encrypted_blob END AS encrypted_blob
            %s
            """.formatted(Revision.COLUMNS, Revision.ETAG, OF_ACCOUNT);

    private static final String FIND_REVISION = "SELECT %s %s".formatted(Revision.COLUMNS, OF_ACCOUNT);

    static final String EXISTS = "SELECT stored.user_id IS NOT NULL AS found " + OF_ACCOUNT;

    private static final String STORE =
            """
            INSERT INTO user_sync_data AS stored
              (user_id, encrypted_blob, iv, "timestamp", checksum, created_at, last_accessed, blob_size, version)
            SELECT owner_id, %s, $4::text, $5::bigint, $6::text, $8::timestamptz, $8::timestamptz, $7::int, 1
            %s
            FOR KEY SHARE OF owner
            ON CONFLICT (user_id) DO UPDATE SET %s
            %s
            RETURNING %s
            """.formatted(BLOB, ACCOUNT, changes("excluded.encrypted_blob"), "%s", Revision.COLUMNS);

    static final String STORE_ALWAYS = STORE.formatted("");

    static final String STORE_UNKNOWN =
            STORE.formatted("WHERE NOT ($9 OR %s = ANY ($10::text[]))".formatted(Revision.ETAG));

    static final String REPLACE = """
            WITH account AS MATERIALIZED (
            SELECT owner_id, %s AS encrypted_blob
            %s
            )
            UPDATE user_sync_data stored SET %s
            FROM account
            WHERE stored.user_id = $2
              AND NOT ($9 OR %s = ANY ($10::text[]))
              AND ($11 OR %s = ANY ($12::text[]) OR %s)
            RETURNING %s
            """.formatted(
                    BLOB,
                    ACCOUNT,
                    changes("account.encrypted_blob"),
                    Revision.ETAG,
                    Revision.ETAG,
                    repeated("account.encrypted_blob"),
                    Revision.COLUMNS);

    private static final String DELETE = """
            WITH account AS (
            SELECT owner_id
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
        Tuple parameters = parameters(userId, upload, now);
        if (ifNoneMatch.isEmpty()) {
            return database.withConnection(connection ->
                    one(SYNC_STORE, connection, STORE_ALWAYS, parameters).map(SyncRepository::stored));
        }
        return write(SYNC_STORE, userId, STORE_UNKNOWN, add(parameters, ifNoneMatch.any(), ifNoneMatch.all()));
    }

    /**
     * Overwrites if the user's data has one of the tags {@code ifMatch} and none of {@code ifNoneMatch}, or is this very
     * upload already: the client then repeats it because it missed the response (RFC 9110, section 13.1.1, allows
     * success). The row is locked before it is compared, so of two clients with the same tag only one succeeds.
     */
    Uni<WriteOutcome> replace(
            UserId userId, SyncUpload upload, Instant now, EntityTags ifMatch, EntityTags ifNoneMatch) {
        Tuple parameters = add(parameters(userId, upload, now), ifNoneMatch.any(), ifNoneMatch.all());
        return write(SYNC_REPLACE, userId, REPLACE, add(parameters, ifMatch.any(), ifMatch.strong()));
    }

    private Uni<WriteOutcome> write(Statement statement, UserId userId, String sql, Tuple parameters) {
        return database.withConnection(connection -> statement
                .execute(connection, sql, parameters)
                .chain(rows -> rows.size() == 0
                        ? preconditionFailed(connection, userId)
                        : Uni.createFrom().item(stored(rows.iterator().next()))));
    }

    private static WriteOutcome stored(Row row) {
        return new WriteOutcome.Stored(Revision.of(row).orElseThrow().etag());
    }

    /** The write saw the row before it waited for its lock: reads again what is there now. */
    private static Uni<WriteOutcome> preconditionFailed(SqlConnection connection, UserId userId) {
        return one(SYNC_TAG, connection, FIND_REVISION, Tuple.of(userId.text(), userId.uuid()))
                .map(row -> new WriteOutcome.PreconditionFailed(Revision.of(row).map(Revision::etag)));
    }

    private static Tuple parameters(UserId userId, SyncUpload upload, Instant now) {
        return Tuple.tuple()
                .addString(userId.text())
                .addUUID(userId.uuid())
                .addValue(Unpooled.wrappedBuffer(upload.encryptedBlob()))
                .addString(upload.iv())
                .addLong(upload.timestamp())
                .addString(upload.checksum())
                .addInteger(upload.decodedSize())
                .addOffsetDateTime(OffsetDateTime.ofInstant(now, ZoneOffset.UTC));
    }

    private static Tuple add(Tuple parameters, boolean any, List<String> tags) {
        return parameters.addBoolean(any).addArrayOfString(tags.toArray(String[]::new));
    }

    /** Reads the user's data, but not its blob if {@code ifNoneMatch} holds its tag (RFC 9110, section 13.1.2). */
    Uni<ReadOutcome> find(UserId userId, EntityTags ifNoneMatch) {
        Tuple parameters = Tuple.of(userId.text(), userId.uuid());
        // PostgreSQL needs longer for a tag than for finding the row: only a request with a condition pays for it
        Uni<Row> found = ifNoneMatch.isEmpty()
                ? read(SYNC_FIND, FIND, parameters)
                : read(SYNC_FIND, FIND_UNKNOWN, add(parameters, ifNoneMatch.any(), ifNoneMatch.all()));
        return found.map(
                row -> Revision.of(row).map(revision -> outcome(row, revision)).orElseGet(ReadOutcome.NotFound::new));
    }

    private static ReadOutcome outcome(Row row, Revision revision) {
        String blob = row.getString("encrypted_blob");
        if (blob == null) {
            return new ReadOutcome.NotModified(revision.etag());
        }
        String timestamp = Long.toString(revision.timestamp());
        return new ReadOutcome.Found(
                new SyncData(blob, revision.iv(), timestamp, row.getString("checksum")), revision.etag());
    }

    /** Whether the user has stored anything. */
    Uni<Boolean> exists(UserId userId) {
        return read(SYNC_EXISTS, EXISTS, Tuple.of(userId.text(), userId.uuid())).map(row -> row.getBoolean("found"));
    }

    /** Removes the user's data; account and tokens stay. May be repeated. */
    Uni<Void> delete(UserId userId) {
        return database.withConnection(
                        connection -> one(SYNC_DELETE, connection, DELETE, Tuple.of(userId.text(), userId.uuid())))
                .replaceWithVoid();
    }

    private Uni<Row> read(Statement statement, String sql, Tuple parameters) {
        return database.read(statement, sql, parameters).map(SyncRepository::one);
    }

    private static Uni<Row> one(Statement statement, SqlConnection connection, String sql, Tuple parameters) {
        return statement.execute(connection, sql, parameters).map(SyncRepository::one);
    }

    /** Returns the statement's only row; no row means that the account is not active. */
    private static Row one(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw new ApiException(ProblemCode.USER_ACCOUNT_NOT_FOUND);
        }
        return rows.iterator().next();
    }
}
