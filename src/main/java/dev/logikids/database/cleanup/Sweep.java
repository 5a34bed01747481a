package dev.logikids.database.cleanup;

import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * What a sweep removes from one table: the rows that nobody needs any more at a given time. It goes through them in the order of a
 * column with an index, and each batch begins where the one before has ended, so that none reads again what others have read.
 */
enum Sweep {
    /** Blobs that were not read or written for long. */
    BLOBS(
            "user_sync_data",
            "user_id",
            "last_accessed",
            "coalesce($3::timestamptz, '-infinity')",
            "victim.last_accessed < $1") {
        @Override
        Tuple asOf(Instant now, CleanupConfig settings) {
            return Tuple.of(now.minus(settings.blobsAfter()).atOffset(ZoneOffset.UTC));
        }

        /** Looks again at each row instead of locking it: Citus locks no rows of several shards. */
        @Override
        String batchSql() {
            return batchSql("", "", "", "AND " + due(), "NULL");
        }
    },

    /**
     * Expired refresh tokens, and revoked ones whose whole family is expired or revoked. A revoked token of a live family
     * stays until it expires, because its replay must still end the family; so does one that was traded for its child, unless
     * this service ended the family. A row of the legacy service whose revoked is NULL stays too: it may be live.
     */
    REFRESH_TOKENS("refresh_tokens", "id", "id", "coalesce($3::bigint, 0)", """
            (victim.expires_at < $1
              OR victim.revoked IS TRUE AND (victim.revoked_at IS NOT NULL OR victim.retired_at IS NULL) AND NOT EXISTS (
                SELECT 1 FROM refresh_tokens relative
                WHERE relative.user_id = victim.user_id
                  AND coalesce(relative.family_id, relative.id) = coalesce(victim.family_id, victim.id)
                  AND relative.revoked IS FALSE AND relative.expires_at >= $1))""") {
        /** No index has the revoked ones in this order: a batch looks at ten times as many rows as it may remove. */
        @Override
        String batchSql() {
            return batchSql("""
                    slice AS MATERIALIZED (
                      SELECT max(id)::bigint + 1 AS ends FROM (
                        SELECT id FROM refresh_tokens WHERE id >= coalesce($3::bigint, 0) ORDER BY id LIMIT 10 * $2::bigint
                      ) ids
                    ), """, "AND victim.id < (SELECT ends FROM slice)", LOCK, "", "(SELECT ends FROM slice)");
        }
    },

    /** Expired invites that were never used. OFFSET keeps the planner from a join, which reads all accounts in each batch. */
    INVITES("invite_codes", "code", "expires_at", "coalesce($3::bigint, '-9223372036854775808')", """
            victim.expires_at < $1 AND (victim.used_by IS NULL OR victim.used_by = '')
              AND NOT EXISTS (SELECT 1 FROM user_accounts account WHERE account.invite_code = victim.code OFFSET 0)""") {
        @Override
        String batchSql() {
            return batchSql("", "", LOCK, "", "NULL");
        }
    };

    /** Locked rows wait for the next sweep. */
    private static final String LOCK = "FOR UPDATE OF victim SKIP LOCKED";

    private final String table;
    private final String key;
    private final String order;
    private final String begin;
    private final String due;

    /**
     * @param order the column that a sweep follows; it has an index
     * @param begin where a batch begins: $3, or for NULL before the first row
     * @param due the condition for a row named victim, at the time $1
     */
    Sweep(String table, String key, String order, String begin, String due) {
        this.table = table;
        this.key = key;
        this.order = order;
        this.begin = begin;
        this.due = due;
    }

    String table() {
        return table;
    }

    String due() {
        return due;
    }

    /** The first parameter of both statements. */
    Tuple asOf(Instant now, CleanupConfig settings) {
        return Tuple.of(now.toEpochMilli());
    }

    String countSql() {
        return "SELECT count(*) AS rows FROM " + table + " victim WHERE " + due;
    }

    /**
     * Removes at most $2 rows from $3 on, which is NULL at first and then what the batch before has {@code reached}: NULL when
     * nothing is left. The other column is the number of rows that it {@code removed}.
     */
    abstract String batchSql();

    /**
     * @param slice a query before the others, and the condition of a row that it adds: within
     * @param again a condition that a row has to meet once more
     * @param reached the end of the slice, for a batch that was not full
     */
    String batchSql(String slice, String within, String lock, String again, String reached) {
        String range = "victim.%s >= %s %s".formatted(order, begin, within);
        return """
                WITH %svictims AS MATERIALIZED (
                  SELECT victim.%s AS key, victim.%s AS place FROM %s victim
                  WHERE %s AND %s
                  ORDER BY place LIMIT $2::bigint %s
                ), removed AS (
                  DELETE FROM %4$s victim USING victims WHERE victim.%2$s = victims.key %s RETURNING 1
                )
                SELECT (SELECT count(*)::int FROM removed) AS removed,
                  (SELECT CASE WHEN count(*) = $2 THEN max(place) ELSE %s END FROM victims) AS reached
                """.formatted(slice, key, order, table, range, due, lock, again, reached);
    }
}
