--- case: transaction_round_the_file
BEGIN;
CREATE TABLE a (x int);
INSERT INTO a VALUES (1);
COMMIT;
--- case: transaction_words
START TRANSACTION;
CREATE TABLE a (x int);
END;
--- case: transaction_begin_work
-- Migration: Adds a
-- Description: round it all
-- Date: 2026-11-25

begin work;
create table a (x int);
commit work;
-- that was all
--- case: transaction_begin_transaction_end_transaction
BEGIN TRANSACTION;
CREATE TABLE a (x int);
END TRANSACTION;
--- case: transaction_isolation_level
BEGIN ISOLATION LEVEL SERIALIZABLE;
CREATE TABLE a AS SELECT current_setting('transaction_isolation') AS v;
COMMIT;
--- refused: .sql:1: transaction-nesting
--- case: transaction_commit_and_no_chain
BEGIN;
CREATE TABLE a (x int);
COMMIT AND NO CHAIN;
--- case: transaction_error_inside
BEGIN;
CREATE TABLE a (x int);
SELECT nothing;
COMMIT;
--- fails: 42703 line 3
--- case: transaction_round_nothing
BEGIN;
COMMIT;
--- case: transaction_with_settings_in_front
SET client_min_messages = warning;
BEGIN;
CREATE TABLE a (x int);
COMMIT;
--- refused: .sql:2: transaction-nesting
--- case: transaction_two_pairs
BEGIN;
CREATE TABLE a (x int);
COMMIT;
BEGIN;
CREATE TABLE b (x int);
SELECT nothing;
COMMIT;
--- refused: .sql:3: transaction-nesting
--- case: transaction_statement_after_commit
BEGIN;
CREATE TABLE a (x int);
COMMIT;
CREATE TABLE b (x int);
--- refused: .sql:3: transaction-nesting
--- case: transaction_begin_without_commit
BEGIN;
CREATE TABLE a (x int);
--- refused: .sql:1: transaction-nesting
--- case: transaction_commit_without_begin
CREATE TABLE a (x int);
COMMIT;
--- refused: .sql:2: transaction-nesting
--- case: transaction_commit_in_the_middle
CREATE TABLE a (x int);
COMMIT;
CREATE TABLE b (x int);
--- refused: .sql:2: transaction-nesting
--- case: transaction_rollback_at_the_end
BEGIN;
CREATE TABLE a (x int);
ROLLBACK;
--- refused: .sql:3: transaction-nesting
--- case: transaction_rollback_alone
CREATE TABLE a (x int);
ROLLBACK;
--- refused: .sql:2: transaction-nesting
--- case: transaction_abort
CREATE TABLE a (x int);
ABORT;
--- refused: .sql:2: transaction-nesting
--- case: transaction_commit_and_chain
BEGIN;
CREATE TABLE a (x int);
COMMIT AND CHAIN;
CREATE TABLE b (x int);
COMMIT;
--- refused: .sql:3: transaction-nesting
--- case: transaction_begin_twice
BEGIN;
BEGIN;
CREATE TABLE a (x int);
COMMIT;
--- refused: .sql:2: transaction-nesting
--- case: transaction_prepared
BEGIN;
CREATE TABLE a (x int);
PREPARE TRANSACTION 'oracle';
--- refused: .sql:3: transaction-nesting
--- case: transaction_commit_prepared
COMMIT PREPARED 'nothing';
--- refused: .sql:1: transaction-nesting
--- case: transaction_with_comments_round_it
/* now */ BEGIN /* really */ ; -- go
CREATE TABLE a (x int);
/* and */ COMMIT -- done
--- case: transaction_savepoints
CREATE TABLE a (x int);
SAVEPOINT one;
INSERT INTO a VALUES (1);
ROLLBACK TO SAVEPOINT one;
INSERT INTO a VALUES (2);
SAVEPOINT two;
ROLLBACK TO two;
RELEASE SAVEPOINT two;
RELEASE one;
INSERT INTO a VALUES (3);
--- case: transaction_savepoint_with_settings
SAVEPOINT s;
SET search_path = pg_catalog;
SET ROLE oracle_reader;
ROLLBACK TRANSACTION TO s;
CREATE TABLE a AS SELECT current_user::text AS who, current_schema()::text AS schema;
--- case: transaction_savepoint_named_like_ours
SAVEPOINT pgjdbc_autosave;
CREATE TABLE a (x int);
RELEASE SAVEPOINT pgjdbc_autosave;
--- case: transaction_savepoint_unknown
CREATE TABLE a (x int);
ROLLBACK TO nowhere;
--- fails: 3B001 line 2
--- case: transaction_savepoint_after_error
CREATE TABLE a (x int);
SAVEPOINT s;
SELECT nothing;
ROLLBACK TO s;
CREATE TABLE b (x int);
--- fails: 42703 line 3
--- case: transaction_words_as_names
CREATE TABLE t ("begin" int, "commit" int, rollback int, savepoint int, abort int, start int);
INSERT INTO t (rollback, abort) VALUES (1, 2);
COMMENT ON TABLE t IS 'BEGIN; COMMIT;';
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN NULL; END';
--- case: transaction_in_strings_and_comments
-- BEGIN;
CREATE TABLE t (a text DEFAULT 'COMMIT;');
/* COMMIT;
   ROLLBACK; */
INSERT INTO t VALUES ($$BEGIN; COMMIT;$$);
-- COMMIT;
--- case: outside_index_concurrently
-- Migration: Index on notes
-- Description: built while others write
-- Date: 2026-11-25
-- Transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_note ON invite_codes (note);
--- case: outside_several_statements
-- Transaction: none
CREATE TABLE IF NOT EXISTS a (x int);
CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);
DROP INDEX CONCURRENTLY a_x;
VACUUM (ANALYZE) a;
REINDEX TABLE CONCURRENTLY a;
--- case: outside_enum_value_used
-- Transaction: none
CREATE TYPE mood AS ENUM ('sad');
ALTER TYPE mood ADD VALUE 'ok';
CREATE TABLE t (m mood DEFAULT 'ok');
--- case: outside_partition_detached
CREATE TABLE p (k int) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--- next file
-- Transaction: none
ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;
--- case: outside_procedure_that_commits
-- Transaction: none
CREATE TABLE log (n int);
CREATE PROCEDURE put() LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1 .. 3 LOOP INSERT INTO log VALUES (i); COMMIT; END LOOP; END; $$;
CALL put();
DO $$ BEGIN INSERT INTO log VALUES (4); COMMIT; INSERT INTO log VALUES (5); ROLLBACK; END $$;
--- case: outside_but_index_in_transaction
CREATE INDEX CONCURRENTLY idx_note ON invite_codes (note);
--- refused: Transaction: none
--- case: outside_but_vacuum_in_transaction
CREATE TABLE a (x int);
VACUUM a;
--- refused: Transaction: none
--- case: outside_but_reindex_in_transaction
REINDEX INDEX CONCURRENTLY invite_codes_pkey;
--- refused: Transaction: none
--- case: outside_but_detach_in_transaction
CREATE TABLE p (k int) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;
--- refused: Transaction: none
--- case: outside_but_alter_system_in_transaction
ALTER SYSTEM RESET work_mem;
--- refused: Transaction: none
--- case: outside_but_create_database_in_transaction
CREATE DATABASE oracle_never;
--- refused: Transaction: none
--- case: outside_but_drop_database_in_transaction
DROP DATABASE IF EXISTS oracle_never;
--- refused: Transaction: none
--- case: outside_but_tablespace_in_transaction
CREATE TABLESPACE oracle_never LOCATION '/no/such/folder';
--- refused: Transaction: none
--- case: outside_but_subscription_in_transaction
CREATE SUBSCRIPTION oracle_never CONNECTION 'host=127.0.0.1 port=1 dbname=x' PUBLICATION p;
--- refused: Transaction: none
--- case: outside_misspelt_value
-- Transaction: off
CREATE TABLE a (x int);
--- refused: Transaction
--- case: outside_misspelt_key
-- Transactional: none
CREATE TABLE a (x int);
--- refused: .sql:1: unknown-header
--- case: outside_error_in_the_middle
-- Transaction: none
CREATE TABLE stays (x int);
SELECT nothing;
CREATE TABLE never (x int);
--- fails: 42703 line 3
--- case: outside_in_capitals
-- TRANSACTION: NONE
CREATE INDEX CONCURRENTLY idx_note ON invite_codes (note);
--- case: outside_with_settings
-- Transaction: none
SET ROLE oracle_reader;
SET search_path = pg_catalog;
RESET ROLE;
CREATE TABLE public.t AS SELECT current_schema()::text AS schema;
--- next file
CREATE TABLE u AS SELECT current_schema()::text AS schema, current_user::text AS who;
--- case: outside_with_byte_order_mark (BOM, CRLF)
-- Transaction: none
CREATE INDEX CONCURRENTLY idx_note ON invite_codes (note);
DROP INDEX CONCURRENTLY idx_note;
CREATE TABLE t (a int);
