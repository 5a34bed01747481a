-- Migration: Version of the sync data
-- Description: Counts the writes of a row, for the ETag; NULL where the legacy service made the row. Nullable and without default, so that the legacy service still writes
-- Date: 2026-11-22

ALTER TABLE user_sync_data ADD COLUMN IF NOT EXISTS version BIGINT;

COMMENT ON COLUMN user_sync_data.version IS 'How often the content changed through this service; NULL counts as 0';
