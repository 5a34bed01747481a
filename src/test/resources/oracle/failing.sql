--- case: error_syntax
CREATE TABLE a (x int);
CREATE TABEL b (x int);
--- fails: 42601 line 2
--- case: error_syntax_at_the_end
CREATE TABLE a (x int,
  y int,
);
--- fails: 42601 line 3
--- case: error_unknown_function
CREATE TABLE a (x int DEFAULT
  no_such_function());
--- fails: 42883 line 2
--- case: error_unknown_type
CREATE TABLE a (
  x nonsense
);
--- fails: 42704 line 2
--- case: error_unknown_column_in_index
CREATE TABLE a (x int);
CREATE INDEX ON a (y);
--- fails: 42703 line 2
--- case: error_datatype
CREATE TABLE a (x int);
INSERT INTO a VALUES
  ('not a number');
--- fails: 22P02 line 3
--- case: error_duplicate_column
CREATE TABLE a (x int, x text);
--- fails: 42701 line 1
--- case: error_ambiguous
SELECT code FROM invite_codes a,
  invite_codes b;
--- fails: 42702 line 1
--- case: error_privilege
SET ROLE oracle_reader;
DROP TABLE invite_codes;
--- fails: 42501 line 2
--- case: error_in_function_called
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN 1 / 0;
END $$;

SELECT
  f();
--- fails: 22012 line 6
--- case: error_in_sql_function_called
CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql AS 'SELECT 1 / n';
SELECT f(0);
--- fails: 22012 line 2
--- case: error_in_dynamic_sql
CREATE TABLE a (x int);
DO $$
BEGIN
  EXECUTE 'CREATE TABEL b (x int)';
END $$;
--- fails: 42601 line 2
--- case: error_raised_with_detail
DO $$ BEGIN
  RAISE unique_violation USING MESSAGE = 'already; there', DETAIL = 'row 5', HINT = 'remove it';
END $$;
--- fails: 23505 line 1
--- case: error_assertion
DO $$ BEGIN ASSERT (SELECT count(*) FROM invite_codes) > 0, 'no codes yet'; END $$;
--- fails: P0004 line 1
--- case: error_after_much_work
CREATE TABLE a AS SELECT n FROM generate_series(1, 10000) n;
CREATE INDEX ON a (n);
ALTER TABLE a ADD PRIMARY KEY (n);
DROP TABLE user_sync_data;
ALTER TABLE invite_codes DROP COLUMN note;
SELECT 1/0;
--- fails: 22012 line 6
--- case: error_column_referenced
ALTER TABLE invite_codes DROP CONSTRAINT invite_codes_pkey;
--- fails: 2BP01 line 1
--- case: error_permission_of_catalog
CREATE TABLE pg_catalog.mine (a int);
--- fails: 42501 line 1
--- case: error_reserved_word
CREATE TABLE user (id int);
--- fails: 42601 line 1
--- case: error_too_many_arguments
SELECT now(1);
--- fails: 42883 line 1
--- case: error_in_the_second_file
CREATE TABLE a (x int);
--- next file
CREATE TABLE b (x int);
CREATE TABLE a (x int);
--- fails: 42P07 line 2
--- case: error_query_canceled_by_itself
SELECT pg_cancel_backend(pg_backend_pid());
--- fails: 57014 line 1
--- case: error_deadlock_free_statement_after
CREATE TABLE a (x int);
INSERT INTO a SELECT x FROM a WHERE x = ANY ('{1,}');
--- fails: 22P02 line 2
--- case: error_mysql_dialect
CREATE TABLE a (x int AUTO_INCREMENT);
--- fails: 42601 line 1
--- case: error_backticks
CREATE TABLE `a` (x int);
--- fails: 42601 line 1
