-- Migration: Encrypted sync data
-- Description: One end-to-end encrypted blob a user; the server never sees what is inside
-- Date: 2026-11-22

CREATE TABLE IF NOT EXISTS user_sync_data (
  user_id UUID PRIMARY KEY,
  encrypted_blob TEXT NOT NULL,
  iv VARCHAR(16) NOT NULL,
  timestamp BIGINT NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  last_accessed TIMESTAMPTZ NOT NULL DEFAULT now(),
  blob_size INTEGER NOT NULL,
  CONSTRAINT blob_size_limit CHECK (blob_size <= 1000000),
  CONSTRAINT iv_format CHECK (iv ~ '^[A-Za-z0-9+/]{16}$'),
  CONSTRAINT checksum_format CHECK (checksum ~ '^[a-f0-9]{64}$')
);

CREATE INDEX IF NOT EXISTS idx_last_accessed ON user_sync_data (last_accessed);

DO $$
BEGIN
  RAISE NOTICE 'user_sync_data is in place';
END
$$;
