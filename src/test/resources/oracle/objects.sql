--- case: event_trigger
CREATE TABLE log (tag text);
CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (tg_tag || ';'); END $$;
CREATE EVENT TRIGGER note ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION note();
CREATE TABLE t (a int);
ALTER EVENT TRIGGER note DISABLE;
CREATE TABLE u (a int);
--- case: event_trigger_denies
CREATE FUNCTION deny() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no tables'; END $$;
CREATE EVENT TRIGGER deny ON ddl_command_start EXECUTE FUNCTION deny();
CREATE TABLE t (a int);
--- fails: P0001 line 3
--- case: publication
CREATE TABLE t (a int PRIMARY KEY, b text);
CREATE PUBLICATION part FOR TABLE t (a) WHERE (a > 10) WITH (publish = 'insert, update');
CREATE PUBLICATION whole FOR ALL TABLES;
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA public;
ALTER PUBLICATION part SET (publish_via_partition_root = true);
DROP PUBLICATION of_schema;
--- case: extended_statistics
CREATE TABLE t (a int, b int);
CREATE STATISTICS s (dependencies, ndistinct, mcv) ON a, b FROM t;
CREATE STATISTICS e ON (a + b), (a * 2) FROM t;
ALTER STATISTICS s SET STATISTICS 100;
COMMENT ON STATISTICS s IS 'x;';
--- case: extension
CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
COMMENT ON EXTENSION plpgsql IS 'a language; built in';
--- case: extension_missing
CREATE EXTENSION no_such_extension;
--- fails: 0A000 line 1
--- case: foreign_data
CREATE FOREIGN DATA WRAPPER dummy OPTIONS (debug 'true;');
CREATE SERVER far TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER dummy OPTIONS (host 'h', port '1');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'u', password 'it''s');
CREATE FOREIGN TABLE ft (a int OPTIONS (column_name 'x') NOT NULL, b text) SERVER far OPTIONS (table 't');
ALTER SERVER far OPTIONS (SET port '2', DROP host, ADD dbname 'd');
ALTER FOREIGN TABLE ft ADD c int;
--- case: language_and_transform
CREATE LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION f() RETURNS int LANGUAGE mine AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'prsd_lextype';
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION from_sql(internal));
ALTER LANGUAGE mine RENAME TO ours;
--- case: access_method
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE t (a int) USING heap_too;
--- case: alter_many_objects
CREATE SCHEMA s;
CREATE SEQUENCE q;
ALTER SEQUENCE q SET SCHEMA s;
ALTER SCHEMA s RENAME TO s2;
CREATE DOMAIN d AS int;
ALTER DOMAIN d RENAME TO d2;
CREATE TYPE ty AS (a int);
ALTER TYPE ty SET SCHEMA s2;
CREATE AGGREGATE agg (int) (SFUNC = int4pl, STYPE = int);
ALTER AGGREGATE agg (int) RENAME TO agg2;
DROP AGGREGATE IF EXISTS agg2 (int);
--- case: drop_with_if_exists
DROP TABLE IF EXISTS a, b CASCADE; DROP VIEW IF EXISTS v; DROP MATERIALIZED VIEW IF EXISTS m; DROP INDEX IF EXISTS i; DROP SEQUENCE IF EXISTS s;
DROP FUNCTION IF EXISTS f(int, text); DROP PROCEDURE IF EXISTS p; DROP ROUTINE IF EXISTS r; DROP AGGREGATE IF EXISTS g(*); DROP OPERATOR IF EXISTS ?? (int, int);
DROP TYPE IF EXISTS t; DROP DOMAIN IF EXISTS d; DROP SCHEMA IF EXISTS x; DROP TRIGGER IF EXISTS z ON invite_codes; DROP RULE IF EXISTS y ON invite_codes;
DROP POLICY IF EXISTS o ON invite_codes; DROP EXTENSION IF EXISTS e; DROP COLLATION IF EXISTS c; DROP CAST IF EXISTS (int AS point); DROP EVENT TRIGGER IF EXISTS et;
DROP PUBLICATION IF EXISTS pub; DROP STATISTICS IF EXISTS st; DROP TEXT SEARCH CONFIGURATION IF EXISTS ts; DROP SERVER IF EXISTS srv; DROP FOREIGN DATA WRAPPER IF EXISTS fdw;
CREATE TABLE kept (a int);
--- case: drop_missing
CREATE TABLE t (a int);
DROP TABLE missing;
--- fails: 42P01 line 2
--- case: seed_tables_again
CREATE TABLE IF NOT EXISTS user_accounts (user_id text PRIMARY KEY);
CREATE INDEX IF NOT EXISTS idx_user_accounts_revoked ON user_accounts (revoked);
ALTER TABLE user_accounts ADD COLUMN IF NOT EXISTS revoked boolean DEFAULT false;
INSERT INTO invite_codes (code, created_at, expires_at) VALUES ('SEED-0001', 1, 2) ON CONFLICT DO NOTHING;
INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen) VALUES ('u', 'SEED-0001', 1, 1);
UPDATE user_accounts SET revoked = false WHERE revoked IS NULL;
--- case: constraint_of_the_service_violated
INSERT INTO user_accounts (user_id, invite_code, created_at, last_seen) VALUES ('u', 'NONE-0001', 1, 1);
--- fails: 23503 line 1
--- case: task_costs
-- Migration: Task costs
-- Description: What each task costs
-- Date: 2026-11-25

CREATE TABLE IF NOT EXISTS task_costs (
  task_id TEXT PRIMARY KEY,
  cost INTEGER NOT NULL DEFAULT 0 CHECK (cost >= 0),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_task_costs_updated_at ON task_costs (updated_at);

DO $$
BEGIN
  RAISE NOTICE '✅ task_costs is in place';
END $$;
