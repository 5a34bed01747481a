package dev.logikids.database.user;

/**
 * Which account a user id stands for, as SQL: ids match in any letter case, and where the legacy service created
 * several accounts of one id, the oldest counts. Both queries use the index on {@code lower(user_id), created_at, user_id}.
 * The letters of an id are ASCII: {@code "C"} spares PostgreSQL their way through the locale, {@code "default"} is the index's.
 */
public final class AccountSql {

    private AccountSql() {}

    /**
     * Selects the account that an id stands for, revoked or not: {@code user_id, invite_code, created_at, last_seen,
     * revoked} of at most one row.
     *
     * @param id an SQL expression
     * @param lock a locking clause, or an empty text
     */
    public static String ofId(String id, String lock) {
        return """
                SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
                FROM user_accounts
                WHERE lower(user_id) = lower((%s) COLLATE "C") COLLATE "default"
                ORDER BY created_at, user_id
                LIMIT 1
                %s""".formatted(id, lock);
    }

    /**
     * Selects as {@link #ofId}, but only if the account has the very letters of the id and is not revoked: what every
     * token has to prove. The account is compared as it is when the lock is held.
     *
     * @param id an SQL expression
     * @param lock a locking clause, or an empty text
     */
    public static String active(String id, String lock) {
        return """
                SELECT user_id, invite_code, created_at, last_seen, revoked
                FROM (
                %s
                ) oldest
                WHERE user_id = %s AND NOT revoked""".formatted(ofId(id, lock), id);
    }
}
