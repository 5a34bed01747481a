-- Migration: Limits that all replicas share
-- Description: How much of each limit is used up; counters of minutes to hours that nobody needs after a crash or in a backup
-- Date: 2026-11-26

CREATE UNLOGGED TABLE IF NOT EXISTS rate_limits (
  id UUID PRIMARY KEY,
  used BIGINT NOT NULL,
  ends_at TIMESTAMPTZ NOT NULL
) WITH (fillfactor = 50);

COMMENT ON TABLE rate_limits IS 'Windows of limits, shared by all replicas; unlogged: empty after a crash and on a promoted standby';
COMMENT ON COLUMN rate_limits.id IS 'First 128 bits of HMAC-SHA256 of the limit and of the client address or user id';
COMMENT ON COLUMN rate_limits.ends_at IS 'The row counts until then, and is removed some minutes later';
