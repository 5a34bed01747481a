-- Migration: Revocable accounts
-- Description: Lets an operator shut an account out at once
-- Date: 2026-11-22

ALTER TABLE user_accounts ADD COLUMN IF NOT EXISTS revoked BOOLEAN DEFAULT false;

-- lint:ignore require-concurrent-index-creation: released so; an installation holds few accounts
CREATE INDEX IF NOT EXISTS idx_user_accounts_revoked ON user_accounts (revoked);
