-- Migration: Sessions
-- Description: Refresh tokens rotate within a session (family), and accounts are found by id in any letter case
-- Date: 2026-11-22

-- all nullable: the service before this file writes rows without them, which count as sessions of one token
ALTER TABLE refresh_tokens ADD COLUMN IF NOT EXISTS family_id BIGINT;
ALTER TABLE refresh_tokens ADD COLUMN IF NOT EXISTS family_created_at BIGINT;
ALTER TABLE refresh_tokens ADD COLUMN IF NOT EXISTS last_used_at BIGINT;
ALTER TABLE refresh_tokens ADD COLUMN IF NOT EXISTS retired_at BIGINT;
ALTER TABLE refresh_tokens ADD COLUMN IF NOT EXISTS revoked_at BIGINT;

-- lint:ignore require-concurrent-index-creation: one short row an account, a million take some seconds, in which sign-ups wait and reads do not; and a plain build leaves no invalid index behind
CREATE INDEX IF NOT EXISTS idx_user_accounts_lower_user_id ON user_accounts (lower(user_id), created_at, user_id);

COMMENT ON COLUMN refresh_tokens.token IS 'sha256: and the hash of the token in hex; tokens of the former service in clear until they are used';
COMMENT ON COLUMN refresh_tokens.family_id IS 'The id of the session''s first token; NULL in that one';
COMMENT ON COLUMN refresh_tokens.family_created_at IS 'When the session began, ms since epoch';
COMMENT ON COLUMN refresh_tokens.last_used_at IS 'When the token was last issued or used, ms since epoch';
COMMENT ON COLUMN refresh_tokens.retired_at IS 'When the token was traded for its child, ms since epoch; revoked is set too';
COMMENT ON COLUMN refresh_tokens.revoked_at IS 'When the session was ended, ms since epoch; revoked is set too';
