-- takes {text}, returns {}
DELETE FROM invite_codes WHERE code = $1
;
-- takes {text,bigint,bigint,text}, returns {}
INSERT INTO invite_codes (code, created_at, expires_at, note)
VALUES ($1, $2, $3, $4)
;
-- takes {text,text,bigint,bigint}, returns {}
INSERT INTO refresh_tokens
  (token, user_id, expires_at, created_at, revoked, family_created_at, last_used_at)
VALUES ($1, $2, $3, $4, false, $4, $4)
;
-- takes {text,text,bigint,bigint,bigint,bigint}, returns {}
INSERT INTO refresh_tokens
  (token, user_id, expires_at, created_at, revoked, family_id, family_created_at, last_used_at)
VALUES ($1, $2, $3, $4, false, $5, $6, $4)
;
-- takes {text}, returns {boolean}
SELECT EXISTS (SELECT FROM user_accounts WHERE lower(user_id) = lower($1))
;
-- takes {text,bigint}, returns {bigint,bigint,bigint,bigint}
SELECT coalesce(family_id, id)::bigint AS id,
  coalesce(family_created_at, created_at) AS created_at,
  expires_at,
  coalesce(last_used_at, created_at) AS last_used_at
FROM refresh_tokens
WHERE user_id = $1 AND revoked = false AND expires_at > $2
ORDER BY 4 DESC, 1 DESC
;
-- takes {text,text}, returns {bigint,bigint,bigint,boolean,bigint,bigint,text,text,boolean,boolean}
SELECT coalesce(token.family_id, token.id) AS session_id,
  coalesce(token.family_created_at, token.created_at) AS session_created_at,
  token.expires_at, token.revoked, token.retired_at, token.revoked_at,
  account.user_id, account.invite_code, account.revoked IS TRUE AS account_revoked,
  account.user_id = oldest.user_id AS own_account
FROM refresh_tokens token
JOIN user_accounts account ON account.user_id = token.user_id
CROSS JOIN LATERAL (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower(token.user_id)
ORDER BY created_at, user_id
LIMIT 1

) oldest
WHERE token.token IN ($1, $2)
;
-- takes {}, returns {text,bigint,bigint,text,text}
SELECT code, created_at, expires_at, note, used_by
FROM invite_codes
ORDER BY created_at DESC, code
;
-- takes {text}, returns {text,bigint,bigint,text,text}
SELECT code, created_at, expires_at, note, used_by
FROM invite_codes
WHERE code = $1
;
-- takes {bigint}, returns {bigint}
SELECT count(*) AS rows FROM (SELECT code FROM invite_codes victim
WHERE expires_at < $1 AND coalesce(used_by, '') = ''
  AND NOT EXISTS (SELECT 1 FROM user_accounts account WHERE account.invite_code = victim.code)
) victims
;
-- takes {bigint}, returns {bigint}
SELECT count(*) AS rows FROM (SELECT id FROM refresh_tokens victim
WHERE expires_at < $1
  OR (revoked IS TRUE AND NOT EXISTS (
    SELECT 1 FROM refresh_tokens relative
    WHERE relative.user_id = victim.user_id
      AND coalesce(relative.family_id, relative.id) = coalesce(victim.family_id, victim.id)
      AND relative.revoked IS FALSE AND relative.expires_at >= $1))
) victims
;
-- takes {"timestamp with time zone"}, returns {bigint}
SELECT count(*) AS rows FROM (SELECT user_id FROM user_sync_data victim WHERE last_accessed < $1
) victims
;
-- takes {text}, returns {text}
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
;
-- takes {uuid}, returns {text}
SELECT left(encode(sha256(convert_to(concat_ws('.', coalesce(stored.version, 0), stored.iv, stored."timestamp",
  stored.blob_size, extract(epoch FROM stored.created_at)), 'UTF8')), 'hex'), 32) AS etag FROM user_sync_data stored WHERE user_id = $1
;
-- takes {text[],text}, returns {text}
SELECT token FROM refresh_tokens WHERE token = ANY ($1) AND user_id = $2
;
-- takes {text}, returns {text}
SELECT user_id FROM user_accounts WHERE user_id = $1 FOR NO KEY UPDATE
;
-- takes {text}, returns {text,text,bigint,bigint,boolean}
SELECT user_id, invite_code, created_at, last_seen, revoked
FROM (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower($1)
ORDER BY created_at, user_id
LIMIT 1

) oldest
WHERE user_id = $1 AND NOT revoked
;
-- takes {text}, returns {text,text,bigint,bigint,boolean}
SELECT user_id, invite_code, created_at, last_seen, revoked
FROM (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower($1)
ORDER BY created_at, user_id
LIMIT 1
FOR UPDATE
) oldest
WHERE user_id = $1 AND NOT revoked
;
-- takes {}, returns {text,text,bigint,bigint,boolean}
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
ORDER BY created_at DESC, user_id
;
-- takes {text,bigint,bigint}, returns {}
UPDATE refresh_tokens
SET revoked = true, revoked_at = coalesce(revoked_at, $3)
WHERE user_id = $1 AND coalesce(family_id, id) = $2
;
-- takes {text,boolean}, returns {text}
UPDATE user_accounts
SET revoked = $2
WHERE lower(user_id) = lower($1)
RETURNING user_id
;
-- takes {text,uuid}, returns {boolean}
WITH account AS (
SELECT user_id, invite_code, created_at, last_seen, revoked
FROM (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower($1)
ORDER BY created_at, user_id
LIMIT 1

) oldest
WHERE user_id = $1 AND NOT revoked
)
SELECT EXISTS (SELECT 1 FROM user_sync_data WHERE user_id = $2) AS found FROM account
;
-- takes {text,uuid,boolean,text[]}, returns {text,"character varying",bigint,"character varying",text}
WITH account AS (
SELECT user_id, invite_code, created_at, last_seen, revoked
FROM (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower($1)
ORDER BY created_at, user_id
LIMIT 1

) oldest
WHERE user_id = $1 AND NOT revoked
)
SELECT stored.etag, stored.iv, stored."timestamp", stored.checksum,
  CASE WHEN stored.known THEN NULL ELSE stored.encrypted_blob END AS encrypted_blob
FROM account
LEFT JOIN (
  SELECT iv, "timestamp", checksum, encrypted_blob, tag.etag, $3 OR tag.etag = ANY ($4::text[]) AS known
  FROM user_sync_data stored
  CROSS JOIN LATERAL (SELECT left(encode(sha256(convert_to(concat_ws('.', coalesce(stored.version, 0), stored.iv, stored."timestamp",
  stored.blob_size, extract(epoch FROM stored.created_at)), 'UTF8')), 'hex'), 32) AS etag) tag
  WHERE stored.user_id = $2
) stored ON true
;
-- takes {text,uuid}, returns {integer}
WITH account AS (
SELECT user_id, invite_code, created_at, last_seen, revoked
FROM (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower($1)
ORDER BY created_at, user_id
LIMIT 1

) oldest
WHERE user_id = $1 AND NOT revoked
), deleted AS (
  DELETE FROM user_sync_data USING account WHERE user_sync_data.user_id = $2
)
SELECT 1 FROM account
;
-- takes {text,uuid,text,text,bigint,text,integer,"timestamp with time zone",boolean,text[],boolean,text[]}, returns {text}
WITH account AS (
SELECT user_id, invite_code, created_at, last_seen, revoked
FROM (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower($1)
ORDER BY created_at, user_id
LIMIT 1

) oldest
WHERE user_id = $1 AND NOT revoked
), written AS (
  UPDATE user_sync_data stored SET encrypted_blob = $3, iv = $4, "timestamp" = $5, checksum = $6, blob_size = $7,
  last_accessed = greatest(stored.last_accessed, $8),
  version = coalesce(stored.version, 0) + CASE WHEN CASE WHEN stored.iv = $4 AND stored."timestamp" = $5 AND stored.checksum = $6
  THEN stored.encrypted_blob = $3 ELSE false END THEN 0 ELSE 1 END
  FROM account
  WHERE stored.user_id = $2
    AND NOT ($9 OR left(encode(sha256(convert_to(concat_ws('.', coalesce(stored.version, 0), stored.iv, stored."timestamp",
  stored.blob_size, extract(epoch FROM stored.created_at)), 'UTF8')), 'hex'), 32) = ANY ($10::text[]))
    AND ($11 OR left(encode(sha256(convert_to(concat_ws('.', coalesce(stored.version, 0), stored.iv, stored."timestamp",
  stored.blob_size, extract(epoch FROM stored.created_at)), 'UTF8')), 'hex'), 32) = ANY ($12::text[]) OR CASE WHEN stored.iv = $4 AND stored."timestamp" = $5 AND stored.checksum = $6
  THEN stored.encrypted_blob = $3 ELSE false END)
  RETURNING left(encode(sha256(convert_to(concat_ws('.', coalesce(stored.version, 0), stored.iv, stored."timestamp",
  stored.blob_size, extract(epoch FROM stored.created_at)), 'UTF8')), 'hex'), 32) AS etag
)
SELECT written.etag FROM account LEFT JOIN written ON true
;
-- takes {text,uuid,text,"character varying",bigint,"character varying",integer,"timestamp with time zone",boolean,text[]}, returns {text}
WITH account AS (
SELECT user_id, invite_code, created_at, last_seen, revoked
FROM (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower($1)
ORDER BY created_at, user_id
LIMIT 1
FOR KEY SHARE
) oldest
WHERE user_id = $1 AND NOT revoked
), written AS (
  INSERT INTO user_sync_data AS stored
    (user_id, encrypted_blob, iv, "timestamp", checksum, created_at, last_accessed, blob_size, version)
  SELECT $2, $3, $4, $5, $6, $8, $8, $7, 1 FROM account
  ON CONFLICT (user_id) DO UPDATE SET encrypted_blob = $3, iv = $4, "timestamp" = $5, checksum = $6, blob_size = $7,
  last_accessed = greatest(stored.last_accessed, $8),
  version = coalesce(stored.version, 0) + CASE WHEN CASE WHEN stored.iv = $4 AND stored."timestamp" = $5 AND stored.checksum = $6
  THEN stored.encrypted_blob = $3 ELSE false END THEN 0 ELSE 1 END
  WHERE NOT ($9 OR left(encode(sha256(convert_to(concat_ws('.', coalesce(stored.version, 0), stored.iv, stored."timestamp",
  stored.blob_size, extract(epoch FROM stored.created_at)), 'UTF8')), 'hex'), 32) = ANY ($10::text[]))
  RETURNING left(encode(sha256(convert_to(concat_ws('.', coalesce(stored.version, 0), stored.iv, stored."timestamp",
  stored.blob_size, extract(epoch FROM stored.created_at)), 'UTF8')), 'hex'), 32) AS etag
)
SELECT written.etag FROM account LEFT JOIN written ON true
;
-- takes {text,bigint}, returns {text,text,bigint,bigint,boolean}
WITH account AS (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower($1)
ORDER BY created_at, user_id
LIMIT 1
FOR NO KEY UPDATE
), moved AS (
  UPDATE user_accounts moving
  SET last_seen = greatest(moving.last_seen, $2)
  FROM account
  WHERE moving.user_id = account.user_id AND NOT account.revoked
)
SELECT user_id, invite_code, created_at, last_seen, revoked FROM account
;
-- takes {text,text,bigint}, returns {text,text,bigint,bigint,boolean}
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
;
-- takes {text}, returns {integer,integer,integer}
WITH data AS (
  DELETE FROM user_sync_data WHERE user_id = $1::text::uuid RETURNING user_id
), tokens AS (
  DELETE FROM refresh_tokens WHERE user_id = $1 RETURNING id
), accounts AS (
  DELETE FROM user_accounts WHERE user_id = $1 RETURNING user_id
), invites AS (
  UPDATE invite_codes SET used_by = 'erased' WHERE used_by = $1
)
SELECT (SELECT count(*) FROM data)::int AS user_sync_data,
  (SELECT count(*) FROM tokens)::int AS refresh_tokens,
  (SELECT count(*) FROM accounts)::int AS user_accounts
;
-- takes {text,bigint}, returns {integer}
WITH live AS (
  SELECT count(*)::int AS sessions
  FROM refresh_tokens
  WHERE user_id = $1 AND revoked = false AND expires_at > $2
), ended AS (
  UPDATE refresh_tokens
  SET revoked = true, revoked_at = $2
  WHERE user_id = $1 AND revoked_at IS NULL
)
SELECT sessions FROM live
;
-- takes {text[],bigint[]}, returns {}
WITH locked AS (
  SELECT account.user_id, seen.at
  FROM unnest($1::text[], $2::bigint[]) AS seen (user_id, at)
  JOIN user_accounts account ON account.user_id = seen.user_id
  WHERE account.last_seen < seen.at
  ORDER BY account.user_id
  FOR NO KEY UPDATE OF account
)
UPDATE user_accounts account
SET last_seen = GREATEST(account.last_seen, locked.at)
FROM locked
WHERE account.user_id = locked.user_id
;
-- takes {text[],bigint[]}, returns {}
WITH locked AS (
  SELECT stored.user_id, to_timestamp(read.at / 1000.0) AS at
  FROM unnest($1::text[]::uuid[], $2::bigint[]) AS read (user_id, at)
  JOIN user_sync_data stored ON stored.user_id = read.user_id
  WHERE stored.last_accessed < to_timestamp(read.at / 1000.0)
  ORDER BY stored.user_id
  FOR NO KEY UPDATE OF stored
)
UPDATE user_sync_data stored
SET last_accessed = greatest(stored.last_accessed, locked.at)
FROM locked
WHERE stored.user_id = locked.user_id
;
-- takes {text,text,bigint,boolean}, returns {bigint,bigint,bigint,boolean,bigint,bigint,text,text,boolean,boolean}
WITH presented AS (
  SELECT user_id FROM refresh_tokens WHERE token IN ($1, $2) LIMIT 1
), account AS (
SELECT user_id, invite_code, created_at, last_seen, revoked
FROM (
SELECT user_id, invite_code, created_at, last_seen, revoked IS TRUE AS revoked
FROM user_accounts
WHERE lower(user_id) = lower((SELECT user_id FROM presented))
ORDER BY created_at, user_id
LIMIT 1
FOR NO KEY UPDATE
) oldest
WHERE user_id = (SELECT user_id FROM presented) AND NOT revoked
)
UPDATE refresh_tokens token
SET token = $1, last_used_at = $3, revoked = $4, retired_at = CASE WHEN $4 THEN $3::bigint END
FROM account
WHERE token.user_id = account.user_id
  AND token.token IN ($1, $2)
  AND token.revoked = false
  AND token.expires_at > $3
RETURNING coalesce(token.family_id, token.id) AS session_id,
  coalesce(token.family_created_at, token.created_at) AS session_created_at,
  token.expires_at, token.revoked, token.retired_at, token.revoked_at,
  account.user_id, account.invite_code, false AS account_revoked, true AS own_account
;
-- takes {bigint,bigint}, returns {}
WITH victims AS MATERIALIZED (SELECT code FROM invite_codes victim
WHERE expires_at < $1 AND coalesce(used_by, '') = ''
  AND NOT EXISTS (SELECT 1 FROM user_accounts account WHERE account.invite_code = victim.code)
 LIMIT $2 FOR UPDATE OF victim SKIP LOCKED) DELETE FROM invite_codes USING victims WHERE invite_codes.code = victims.code
;
-- takes {bigint,bigint}, returns {}
WITH victims AS MATERIALIZED (SELECT id FROM refresh_tokens victim
WHERE expires_at < $1
  OR (revoked IS TRUE AND NOT EXISTS (
    SELECT 1 FROM refresh_tokens relative
    WHERE relative.user_id = victim.user_id
      AND coalesce(relative.family_id, relative.id) = coalesce(victim.family_id, victim.id)
      AND relative.revoked IS FALSE AND relative.expires_at >= $1))
 LIMIT $2 FOR UPDATE OF victim SKIP LOCKED) DELETE FROM refresh_tokens USING victims WHERE refresh_tokens.id = victims.id
;
-- takes {"timestamp with time zone",bigint}, returns {}
WITH victims AS MATERIALIZED (SELECT user_id FROM user_sync_data victim WHERE last_accessed < $1
 LIMIT $2 FOR UPDATE OF victim SKIP LOCKED) DELETE FROM user_sync_data USING victims WHERE user_sync_data.user_id = victims.user_id
;
