--- case: insert_forms
CREATE TABLE t (a int DEFAULT 7, b text);
INSERT INTO t DEFAULT VALUES;
INSERT INTO t (b) VALUES ('x;'), (NULL);
INSERT INTO t TABLE t;
INSERT INTO t AS alias (a, b) SELECT a + 1, b FROM t WHERE b IS NOT NULL RETURNING alias.a, *;
--- case: insert_on_conflict
CREATE TABLE t (k int PRIMARY KEY, n int DEFAULT 0, b text);
CREATE UNIQUE INDEX t_b ON t (lower(b)) WHERE b <> '';
INSERT INTO t VALUES (1, 1, 'A'), (2, 2, '');
INSERT INTO t VALUES (1, 5, 'z') ON CONFLICT (k) DO UPDATE SET n = t.n + EXCLUDED.n WHERE t.n < 100;
INSERT INTO t VALUES (3, 5, 'a') ON CONFLICT (lower(b)) WHERE b <> '' DO NOTHING;
INSERT INTO t VALUES (2) ON CONFLICT ON CONSTRAINT t_pkey DO UPDATE SET (n, b) = (DEFAULT, 'd');
--- case: insert_duplicate
CREATE TABLE t (k int PRIMARY KEY);
INSERT INTO t VALUES (1);
INSERT INTO t VALUES (1);
--- fails: 23505 line 3
--- case: insert_null
CREATE TABLE t (k int NOT NULL);
INSERT INTO t
SELECT NULL;
--- fails: 23502 line 2
--- case: insert_too_long
CREATE TABLE t (v varchar(3));
INSERT INTO t VALUES ('four');
--- fails: 22001 line 2
--- case: insert_thousand_rows
CREATE TABLE t (id int PRIMARY KEY, v text);
INSERT INTO t SELECT n, 'row; ' || n FROM generate_series(1, 1000) n;
DELETE FROM t WHERE id % 10 <> 0;
--- case: update_forms
CREATE TABLE t (a int, b int, c int[]);
INSERT INTO t VALUES (1, 2, '{1,2}'), (3, 4, '{3}');
UPDATE t SET (a, b) = (SELECT b, a FROM t x WHERE x.a = t.a), c[1] = 9 WHERE a = 1;
UPDATE t AS u SET b = other.b FROM t other WHERE u.a <> other.a AND u.a = 3 RETURNING u.*;
DELETE FROM t USING (VALUES (3)) d (a) WHERE t.a = d.a;
--- case: update_by_zero
CREATE TABLE t AS SELECT 0 AS a;
UPDATE t SET a = 1 / a;
--- fails: 22012 line 2
--- case: cte_with_changes
CREATE TABLE t AS SELECT n FROM generate_series(1, 5) n;
CREATE TABLE gone (n int);
WITH deleted AS (DELETE FROM t WHERE n > 3 RETURNING n), put AS (INSERT INTO gone SELECT n FROM deleted RETURNING *)
UPDATE t SET n = n + (SELECT count(*) FROM put);
WITH RECURSIVE c (n) AS (VALUES (1) UNION SELECT n + 1 FROM c WHERE n < 4) SEARCH DEPTH FIRST BY n SET ord CYCLE n SET looped USING path
INSERT INTO gone SELECT n FROM c;
WITH m AS MATERIALIZED (SELECT 1), n AS NOT MATERIALIZED (SELECT 2) SELECT * FROM m, n;
--- case: merge
CREATE TABLE stock (item text PRIMARY KEY, n int);
INSERT INTO stock VALUES ('a', 1), ('b', 2), ('c', 0);
MERGE INTO stock s USING (VALUES ('a', 5), ('b', -2), ('d;', 1), ('e', 0)) AS v (item, n) ON s.item = v.item
  WHEN MATCHED AND s.n + v.n <= 0 THEN DELETE
  WHEN MATCHED THEN UPDATE SET n = s.n + v.n
  WHEN NOT MATCHED AND v.n > 0 THEN INSERT (item, n) VALUES (v.item, v.n)
  WHEN NOT MATCHED THEN DO NOTHING;
--- case: select_forms
CREATE TABLE r AS
  (SELECT 1 AS a UNION SELECT 2 EXCEPT SELECT 1) INTERSECT ALL (VALUES (2), (3)) ORDER BY a FETCH FIRST 1 ROWS WITH TIES;
SELECT DISTINCT ON (a) a FROM r ORDER BY a FOR UPDATE;
--- fails: 0A000 line 3
--- case: select_results_are_thrown_away
SELECT 1; SELECT generate_series(1, 1000); TABLE invite_codes; VALUES (1), (2);
SELECT FROM invite_codes;
EXPLAIN (ANALYZE, TIMING off) SELECT 1;
SHOW search_path;
CREATE TABLE t (a int);
--- case: lateral_and_functions
CREATE TABLE r AS SELECT a, b, o FROM generate_series(1, 2) a, LATERAL unnest(ARRAY['x', ';']) WITH ORDINALITY AS u (b, o);
CREATE TABLE q AS SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(5, 7)) AS z (a, b);
CREATE TABLE p AS SELECT * FROM json_to_recordset('[{"a":1,"b":"x"}]') AS x (a int, b text);
CREATE TABLE s AS SELECT n FROM generate_series(1, 100) n;
SELECT count(*) FROM s TABLESAMPLE SYSTEM (100) REPEATABLE (1);
--- case: expressions
CREATE TABLE r AS SELECT CASE 1 WHEN 1 THEN 'a;' ELSE 'b' END AS a, COALESCE(NULL, 'c') AS b, NULLIF(1, 1) AS c, GREATEST(1, 2) AS d,
  (1, 2) < (1, 3) AS e, 1 IS DISTINCT FROM NULL AS f, 2 BETWEEN SYMMETRIC 3 AND 1 AS g, 'abc' SIMILAR TO '%(b|d)%' AS h, 'a_c' LIKE 'a\_c' AS i,
  'a%' LIKE 'a!%' ESCAPE '!' AS j, EXTRACT(year FROM date '2026-01-01') AS k, SUBSTRING('abc' FROM 2 FOR 1) AS l, TRIM(BOTH 'x' FROM 'xax') AS m,
  POSITION('b' IN 'ab') AS n, OVERLAY('abc' PLACING 'X' FROM 2) AS o, CAST('1' AS int) AS p, 'x' ~* 'X' AS q, NOT EXISTS (SELECT WHERE false) AS r;
--- case: copy_from_program
CREATE TABLE t (a int, b text);
COPY t (a, b) FROM PROGRAM 'echo "1,one;"; echo "2,two"' WITH (FORMAT csv);
--- case: copy_to_and_from_file
CREATE TABLE t AS SELECT n, 'it''s; ' || n AS v FROM generate_series(1, 3) n;
COPY (SELECT * FROM t ORDER BY n) TO PROGRAM 'cat > /dev/null';
COPY t FROM PROGRAM 'printf ''4\tfour\n5\t\\N\n''';
--- case: copy_from_missing_file
CREATE TABLE t (a int);
COPY t FROM '/no/such/file';
--- fails: 58P01 line 2
--- case: copy_from_stdin
CREATE TABLE t (a int, b text);
COPY t (a, b) FROM stdin;
1	one
2	two;
\.
INSERT INTO t VALUES (3, 'three');
--- refused: COPY
--- case: copy_from_stdin_lower_case_csv
create table t (a int);
copy public.t from STDIN with (format csv, header);
a
1
\.
--- refused: COPY
--- case: copy_to_stdout
CREATE TABLE t (a int);
COPY t TO STDOUT;
--- refused: COPY
--- case: copy_query_to_stdout
COPY (SELECT 1 AS "from stdin") TO STDOUT WITH CSV;
--- refused: COPY
--- case: large_objects
SELECT lo_create(424242);
SELECT lo_put(424242, 0, '\x0102');
SELECT lo_from_bytea(424243, 'text; here'::bytea);
COMMENT ON LARGE OBJECT 424242 IS 'a; large object';
ALTER LARGE OBJECT 424243 OWNER TO oracle_owner;
SELECT lo_unlink(424243);
--- case: cursors
CREATE TABLE t AS SELECT n FROM generate_series(1, 5) n;
DECLARE c SCROLL CURSOR FOR SELECT n FROM t ORDER BY n FOR UPDATE;
--- fails: 0A000 line 2
--- case: cursor_moves
CREATE TABLE t AS SELECT n FROM generate_series(1, 5) n;
DECLARE c CURSOR FOR SELECT n FROM t FOR UPDATE;
FETCH NEXT FROM c;
MOVE FORWARD 1 IN c;
UPDATE t SET n = 20 WHERE CURRENT OF c;
FETCH ALL FROM c;
CLOSE c;
DECLARE left_open CURSOR WITH HOLD FOR SELECT 1;
--- case: prepared_statements
CREATE TABLE t (a int, b text);
PREPARE put (int, text) AS INSERT INTO t VALUES ($1, $2);
EXECUTE put(1, 'one;');
EXECUTE put(2, NULL);
DEALLOCATE put;
PREPARE left_over AS SELECT 1;
--- case: listen_and_notify
LISTEN news;
NOTIFY news, 'it''s; here';
SELECT pg_notify('news', 'x');
UNLISTEN *;
CREATE TABLE t (a int);
--- case: big_result
CREATE TABLE t (a int);
SELECT repeat('x', 1000) FROM generate_series(1, 2000);
--- case: many_statements
DO $$ BEGIN NULL; END $$;
CREATE TABLE t (a int);
INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); INSERT INTO t VALUES (3); INSERT INTO t VALUES (4);
INSERT INTO t VALUES (5); INSERT INTO t VALUES (6); INSERT INTO t VALUES (7); INSERT INTO t VALUES (8);
INSERT INTO t VALUES (9); INSERT INTO t VALUES (10); INSERT INTO t VALUES (11); INSERT INTO t VALUES (12);
DELETE FROM t WHERE a = 1; DELETE FROM t WHERE a = 2; DELETE FROM t WHERE a = 3; DELETE FROM t WHERE a = 4;
ALTER TABLE t ADD b int; SELECT * FROM t; ALTER TABLE t ADD c int; SELECT * FROM t; ALTER TABLE t DROP b; SELECT * FROM t;
SELECT * FROM t; SELECT * FROM t; SELECT * FROM t; ALTER TABLE t ALTER a TYPE text; SELECT * FROM t; SELECT * FROM t;
--- case: psql_variable
CREATE TABLE t AS SELECT 1 AS a;
CREATE TABLE u AS SELECT :'ENCODING' AS a;
--- refused: psql
--- case: psql_variable_that_is_unset
CREATE TABLE t AS SELECT 1 AS a;
SELECT :nothing;
--- refused: .sql:2: psql-only
--- case: copy_as_a_name
CREATE TABLE copy (stdin int, stdout text DEFAULT 'COPY x FROM stdin;');
INSERT INTO copy (stdin) VALUES (1);
COMMENT ON TABLE copy IS 'COPY copy FROM stdin';
COPY (SELECT stdin, stdout FROM copy) TO PROGRAM 'cat > /dev/null';
--- case: names_of_the_driver
PREPARE "S_1" AS SELECT 1;
EXECUTE "S_1";
DECLARE "C_2" CURSOR FOR SELECT 1;
FETCH ALL FROM "C_2";
PREPARE "S_2" (int) AS SELECT $1;
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
--- case: call_with_output
CREATE PROCEDURE both_ways(IN a int, OUT b int, INOUT c text) LANGUAGE plpgsql AS $$ BEGIN b := a * 2; c := c || ';'; END $$;
CALL both_ways(1, NULL, 'x');
CREATE TABLE t (a int);
--- case: named_arguments_and_colons
CREATE FUNCTION f(a int, b int DEFAULT 5) RETURNS int LANGUAGE sql RETURN a + b;
CREATE TABLE n AS SELECT 1 AS x, ARRAY[1, 2, 3] AS arr, 2 AS y;
CREATE TABLE r AS SELECT f(a:=x) AS one, f(b:=y,a:=x) AS two, arr[:y] AS low, arr[x:] AS high, arr[x::int:y] AS mid, '12:30'::time AS at, ':x' AS ":x" FROM n;
--- case: statement_of_a_megabyte
CREATE TABLE t AS SELECT length(repeat('0123456789', 100000)) AS n;
DO $$ BEGIN EXECUTE 'INSERT INTO t SELECT length(''' || repeat('y', 1000000) || ''')'; END $$;
