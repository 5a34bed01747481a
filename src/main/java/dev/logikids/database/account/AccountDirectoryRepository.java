package dev.logikids.database.account;

import static dev.logikids.database.postgresql.Statement.ACCOUNT_BLOB;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_BLOB_SIZES;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_OF_ID;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_OF_INVITE;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_PAGE;

import dev.logikids.database.account.AccountDetail.Blob;
import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.Page.Cursor;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The queries of {@link AccountDirectory}, each on its caller's connection. */
@ApplicationScoped
class AccountDirectoryRepository {

    /** Of the accounts "account", at the time $1; sessions are looked up for the rows of the page only. */
    private static final String SUMMARIES = """
            SELECT account.user_id, account.invite_code, account.created_at, account.last_seen, account.revoked,
              (SELECT count(*)::int FROM refresh_tokens token
               WHERE token.user_id = account.user_id AND token.revoked = false AND token.expires_at > $1) AS sessions,
              account.user_id = (SELECT oldest.user_id FROM user_accounts oldest
                WHERE lower(oldest.user_id) = lower(account.user_id)
                ORDER BY oldest.created_at, oldest.user_id LIMIT 1) AS stands_for_id
            FROM (
              SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
              FROM user_accounts
              %s
            ) account
            ORDER BY account.%s
            """;

    private static final String OF_ID = SUMMARIES.formatted("WHERE lower(user_id) = lower($2)", "created_at, user_id");

    private static final String OF_INVITE = SUMMARIES.formatted("WHERE invite_code = $2", "created_at, user_id");

    Uni<List<AccountSummary>> ofId(SqlConnection connection, UserId userId, long now) {
        return ACCOUNT_OF_ID
                .execute(connection, OF_ID, Tuple.of(now, userId.text()))
                .chain(rows -> summaries(connection, rows));
    }

    Uni<List<AccountSummary>> ofInvite(SqlConnection connection, String code, long now) {
        return ACCOUNT_OF_INVITE
                .execute(connection, OF_INVITE, Tuple.of(now, code))
                .chain(rows -> summaries(connection, rows));
    }

    Uni<Page<AccountSummary>> page(SqlConnection connection, AccountQuery query, long now) {
        String column = switch (query.order()) {
            case NEWEST -> "created_at";
            case LAST_SEEN -> "last_seen";
        };
        String state = switch (query.filter()) {
            case ALL -> "true";
            case ACTIVE -> "revoked IS NOT TRUE";
            case REVOKED -> "revoked IS TRUE";
        };
        String order = column + " DESC, user_id";
        String sql = SUMMARIES.formatted("""
                WHERE %s
                  AND ($2::bigint IS NULL OR %s < $2 OR (%s = $2 AND user_id > $3))
                ORDER BY %s
                LIMIT $4""".formatted(state, column, column, order), order);
        return ACCOUNT_PAGE
                .execute(
                        connection,
                        sql,
                        Tuple.of(
                                now,
                                query.after().map(Cursor::position).orElse(null),
                                query.after().map(Cursor::key).orElse(null),
                                query.size() + 1))
                .chain(rows -> summaries(connection, rows))
                .map(rows -> Page.of(
                        rows,
                        query.size(),
                        row -> new Cursor(
                                query.order() == AccountQuery.Order.NEWEST ? row.createdAt() : row.lastSeen(),
                                row.userId())));
    }

    Uni<Optional<Blob>> blob(SqlConnection connection, UserId userId) {
        return ACCOUNT_BLOB
                .execute(connection, """
                        SELECT blob_size, pg_column_size(encrypted_blob) AS stored_bytes, coalesce(version, 0) AS version,
                          created_at, last_accessed
                        FROM user_sync_data
                        WHERE user_id = $1::text::uuid
                        """, Tuple.of(userId.text()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new Blob(
                                row.getInteger("blob_size"),
                                row.getInteger("stored_bytes"),
                                row.getLong("version"),
                                row.getOffsetDateTime("created_at").toInstant(),
                                row.getOffsetDateTime("last_accessed").toInstant()))
                        .findFirst());
    }

    /** The sizes are a statement of their own: the blobs may be on other servers than the accounts (ADR 35). */
    private static Uni<List<AccountSummary>> summaries(SqlConnection connection, RowSet<Row> accounts) {
        UUID[] ids = StreamSupport.stream(accounts.spliterator(), false)
                .flatMap(row -> UserId.parse(row.getString("user_id")).stream())
                .map(UserId::uuid)
                .toArray(UUID[]::new);
        if (ids.length == 0) {
            return Uni.createFrom().item(summaries(accounts, Map.of()));
        }
        return ACCOUNT_BLOB_SIZES
                .execute(
                        connection,
                        "SELECT user_id, blob_size FROM user_sync_data WHERE user_id = ANY ($1::uuid[])",
                        Tuple.tuple().addArrayOfUUID(ids))
                .map(rows -> {
                    Map<UUID, Integer> sizes = new HashMap<>();
                    rows.forEach(row -> sizes.put(row.getUUID("user_id"), row.getInteger("blob_size")));
                    return summaries(accounts, sizes);
                });
    }

    private static List<AccountSummary> summaries(RowSet<Row> accounts, Map<UUID, Integer> sizes) {
        return StreamSupport.stream(accounts.spliterator(), false)
                .map(row -> AccountSummary.of(
                        row, UserId.parse(row.getString("user_id")).map(id -> sizes.get(id.uuid()))))
                .toList();
    }
}
