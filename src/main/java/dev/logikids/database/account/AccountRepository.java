package dev.logikids.database.account;

import static dev.logikids.database.postgresql.Statement.ACCOUNT_CREATE;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_ERASE;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_ERASE_DATA;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_EXISTS;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_EXPORT;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_FIND;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_LOCK;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_LOCK_REGISTRATION;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_MARK_SEEN;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_SET_REVOKED;
import static dev.logikids.database.postgresql.Statement.ACCOUNT_TWINS;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.user.AccountSql;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The statements on {@code user_accounts}, each in its caller's transaction, unless it is all that a request needs;
 * {@link AccountSql} picks the account.
 */
@ApplicationScoped
class AccountRepository {

    /** An arbitrary constant that keeps these locks apart from the database's other two-key advisory locks. */
    private static final int REGISTRATIONS = 0x6c6b7265;

    private static final String FIND_ACTIVE = AccountSql.active("$1", "");

    private static final String LOCK_ACTIVE = AccountSql.active("$1", "FOR UPDATE");

    private static final String MARK_SEEN = """
            WITH account AS (
            %s
            ), moved AS (
              UPDATE user_accounts moving
              SET last_seen = greatest(moving.last_seen, $2)
              FROM account
              WHERE moving.user_id = account.user_id AND NOT account.revoked
            )
            SELECT user_id, invite_code, created_at, last_seen, revoked FROM account
            """.formatted(AccountSql.ofId("$1", "FOR NO KEY UPDATE"));

    private final Database database;

    AccountRepository(Database database) {
        this.database = database;
    }

    /** Makes registrations of one id, in any letter case, wait for each other until the transaction ends. */
    Uni<Void> lockRegistration(SqlConnection connection, UserId userId) {
        return ACCOUNT_LOCK_REGISTRATION
                .execute(
                        connection,
                        "SELECT pg_advisory_xact_lock($1, hashtext(lower($2)))",
                        Tuple.of(REGISTRATIONS, userId.text()))
                .replaceWithVoid();
    }

    /**
     * Spends an open invite on a new account, or changes nothing. Call under {@link #lockRegistration}. Of two callers
     * with one invite the second waits for the first and then finds the invite used.
     */
    Uni<Optional<AccountRow>> createFromInvite(SqlConnection connection, UserId userId, String inviteCode, long now) {
        return ACCOUNT_CREATE
                .execute(connection, """
                        WITH claimed AS (
                          UPDATE invite_codes
                          SET used_by = $1, used_at = $3
                          WHERE code = $2
                            AND coalesce(used_by, '') = ''
                            AND expires_at >= $3
                            AND NOT EXISTS (SELECT FROM user_accounts WHERE lower(user_id) = lower($1))
                          RETURNING code
                        )
                        INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen, revoked)
                        SELECT $1, code, $3, $3, false FROM claimed
                        RETURNING user_id, invite_code, created_at, last_seen, revoked
                        """, Tuple.of(userId.text(), inviteCode, now))
                .map(AccountRepository::first);
    }

    /** Whether the id is taken, in any letter case. */
    Uni<Boolean> exists(SqlConnection connection, UserId userId) {
        return ACCOUNT_EXISTS
                .execute(
                        connection,
                        "SELECT EXISTS (SELECT FROM user_accounts WHERE lower(user_id) = lower($1))",
                        Tuple.of(userId.text()))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** Locks the account, moves its last_seen forward unless it is revoked, and returns it as it was before. */
    Uni<Optional<AccountRow>> markSeen(SqlConnection connection, UserId userId, long now) {
        return ACCOUNT_MARK_SEEN
                .execute(connection, MARK_SEEN, Tuple.of(userId.text(), now))
                .map(AccountRepository::first);
    }

    /** The account of an access token. */
    Uni<Optional<AccountRow>> findActive(UserId userId) {
        return database.read(ACCOUNT_FIND, FIND_ACTIVE, Tuple.of(userId.text())).map(AccountRepository::first);
    }

    /** As {@link #findActive(UserId)}, in the caller's transaction. */
    Uni<Optional<AccountRow>> findActive(SqlConnection connection, UserId userId) {
        return ACCOUNT_FIND
                .execute(connection, FIND_ACTIVE, Tuple.of(userId.text()))
                .map(AccountRepository::first);
    }

    /** As {@link #findActive(UserId)}; nobody else adds a session or data to the account before the transaction ends. */
    Uni<Optional<AccountRow>> lockActive(SqlConnection connection, UserId userId) {
        return ACCOUNT_LOCK
                .execute(connection, LOCK_ACTIVE, Tuple.of(userId.text()))
                .map(AccountRepository::first);
    }

    /** Returns every account of the id, in any letter case, the oldest first. */
    Uni<List<AccountRow>> twins(SqlConnection connection, UserId userId) {
        return twins(connection, userId, "");
    }

    /** As {@link #twins}, and locks them. */
    Uni<List<AccountRow>> lockTwins(SqlConnection connection, UserId userId) {
        return twins(connection, userId, "FOR UPDATE");
    }

    private static Uni<List<AccountRow>> twins(SqlConnection connection, UserId userId, String lock) {
        return ACCOUNT_TWINS
                .execute(connection, """
                        SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
                        FROM user_accounts
                        WHERE lower(user_id) = lower($1)
                        ORDER BY created_at, user_id
                        %s
                        """.formatted(lock), Tuple.of(userId.text()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(AccountRow::of)
                        .toList());
    }

    /** Returns the ids of all accounts that it applied to: several where the legacy service created several of one id. */
    Uni<List<UserId>> setRevoked(SqlConnection connection, UserId userId, boolean revoked) {
        return ACCOUNT_SET_REVOKED
                .execute(connection, """
                        UPDATE user_accounts
                        SET revoked = $2
                        WHERE lower(user_id) = lower($1)
                        RETURNING user_id
                        """, Tuple.of(userId.text(), revoked))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new UserId(row.getString("user_id")))
                        .toList());
    }

    /**
     * Removes all rows of the account, whose row the caller has locked. The invite stays spent, but names nobody.
     *
     * <p>The account goes first: where Citus has a copy of it beside the data, that waits for an upload that has locked only the
     * copy (ADR 35). What the upload stores is seen by the statement after.
     */
    Uni<Erased> erase(SqlConnection connection, UserId userId) {
        return ACCOUNT_ERASE
                .execute(connection, """
                        WITH tokens AS (
                          DELETE FROM refresh_tokens WHERE user_id = $1 RETURNING id
                        ), accounts AS (
                          DELETE FROM user_accounts WHERE user_id = $1 RETURNING user_id
                        ), invites AS (
                          UPDATE invite_codes SET used_by = 'erased' WHERE used_by = $1
                        )
                        SELECT (SELECT count(*) FROM tokens)::int AS refresh_tokens,
                          (SELECT count(*) FROM accounts)::int AS user_accounts
                        """, Tuple.of(userId.text()))
                .chain(rows -> eraseData(connection, userId)
                        .map(data -> Erased.of(data, rows.iterator().next())));
    }

    private static Uni<Integer> eraseData(SqlConnection connection, UserId userId) {
        // a statement that waits for the moment in which Citus switches to the shards may find nothing
        return deleteData(connection, userId)
                .chain(rows -> rows > 0 ? Uni.createFrom().item(rows) : deleteData(connection, userId));
    }

    private static Uni<Integer> deleteData(SqlConnection connection, UserId userId) {
        return ACCOUNT_ERASE_DATA
                .execute(connection, "DELETE FROM user_sync_data WHERE user_id = $1", Tuple.of(userId.uuid()))
                .map(RowSet::rowCount);
    }

    /** Returns all rows of the account as one JSON object, without the hashes of its tokens. */
    Uni<String> export(SqlConnection connection, UserId userId) {
        return ACCOUNT_EXPORT
                .execute(connection, """
                        SELECT json_build_object(
                          'account', (
                            SELECT json_build_object('user_id', user_id, 'invite_code', invite_code,
                              'created_at', created_at, 'last_seen', last_seen)
                            FROM user_accounts WHERE user_id = $1),
                          'invite', (
                            SELECT json_build_object('code', invite.code, 'created_at', invite.created_at,
                              'expires_at', invite.expires_at, 'note', invite.note,
                              'used_by', invite.used_by, 'used_at', invite.used_at)
                            FROM invite_codes invite JOIN user_accounts account ON account.invite_code = invite.code
                            WHERE account.user_id = $1),
                          'sync', (
                            SELECT json_build_object('encryptedBlob', encrypted_blob, 'iv', iv,
                              'timestamp', timestamp::text, 'checksum', checksum, 'blob_size', blob_size,
                              'created_at', floor(extract(epoch FROM created_at) * 1000)::bigint,
                              'last_accessed', floor(extract(epoch FROM last_accessed) * 1000)::bigint)
                            FROM user_sync_data WHERE user_id = $1::text::uuid),
                          'refresh_tokens', (
                            SELECT coalesce(json_agg(json_build_object('session', coalesce(family_id, id),
                              'created_at', created_at, 'expires_at', expires_at, 'last_used_at', last_used_at,
                              'retired_at', retired_at, 'revoked_at', revoked_at, 'revoked', revoked)
                              ORDER BY id), '[]')
                            FROM refresh_tokens WHERE user_id = $1)
                        )::text AS export
                        """, Tuple.of(userId.text()))
                .map(rows -> rows.iterator().next().getString("export"));
    }

    private static Optional<AccountRow> first(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(AccountRow::of)
                .findFirst();
    }
}
