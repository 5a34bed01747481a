/**
 * A kind of request, and what PostgreSQL has at least to do for it: the lean statement, the yardstick.
 *
 * <p>The lean statement is one round trip by primary key, without the service's rules (letter case of ids, twins, locks, entity
 * tags, rotation). It does not change with the service, so the share of it can be compared from version to version; and a share
 * below 1 is the price of HTTP, JSON, the JVM and those rules together.
 */
enum Call {
    INVITE("invite", "invite check", 200, """
            SELECT expires_at, used_by FROM invite_codes WHERE code = '{prefix}-' || (:n)::text;
            """),
    ACCOUNT("account", "account", 200, """
            SELECT user_id, invite_code, created_at, last_seen, revoked FROM user_accounts WHERE user_id = {id}::text;
            """),
    VERIFY("verify", "verify", 200, """
            SELECT revoked FROM user_accounts WHERE user_id = {id}::text;
            """),
    GET("get", "GET sync 10 KB", 200, """
            SELECT stored.iv, stored."timestamp", stored.checksum, stored.encrypted_blob
            FROM user_accounts account, user_sync_data stored
            WHERE account.user_id = {id}::text AND account.revoked IS NOT TRUE AND stored.user_id = {id};
            """),
    NOT_MODIFIED("not-modified", "GET sync, 304", 304, """
            SELECT stored.iv, stored."timestamp"
            FROM user_accounts account, user_sync_data stored
            WHERE account.user_id = {id}::text AND account.revoked IS NOT TRUE AND stored.user_id = {id};
            """),
    PUT("put", "PUT sync 10 KB", 200, Constants.UPSERT),
    REGISTER("register", "register", 201, """
            WITH claimed AS (
              UPDATE invite_codes SET used_by = gen_random_uuid()::text, used_at = 1 WHERE code = 'YARDSTICK-' || (:n)::text
              RETURNING code, used_by
            ), account AS (
              INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen) SELECT used_by, code, 1, 1 FROM claimed
              RETURNING user_id
            )
            INSERT INTO refresh_tokens (token, user_id, expires_at, created_at)
            SELECT {token}, user_id, 4102444800000, 1 FROM account;
            """),
    LOGIN("login", "login", 200, """
            WITH account AS (UPDATE user_accounts SET last_seen = last_seen + 1 WHERE user_id = {id}::text RETURNING user_id)
            INSERT INTO refresh_tokens (token, user_id, expires_at, created_at)
            SELECT {token}, user_id, 4102444800000, 1 FROM account;
            """),
    REFRESH("refresh", "refresh", 200, """
            WITH used AS (
              UPDATE refresh_tokens SET revoked = true
              WHERE token = 'sha256:' || encode(sha256(encode(sha512(('YARDSTICK-' || (:n)::text)::bytea), 'hex')::bytea), 'hex')
              RETURNING user_id
            )
            INSERT INTO refresh_tokens (token, user_id, expires_at, created_at)
            SELECT {token}, user_id, 4102444800000, 1 FROM used;
            """),
    GET_LARGE("get-1mb", "GET sync 1 MB", 200, GET.lean),
    PUT_LARGE("put-1mb", "PUT sync 1 MB", 200, Constants.UPSERT);

    final String label;
    final String title;
    /** The status of every answer. */
    final int status;

    private final String lean;

    Call(String label, String title, int status, String lean) {
        this.label = label;
        this.title = title;
        this.status = status;
        this.lean = lean;
    }

    /** The lean statement for pgbench, with its variables n and, for an upload, t and {@link Target#BLOB}. */
    String lean(Group group) {
        return lean.replace("{prefix}", group.prefix())
                .replace("{id}", "md5('" + group.prefix() + "-' || (:n)::text)::uuid")
                .replace("{size}", Integer.toString(group.characters() / 4 * 3))
                .replace("{token}", "'sha256:' || encode(sha256(gen_random_uuid()::text::bytea), 'hex')");
    }

    boolean isLarge() {
        return this == GET_LARGE || this == PUT_LARGE;
    }

    boolean isUpload() {
        return this == PUT || this == PUT_LARGE;
    }

    /** Whether a request can be sent only once. */
    boolean isSpent() {
        return this == REGISTER || this == REFRESH;
    }

    /** What an enum's constants may refer to. */
    private static final class Constants {

        static final String UPSERT = """
                INSERT INTO user_sync_data (user_id, encrypted_blob, iv, "timestamp", checksum, blob_size)
                VALUES ({id}, {blob}, 'ABCDEFGHIJKLMNOP', :t, repeat('0', 64), {size})
                ON CONFLICT (user_id) DO UPDATE SET encrypted_blob = excluded.encrypted_blob, iv = excluded.iv,
                  "timestamp" = excluded."timestamp", checksum = excluded.checksum, blob_size = excluded.blob_size,
                  last_accessed = now();
                """;
    }
}
