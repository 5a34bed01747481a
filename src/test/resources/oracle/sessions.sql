--- case: session_search_path_is_set
CREATE SCHEMA app;
SET search_path = app, public;
CREATE TABLE t (a int);
--- next file
CREATE TABLE in_the_usual_schema (a int);
--- case: session_search_path_is_emptied
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.t (a int);
--- next file
CREATE TABLE in_the_usual_schema (a int);
--- case: session_search_path_is_missing_a_schema
SELECT set_config('search_path', '', false);
CREATE TABLE t (a int);
--- fails: 3F000 line 2
--- case: session_role
SET ROLE oracle_owner;
CREATE SCHEMA AUTHORIZATION oracle_owner;
--- fails: 42501 line 2
--- case: session_role_owns_its_table
GRANT CREATE ON SCHEMA public TO oracle_owner;
SET ROLE oracle_owner;
CREATE TABLE of_owner (a int);
--- next file
CREATE TABLE of_us (who text DEFAULT current_user);
INSERT INTO of_us DEFAULT VALUES;
--- case: session_authorization
GRANT CREATE ON SCHEMA public TO oracle_owner;
SET SESSION AUTHORIZATION oracle_owner;
CREATE TABLE of_owner (a text DEFAULT session_user);
--- next file
CREATE TABLE of_us AS SELECT current_user::text AS c, session_user::text AS s;
--- case: session_role_without_reset_or_rights
SET LOCAL ROLE oracle_reader;
INSERT INTO invite_codes VALUES ('A', 1, 1);
--- fails: 42501 line 2
--- case: session_time_zone
SET TIME ZONE 'America/New_York';
CREATE TABLE a AS SELECT timestamp '2026-01-01 12:00'::timestamptz AT TIME ZONE 'UTC' AS utc;
--- next file
CREATE TABLE b AS SELECT current_setting('TimeZone') <> 'America/New_York' AS forgotten;
--- case: session_date_style
SET datestyle = 'SQL, DMY';
CREATE TABLE a AS SELECT '02/03/2026'::date AS d, date '2026-12-31'::text AS t;
SET intervalstyle = iso_8601;
INSERT INTO a VALUES ('03/04/2026', interval '1 day 2 hours'::text);
--- next file
CREATE TABLE b AS SELECT current_setting('DateStyle') AS d, current_setting('IntervalStyle') AS i;
--- refused: DateStyle
--- case: session_strings_not_standard
SET standard_conforming_strings = off;
CREATE TABLE a AS SELECT 'it\'s; old' AS v, '\\' AS w;
INSERT INTO a VALUES ('two\';', 'x');
--- refused: standard_conforming_strings
--- case: session_strings_not_standard_for_the_transaction
SET LOCAL standard_conforming_strings TO 'off';
CREATE TABLE a AS SELECT '\';' AS v;
SET LOCAL standard_conforming_strings TO on;
CREATE TABLE b AS SELECT '\' AS v; CREATE TABLE c AS SELECT ';' AS v;
--- refused: standard_conforming_strings
--- case: session_backslash_quote
SET backslash_quote = off;
CREATE TABLE a AS SELECT E'it\'s' AS v;
--- fails: 22P06 line 2
--- case: session_timeouts
SET statement_timeout = '5min';
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout TO DEFAULT;
CREATE TABLE a (x int);
--- next file
CREATE TABLE b AS SELECT current_setting('statement_timeout') AS v;
--- case: session_statement_timeout_hits
SET LOCAL statement_timeout = '50ms';
CREATE TABLE a (x int);
SELECT pg_sleep(5);
--- fails: 57014 line 3
--- case: session_constraints_and_replication_role
SET session_replication_role = replica;
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a int REFERENCES a);
INSERT INTO b VALUES (1);
--- next file
INSERT INTO b VALUES (2);
--- fails: 23503 line 1
--- case: session_row_security
SET row_security = off;
SET check_function_bodies = false;
CREATE FUNCTION later() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM made_later';
CREATE TABLE made_later (a int);
--- next file
CREATE FUNCTION too_early() RETURNS int LANGUAGE sql AS 'SELECT a FROM never_made';
--- fails: 42P01 line 1
--- case: session_default_access_method_and_tablespace
SET default_table_access_method = heap;
SET default_tablespace = '';
SET xmloption = content;
CREATE TABLE a (x xml);
--- case: session_client_encoding
SET client_encoding = 'UTF8';
CREATE TABLE a AS SELECT 'Größe'::text AS v;
--- case: session_client_min_messages
SET client_min_messages = error;
DO $$ BEGIN RAISE WARNING 'not seen'; END $$;
SET client_min_messages = debug1;
CREATE TABLE a (x serial PRIMARY KEY);
--- case: session_custom_setting
SET my.tenant = 'seven;';
CREATE TABLE a AS SELECT current_setting('my.tenant') AS v;
SELECT set_config('my.tenant', 'eight', true);
INSERT INTO a VALUES (current_setting('my.tenant'));
--- next file
CREATE TABLE b AS SELECT coalesce(nullif(current_setting('my.tenant', true), ''), 'unset') AS v;
--- case: session_reset_all
SET datestyle = 'German';
RESET ALL;
CREATE TABLE a AS SELECT date '2026-12-31'::text AS t;
RESET SESSION AUTHORIZATION;
RESET ROLE;
CREATE TABLE b (x int);
--- refused: DateStyle
--- case: session_discard_temp
CREATE TEMP TABLE scratch (a int);
DISCARD TEMP;
CREATE TABLE kept (a int);
DISCARD PLANS;
DISCARD SEQUENCES;
--- case: session_discard_all
CREATE TABLE kept (a int);
DISCARD ALL;
--- refused: -- Transaction: none
--- case: session_temp_table_outlives_nothing
CREATE TEMP TABLE scratch (a int);
CREATE TEMP TABLE invite_codes (a int);
INSERT INTO scratch VALUES (1);
--- next file
CREATE TABLE scratch (a int);
CREATE TABLE count_of AS SELECT count(*) FROM scratch;
ALTER TABLE invite_codes ADD COLUMN marker int;
--- case: session_temp_table_hides_a_ledger
CREATE TEMP TABLE schema_migrations (a int);
CREATE TEMP TABLE databasechangelog (a int);
CREATE TABLE kept (a int);
--- next file
CREATE TABLE kept_too (a int);
--- case: session_temp_sequence_and_view
CREATE TEMP SEQUENCE q;
CREATE TEMP VIEW v AS SELECT nextval('q') AS n;
CREATE TABLE t AS SELECT n FROM v;
--- next file
CREATE SEQUENCE q;
CREATE VIEW v AS SELECT 1 AS n;
--- case: session_prepared_statement_outlives_nothing
PREPARE same AS SELECT 1;
--- next file
PREPARE same AS SELECT 2;
CREATE TABLE t (a int);
--- case: session_cursor_with_hold
DECLARE c CURSOR WITH HOLD FOR SELECT 1;
--- next file
DECLARE c CURSOR WITH HOLD FOR SELECT 2;
CREATE TABLE t (a int);
--- case: session_advisory_lock
SELECT pg_advisory_lock(77), pg_advisory_xact_lock(78);
CREATE TABLE t (a int);
--- next file
CREATE TABLE held AS SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid IN (77, 78) AND classid = 0 AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
--- case: session_unlocks_every_advisory_lock
SELECT pg_advisory_unlock_all();
CREATE TABLE t (a int);
--- next file
CREATE TABLE u (a int);
--- case: session_sequence_value
CREATE SEQUENCE q;
SELECT nextval('q');
--- next file
SELECT currval('q');
--- fails: 55000 line 1
--- case: session_transaction_mode
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
CREATE TABLE t AS SELECT current_setting('transaction_isolation') AS v;
--- next file
CREATE TABLE u AS SELECT current_setting('transaction_isolation') AS v;
--- refused: .sql:1: transaction-nesting
--- case: session_characteristics
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ;
SET default_transaction_isolation = 'serializable';
CREATE TABLE t (a int);
--- next file
CREATE TABLE u AS SELECT current_setting('transaction_isolation') AS v;
--- refused: .sql:1: transaction-nesting
--- case: session_read_only
CREATE TABLE t (a int);
SET TRANSACTION READ ONLY;
CREATE TABLE u (a int);
--- refused: .sql:2: transaction-nesting
--- case: session_default_read_only
CREATE TABLE t (a int);
SET default_transaction_read_only = on;
--- next file
CREATE TABLE u (a int);
--- refused: default_transaction_read_only
--- case: session_local_settings_end
SET LOCAL search_path = pg_catalog;
SET LOCAL ROLE oracle_reader;
SET LOCAL lock_timeout = '1s';
SELECT count(*) FROM pg_class;
--- next file
CREATE TABLE t AS SELECT current_user::text AS who, current_schema()::text AS schema;
--- case: session_plpgsql_changes_it
DO $$ BEGIN PERFORM set_config('search_path', 'pg_catalog', false); SET ROLE oracle_reader; SET timezone = 'Asia/Tokyo'; END $$;
--- next file
CREATE TABLE t AS SELECT current_user::text AS who, current_schema()::text AS schema, current_setting('TimeZone') = 'Asia/Tokyo' AS tokyo;
--- case: session_load
LOAD 'plpgsql';
CREATE TABLE t (a int);
CHECKPOINT;
--- case: session_jit_and_planner
SET enable_seqscan = off;
SET work_mem = '64kB';
SET max_parallel_workers_per_gather = 0;
CREATE TABLE t AS SELECT n FROM generate_series(1, 100) n ORDER BY n DESC;
