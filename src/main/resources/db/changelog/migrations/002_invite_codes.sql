-- Migration: Invite codes
-- Description: Single-use codes that open the registration of one account
-- Date: 2026-11-22

CREATE TABLE IF NOT EXISTS invite_codes (
  code TEXT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  note TEXT
);

CREATE INDEX IF NOT EXISTS idx_invite_codes_expires_at ON invite_codes (expires_at);

COMMENT ON TABLE invite_codes IS 'Registration codes, each good for one account';
COMMENT ON COLUMN invite_codes.code IS 'The code, upper-case and without surrounding blanks';
COMMENT ON COLUMN invite_codes.created_at IS 'When the code was made, ms since epoch';
COMMENT ON COLUMN invite_codes.expires_at IS 'When the code ends, ms since epoch';
COMMENT ON COLUMN invite_codes.note IS 'Free remark of whoever made the code';
