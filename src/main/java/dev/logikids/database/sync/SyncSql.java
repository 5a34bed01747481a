package dev.logikids.database.sync;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.user.AccountSql;

/**
 * The statements of {@link SyncRepository}, whose parameters begin with the user id as text and as UUID, and that of
 * {@link LastAccessed}.
 *
 * @param findUnknown as {@code find}, but the blob is neither read nor sent if the client has it
 * @param store inserts or overwrites
 * @param storeUnknown as {@code store}, unless what is stored has one of the tags
 * @param create as {@code store}, unless something is stored
 * @param replace overwrites what has one of the tags, or is this upload
 * @param lastAccessed stores times, as {@code LatestTimes} asks for
 */
record SyncSql(
        String find,
        String findUnknown,
        String findRevision,
        String exists,
        String store,
        String storeUnknown,
        String create,
        String replace,
        String delete,
        String lastAccessed) {

    /** The driver takes bytes for bytea alone; PostgreSQL checks the encoding as it does for a parameter of text. */
    private static final String UPLOAD = """
            convert_from($3, 'UTF8') AS encrypted_blob, $4::text AS iv, $5::bigint AS "timestamp", $6::text AS checksum,
              $7::int AS blob_size, $8::timestamptz AS last_accessed""";

    /**
     * For PostgreSQL. A replica that has not yet seen the table distributed does the same with it, at several round trips between
     * the nodes; Citus only rejects {@code storeUnknown} and {@code lastAccessed}.
     */
    static final SyncSql PLAIN = of(accounts(""), accounts("FOR KEY SHARE"), """
            SELECT stored.user_id, to_timestamp(read.at / 1000.0) AS at
            FROM unnest($1::text[]::uuid[], $2::bigint[]) AS read (user_id, at)
            JOIN user_sync_data stored ON stored.user_id = read.user_id
            WHERE stored.last_accessed < to_timestamp(read.at / 1000.0)
            ORDER BY stored.user_id
            FOR NO KEY UPDATE OF stored""");

    /** For a table that Citus distributes: what stands beside the data is asked, so each is one task on one worker (ADR 35). */
    static final SyncSql CITUS = of(owners(""), owners("FOR SHARE"), """
            SELECT user_id, to_timestamp(at / 1000.0) AS at
            FROM unnest($1::text[]::uuid[], $2::bigint[]) AS read (user_id, at)
            ORDER BY user_id""");

    /** Those that the schema has room for now, which may change while the service runs. */
    static SyncSql of(Database database) {
        return database.isDistributed() ? CITUS : PLAIN;
    }

    private static String accounts(String lock) {
        return "SELECT $2::uuid AS owner_id FROM (\n%s\n) active".formatted(AccountSql.active("$1", lock));
    }

    private static String owners(String lock) {
        return "SELECT owner_id FROM sync_owners WHERE owner_id = $2 AND user_id = $1 AND NOT revoked " + lock;
    }

    /**
     * @param account selects {@code owner_id}, which is $2, if the account is active
     * @param locked as {@code account}; the account's erasure waits for the write, so that no data is stored for one that is gone
     * @param read selects the ids and times of a batch in one order, so that two replicas that write the same rows cannot
     *     deadlock if it locks them, and seldom do if not: Citus locks no rows of several shards
     */
    private static SyncSql of(String account, String locked, String read) {
        String ofAccount = """
                FROM (
                %s
                ) account
                LEFT JOIN user_sync_data stored ON stored.user_id = $2""".formatted(account);
        String store = """
                INSERT INTO user_sync_data AS stored
                  (user_id, encrypted_blob, iv, "timestamp", checksum, blob_size, last_accessed, created_at, version)
                SELECT owner_id, %s, $8::timestamptz, 1
                FROM (
                %s
                ) account
                ON CONFLICT (user_id) DO %s
                RETURNING %s
                """.formatted(UPLOAD, locked, "%s", Revision.COLUMNS);
        String overwrite = "UPDATE SET " + changes("excluded");
        return new SyncSql(
                """
                SELECT %s, stored.checksum, stored.encrypted_blob
                %s
                """.formatted(Revision.COLUMNS, ofAccount),
                """
                SELECT %s, stored.checksum,
                  CASE WHEN $3 OR %s = ANY ($4::text[]) THEN NULL ELSE stored.encrypted_blob END AS encrypted_blob
                %s
                """.formatted(Revision.COLUMNS, Revision.ETAG, ofAccount),
                "SELECT %s %s".formatted(Revision.COLUMNS, ofAccount),
                "SELECT stored.user_id IS NOT NULL AS found " + ofAccount,
                store.formatted(overwrite),
                store.formatted(overwrite + " WHERE NOT %s = ANY ($9::text[])".formatted(Revision.ETAG)),
                store.formatted("NOTHING"),
                // OFFSET 0 keeps the blob a column, instead of a conversion at each of its places, which Citus would
                // reject
                """
                UPDATE user_sync_data stored SET %s
                FROM (
                SELECT %s
                FROM (
                %s
                ) account
                OFFSET 0
                ) upload
                WHERE stored.user_id = $2
                  AND NOT ($9 OR %s = ANY ($10::text[]))
                  AND ($11 OR %s = ANY ($12::text[]) OR %s)
                RETURNING %s
                """.formatted(
                                changes("upload"),
                                UPLOAD,
                                account,
                                Revision.ETAG,
                                Revision.ETAG,
                                repeated("upload"),
                                Revision.COLUMNS),
                """
                WITH account AS (
                %s
                ), deleted AS (
                  DELETE FROM user_sync_data USING account WHERE user_sync_data.user_id = $2
                )
                SELECT 1 FROM account
                """.formatted(account),
                """
                WITH read AS MATERIALIZED (
                %s
                )
                UPDATE user_sync_data stored
                SET last_accessed = greatest(stored.last_accessed, read.at)
                FROM read
                WHERE stored.user_id = read.user_id AND stored.last_accessed < read.at
                """.formatted(read));
    }

    /** What an upload changes in a row. */
    private static String changes(String upload) {
        return """
                encrypted_blob = %1$s.encrypted_blob, iv = %1$s.iv, "timestamp" = %1$s."timestamp",
                  checksum = %1$s.checksum, blob_size = %1$s.blob_size,
                  last_accessed = greatest(stored.last_accessed, %1$s.last_accessed),
                  version = coalesce(stored.version, 0) + CASE WHEN %2$s THEN 0 ELSE 1 END""".formatted(upload, repeated(upload));
    }

    /** Whether the upload repeats what is stored; the blobs are compared last, when all else is the same. */
    private static String repeated(String upload) {
        return """
                CASE WHEN stored.iv = %1$s.iv AND stored."timestamp" = %1$s."timestamp" AND stored.checksum = %1$s.checksum
                  THEN stored.encrypted_blob = %1$s.encrypted_blob ELSE false END""".formatted(upload);
    }
}
