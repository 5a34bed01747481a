-- Migration: Ledger of applied migrations
-- Description: One row for each migration file that has been applied, by file name
-- Date: 2026-11-22

CREATE TABLE IF NOT EXISTS schema_migrations (
  id SERIAL PRIMARY KEY,
  migration_name VARCHAR(255) NOT NULL UNIQUE,
  applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_migration_name ON schema_migrations (migration_name);

DO $$
BEGIN
  RAISE NOTICE 'schema_migrations is in place';
END
$$;
