-- Migration: User accounts
-- Description: Accounts made from an invite, and which account an invite was spent on
-- Date: 2026-11-22

ALTER TABLE invite_codes ADD COLUMN IF NOT EXISTS used_by TEXT;
ALTER TABLE invite_codes ADD COLUMN IF NOT EXISTS used_at BIGINT;

-- lint:ignore require-concurrent-index-creation: released so; an installation holds few invites
CREATE INDEX IF NOT EXISTS idx_invite_codes_used_by ON invite_codes (used_by);

CREATE TABLE IF NOT EXISTS user_accounts (
  user_id TEXT PRIMARY KEY,
  invite_code TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  CONSTRAINT fk_invite_code FOREIGN KEY (invite_code) REFERENCES invite_codes (code)
);

CREATE INDEX IF NOT EXISTS idx_user_accounts_invite ON user_accounts (invite_code);

COMMENT ON COLUMN invite_codes.used_by IS 'User that the code was spent on; NULL while it is open';
COMMENT ON COLUMN invite_codes.used_at IS 'When the code was spent, ms since epoch; NULL while it is open';
COMMENT ON TABLE user_accounts IS 'Accounts, each made from one invite';
COMMENT ON COLUMN user_accounts.user_id IS 'UUID that the client made';
COMMENT ON COLUMN user_accounts.invite_code IS 'The invite that opened the account';
COMMENT ON COLUMN user_accounts.created_at IS 'When the account was made, ms since epoch';
COMMENT ON COLUMN user_accounts.last_seen IS 'When the account last called the API, ms since epoch';
