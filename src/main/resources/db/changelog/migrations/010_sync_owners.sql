-- Migration: Owners of the sync data
-- Description: Which account stands for the id of a row of user_sync_data, by the type of that id: the statements of a read and a write ask it, and Citus keeps its rows beside the data (docs/scaling.md)
-- Date: 2026-11-26

CREATE OR REPLACE VIEW sync_owners AS
SELECT CASE WHEN account.user_id ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN account.user_id::uuid END AS owner_id,
  account.user_id, account.revoked IS TRUE AS revoked
FROM user_accounts account
WHERE NOT EXISTS (
  SELECT FROM user_accounts older
  WHERE lower(older.user_id) = lower(account.user_id)
    AND (older.created_at, older.user_id) < (account.created_at, account.user_id));

COMMENT ON VIEW sync_owners IS 'The accounts that stand for their ids: of twins, the oldest';
COMMENT ON COLUMN sync_owners.owner_id IS 'The id as user_sync_data.user_id has it; NULL for an id that is no UUID';
COMMENT ON COLUMN sync_owners.user_id IS 'The id with the letters of the account';
