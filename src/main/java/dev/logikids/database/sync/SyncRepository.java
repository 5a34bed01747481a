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
import java.util.function.Function;

/**
 * The statements on {@code user_sync_data}. Each also checks the account of the access token, so that a request is one
 * statement; it fails with {@code USER_ACCOUNT_NOT_FOUND} unless the account is active ({@link AccountSql#active}). A second
 * one runs only to say why a write with a precondition did nothing.
 */
@ApplicationScoped
class SyncRepository {

    private final Database database;

    SyncRepository(Database database) {
        this.database = database;
    }

    /** Asked once there is a connection. */
    private SyncSql sql() {
        return SyncSql.of(database);
    }

    /**
     * Inserts or overwrites, unless the user's data has one of the tags {@code ifNoneMatch} (RFC 9110, section 13.1.2).
     * May be repeated.
     */
    Uni<WriteOutcome> store(UserId userId, SyncUpload upload, Instant now, EntityTags ifNoneMatch) {
        Tuple parameters = parameters(userId, upload, now);
        if (ifNoneMatch.isEmpty()) {
            return database.withConnection(connection ->
                    one(SYNC_STORE, connection, sql().store(), parameters).map(SyncRepository::stored));
        }
        if (ifNoneMatch.any()) {
            return write(SYNC_STORE, userId, SyncSql::create, parameters);
        }
        return write(SYNC_STORE, userId, SyncSql::storeUnknown, parameters.addArrayOfString(texts(ifNoneMatch.all())));
    }

    /**
     * Overwrites if the user's data has one of the tags {@code ifMatch} and none of {@code ifNoneMatch}, or is this very
     * upload already: the client then repeats it because it missed the response (RFC 9110, section 13.1.1, allows
     * success). The row is locked before it is compared, so of two clients with the same tag only one succeeds.
     */
    Uni<WriteOutcome> replace(
            UserId userId, SyncUpload upload, Instant now, EntityTags ifMatch, EntityTags ifNoneMatch) {
        Tuple parameters = add(parameters(userId, upload, now), ifNoneMatch.any(), ifNoneMatch.all());
        return write(SYNC_REPLACE, userId, SyncSql::replace, add(parameters, ifMatch.any(), ifMatch.strong()));
    }

    private Uni<WriteOutcome> write(
            Statement statement, UserId userId, Function<SyncSql, String> sql, Tuple parameters) {
        return database.withConnection(connection -> statement
                .execute(connection, sql.apply(sql()), parameters)
                .chain(rows -> rows.size() == 0
                        ? preconditionFailed(connection, userId)
                        : Uni.createFrom().item(stored(rows.iterator().next()))));
    }

    private static WriteOutcome stored(Row row) {
        return new WriteOutcome.Stored(Revision.of(row).orElseThrow().etag());
    }

    /** The write saw the row before it waited for its lock: reads again what is there now. */
    private Uni<WriteOutcome> preconditionFailed(SqlConnection connection, UserId userId) {
        return one(SYNC_TAG, connection, sql().findRevision(), Tuple.of(userId.text(), userId.uuid()))
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
        return parameters.addBoolean(any).addArrayOfString(texts(tags));
    }

    private static String[] texts(List<String> tags) {
        return tags.toArray(String[]::new);
    }

    /** Reads the user's data, but not its blob if {@code ifNoneMatch} holds its tag (RFC 9110, section 13.1.2). */
    Uni<ReadOutcome> find(UserId userId, EntityTags ifNoneMatch) {
        Tuple parameters = Tuple.of(userId.text(), userId.uuid());
        // PostgreSQL needs longer for a tag than for finding the row: only a request with a condition pays for it
        Uni<Row> found = ifNoneMatch.isEmpty()
                ? read(SYNC_FIND, SyncSql::find, parameters)
                : read(SYNC_FIND, SyncSql::findUnknown, add(parameters, ifNoneMatch.any(), ifNoneMatch.all()));
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
        return read(SYNC_EXISTS, SyncSql::exists, Tuple.of(userId.text(), userId.uuid()))
                .map(row -> row.getBoolean("found"));
    }

    /** Removes the user's data; account and tokens stay. May be repeated. */
    Uni<Void> delete(UserId userId) {
        return database.withConnection(connection ->
                        one(SYNC_DELETE, connection, sql().delete(), Tuple.of(userId.text(), userId.uuid())))
                .replaceWithVoid();
    }

    private Uni<Row> read(Statement statement, Function<SyncSql, String> sql, Tuple parameters) {
        return database.read(statement, () -> sql.apply(sql()), parameters).map(SyncRepository::one);
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
