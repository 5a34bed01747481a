package dev.logikids.database.cleanup;

import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;

/** What a sweep removes from one table: a query for the keys of the rows that nobody needs any more at a given time. */
enum Sweep {
    /** Blobs that were not read or written for long. */
    BLOBS("user_sync_data", "user_id", """
            SELECT user_id FROM user_sync_data victim WHERE last_accessed < $1
            """) {
        /** Looks again at each row instead of locking it: Citus locks no rows of several shards. */
        @Override
        String deleteSql() {
            return """
                    WITH victims AS MATERIALIZED (SELECT user_id FROM user_sync_data WHERE last_accessed < $1 LIMIT $2)
                    DELETE FROM user_sync_data data USING victims
                    WHERE data.user_id = victims.user_id AND data.last_accessed < $1
                    """;
        }

        @Override
        Tuple asOf(Instant now, CleanupConfig settings) {
            return Tuple.of(now.minus(settings.blobsAfter()).atOffset(ZoneOffset.UTC));
        }
    },

    /**
     * Expired refresh tokens, and revoked ones whose whole family is expired or revoked. A revoked token of a live family
     * stays until it expires, because its replay must still end the family. A row of the legacy service whose revoked is
     * NULL stays too: it may be live.
     */
    REFRESH_TOKENS("refresh_tokens", "id", """
            SELECT id FROM refresh_tokens victim
            WHERE expires_at < $1
              OR (revoked IS TRUE AND NOT EXISTS (
                SELECT 1 FROM refresh_tokens relative
                WHERE relative.user_id = victim.user_id
                  AND coalesce(relative.family_id, relative.id) = coalesce(victim.family_id, victim.id)
                  AND relative.revoked IS FALSE AND relative.expires_at >= $1))
            """),

    /** Expired invites that were never used. */
    INVITES("invite_codes", "code", """
            SELECT code FROM invite_codes victim
            WHERE expires_at < $1 AND coalesce(used_by, '') = ''
              AND NOT EXISTS (SELECT 1 FROM user_accounts account WHERE account.invite_code = victim.code)
            """);

    private final String table;
    private final String key;
    private final String victims;

    Sweep(String table, String key, String victims) {
        this.table = table;
        this.key = key;
        this.victims = victims;
    }

    String table() {
        return table;
    }

    /** The first parameter of both statements. */
    Tuple asOf(Instant now, CleanupConfig settings) {
        return Tuple.of(now.toEpochMilli());
    }

    String countSql() {
        return "SELECT count(*) AS rows FROM (" + victims + ") victims";
    }

    /** Removes at most $2 rows; locked rows wait for the next sweep. */
    String deleteSql() {
        return "WITH victims AS MATERIALIZED (" + victims + " LIMIT $2 FOR UPDATE OF victim SKIP LOCKED)"
                + " DELETE FROM " + table + " USING victims WHERE " + table + "." + key + " = victims." + key;
    }
}
