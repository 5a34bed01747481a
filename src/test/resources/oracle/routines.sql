--- case: function_sql_quoted_body
CREATE FUNCTION add(int, int) RETURNS int AS 'SELECT $1 + $2;' LANGUAGE sql;
CREATE FUNCTION quoted() RETURNS text AS 'SELECT ''it''''s; fine''' LANGUAGE SQL;
CREATE TABLE r AS SELECT add(1, 2), quoted();
--- case: function_escape_string_body
CREATE FUNCTION esc() RETURNS text AS E'SELECT \'a;b\\\\c\' || \'\n\'' LANGUAGE sql;
CREATE TABLE r AS SELECT esc();
--- case: function_dollar_body
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$;
CREATE FUNCTION tagged() RETURNS text LANGUAGE sql AS $body$ SELECT $$inner; 'text'$$ || '$body' $body$;
CREATE TABLE r AS SELECT one(), tagged();
--- case: function_nested_dollars
CREATE FUNCTION outermost() RETURNS text LANGUAGE plpgsql AS $a$
BEGIN
  EXECUTE $b$ CREATE FUNCTION innermost() RETURNS text LANGUAGE plpgsql AS $c$ BEGIN RETURN $$deep; $$ || '$a'; END $c$ $b$;
  RETURN innermost();
END;
$a$;
CREATE TABLE r AS SELECT outermost();
--- case: function_dollar_tag_letters
CREATE FUNCTION tag() RETURNS text LANGUAGE sql AS $Tag_1é$ SELECT 'a; $tag_1é$ b' $Tag_1é$;
--- case: function_dollar_after_name
CREATE TABLE a$b$ (c$ int, d$$ int);
INSERT INTO a$b$ (c$, d$$) VALUES (1, 2);
CREATE TABLE r AS SELECT c$+d$$ AS sum FROM a$b$;
--- case: function_dollar_after_number
CREATE TABLE r AS SELECT 1 AS a, $$x;y$$ AS b, 2+length($q$;$q$) AS c;
--- case: function_return_expression
CREATE FUNCTION double_of(n int) RETURNS int LANGUAGE sql IMMUTABLE RETURN n * 2;
CREATE FUNCTION choose(n int) RETURNS text LANGUAGE sql RETURN CASE WHEN n > 0 THEN 'plus; ' ELSE 'minus' END;
--- case: function_begin_atomic
CREATE TABLE log (line text);
CREATE FUNCTION note(text) RETURNS void LANGUAGE sql BEGIN ATOMIC
  INSERT INTO log VALUES ($1);
  INSERT INTO log VALUES (CASE WHEN $1 = '' THEN 'empty; text' ELSE $1 END);
END;
SELECT note('a');
--- case: function_begin_atomic_empty
CREATE FUNCTION nothing() RETURNS void LANGUAGE sql BEGIN ATOMIC END;
CREATE PROCEDURE nothing_either() LANGUAGE sql BEGIN ATOMIC END;
--- case: function_begin_atomic_names
CREATE TABLE t ("end" int, "begin" int, "case" int);
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql
begin atomic
  select "end" from t;
  select t."case" as "end" from t where t."begin" is null; -- END;
  select case when 1 = 1 then case 2 when 3 then 4 end else 5 end; /* END; */
end;
CREATE TABLE after_it AS SELECT * FROM f();
--- case: function_begin_atomic_in_parentheses
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
  WITH x AS (SELECT CASE WHEN true THEN 1 END AS a), y AS (SELECT a FROM x)
  SELECT (SELECT CASE a WHEN 1 THEN 2 END FROM y);
END;
COMMENT ON FUNCTION f() IS 'END;';
--- case: function_or_replace_begin_atomic
CREATE OR REPLACE FUNCTION f() RETURNS int STABLE LANGUAGE sql BEGIN ATOMIC SELECT 1; END;
CREATE OR REPLACE FUNCTION f() RETURNS int STABLE LANGUAGE sql BEGIN ATOMIC SELECT 2; SELECT 3; END;
--- case: function_named_begin_and_atomic
CREATE FUNCTION atomic(begin_ int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE begin (atomic int);
INSERT INTO begin (atomic) VALUES (1);
CREATE TABLE r AS SELECT atomic FROM begin;
--- case: function_plpgsql
CREATE FUNCTION fib(n int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  a int := 0; b int := 1;
BEGIN
  FOR i IN 1 .. n LOOP
    SELECT b, a + b INTO a, b;
  END LOOP;
  RETURN a;
EXCEPTION WHEN numeric_value_out_of_range THEN
  RAISE WARNING 'too big: %', n;
  RETURN NULL;
END
$$;
CREATE TABLE r AS SELECT fib(10);
--- case: function_plpgsql_quoted_body
CREATE FUNCTION old_style() RETURNS text AS '
BEGIN
  -- don''t end; here
  RETURN ''a;'' || E''\\n'';
END;
' LANGUAGE 'plpgsql';
--- case: function_parameters
CREATE FUNCTION many(IN a int, OUT b int, INOUT c text DEFAULT 'x;') LANGUAGE sql AS 'SELECT a, c';
CREATE FUNCTION tab(n int) RETURNS TABLE (x int, y text) ROWS 5 COST 2 LANGUAGE sql AS 'SELECT 1, ''a''';
CREATE TABLE r AS SELECT * FROM many(c => 'y', a := 3);
--- case: function_attributes
CREATE FUNCTION f() RETURNS int LANGUAGE sql IMMUTABLE LEAKPROOF STRICT SECURITY DEFINER PARALLEL SAFE COST 3 SET search_path = pg_catalog, "$user" SET work_mem TO '1MB' AS 'SELECT 1';
ALTER FUNCTION f() RESET work_mem;
ALTER FUNCTION f() SET datestyle FROM CURRENT;
ALTER FUNCTION f RENAME TO g;
--- case: function_depends_on_extension
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f() DEPENDS ON EXTENSION plpgsql;
DROP FUNCTION IF EXISTS f(), missing(int) CASCADE;
--- case: function_internal_and_c
CREATE FUNCTION plus(int, int) RETURNS int LANGUAGE internal STRICT AS 'int4pl';
CREATE TABLE r AS SELECT plus(2, 3);
--- case: function_body_error
CREATE FUNCTION ok() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION broken() RETURNS int
LANGUAGE sql
AS $$
  SELECT no_column
  FROM invite_codes
$$;
--- fails: 42703 line 5
--- case: function_plpgsql_syntax_error
CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETRUN 1;
END $$;
--- fails: 42601 line 3
--- case: function_redefined_other_result
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''1''';
--- fails: 42P13 line 2
--- case: procedure_and_call
CREATE TABLE log (n int);
CREATE PROCEDURE put(n int) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (n); END; $$;
CALL put(1);
CALL put(n => 2);
DROP PROCEDURE put;
--- case: procedure_begin_atomic
CREATE TABLE log (n int);
CREATE PROCEDURE put(a int, b int) LANGUAGE SQL
BEGIN ATOMIC
  INSERT INTO log VALUES (a);
  INSERT INTO log VALUES (b);
END;
CALL put(1, 2);
--- case: procedure_that_commits
CREATE TABLE log (n int);
CREATE PROCEDURE put() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (1); COMMIT; END; $$;
CALL put();
--- fails: 2D000 line 3
--- case: do_block
DO $$ BEGIN CREATE TABLE made_by_do (a int); EXECUTE 'INSERT INTO made_by_do VALUES (1); INSERT INTO made_by_do VALUES (2)'; END $$;
DO LANGUAGE plpgsql 'BEGIN PERFORM 1; END';
DO $do$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['x', 'y'] LOOP
    EXECUTE format($f$CREATE TABLE %I (v text DEFAULT %L)$f$, 'made_' || name, 'it''s; ' || name);
  END LOOP;
END
$do$ LANGUAGE plpgsql;
--- case: do_block_raises
CREATE TABLE before_it (a int);
DO $$
BEGIN
  RAISE EXCEPTION 'not on a %', 'Monday' USING ERRCODE = 'LK001', HINT = 'wait';
END
$$;
--- fails: LK001 line 2
--- case: do_block_that_commits
DO $$ BEGIN CREATE TABLE half (a int); COMMIT; END $$;
--- fails: 2D000 line 1
--- case: do_block_catches
DO $$
BEGIN
  BEGIN
    CREATE TABLE invite_codes (a int);
  EXCEPTION WHEN duplicate_table THEN
    RAISE NOTICE 'exists; fine';
  END;
  CREATE TABLE IF NOT EXISTS after_it (a int);
END $$;
--- case: notices_of_every_level
DO $$ BEGIN RAISE DEBUG 'd'; RAISE LOG 'l'; RAISE INFO 'i'; RAISE NOTICE 'n'; RAISE WARNING 'w%', ';'; END $$;
CREATE TABLE t (a int);
--- case: trigger_row
CREATE TABLE t (a int, changed int DEFAULT 0);
CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := OLD.changed + 1; RETURN NEW; END $$;
CREATE TRIGGER bump BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION bump();
INSERT INTO t VALUES (1);
UPDATE t SET a = 2;
COMMENT ON TRIGGER bump ON t IS 'counts; changes';
--- case: trigger_statement_with_transition_tables
CREATE TABLE t (a int);
CREATE TABLE total (n bigint);
CREATE FUNCTION tally() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO total SELECT count(*) FROM fresh; RETURN NULL; END $$;
CREATE TRIGGER tally AFTER INSERT ON t REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tally();
INSERT INTO t SELECT generate_series(1, 4);
--- case: trigger_constraint_deferred
CREATE TABLE t (a int);
CREATE FUNCTION deny() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'denied at the end'; END $$;
CREATE CONSTRAINT TRIGGER deny AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deny();
ALTER TABLE t DISABLE TRIGGER deny;
INSERT INTO t VALUES (1);
ALTER TABLE t ENABLE ALWAYS TRIGGER deny;
--- case: trigger_fails_at_commit
CREATE TABLE t (a int);
CREATE FUNCTION deny() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'denied at the end'; END $$;
CREATE CONSTRAINT TRIGGER deny AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deny();
INSERT INTO t VALUES (1);
CREATE TABLE after_it (a int);
--- fails: P0001 at commit
--- case: foreign_key_fails_at_commit
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
INSERT INTO b VALUES (1);
--- fails: 23503 at commit
--- case: foreign_key_mended_before_commit
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
INSERT INTO b VALUES (1);
INSERT INTO a VALUES (1);
SET CONSTRAINTS ALL IMMEDIATE;
--- case: trigger_instead_of
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (NEW.a * 10); RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER put INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE PROCEDURE put('argument;', 1);
INSERT INTO v VALUES (4);
--- case: rules
CREATE TABLE t (a int);
CREATE TABLE log (a int);
CREATE RULE twice AS ON INSERT TO t WHERE NEW.a > 0 DO ALSO (INSERT INTO log VALUES (NEW.a); INSERT INTO log VALUES (NEW.a + 1));
CREATE RULE never AS ON DELETE TO t DO INSTEAD NOTHING;
INSERT INTO t VALUES (5);
DELETE FROM t;
COMMENT ON RULE never ON t IS 'keeps; all';
ALTER RULE never ON t RENAME TO keep;
--- case: rule_with_quotes
CREATE TABLE t (a text);
CREATE TABLE log (a text);
CREATE RULE note AS ON UPDATE TO t DO ALSO (INSERT INTO log VALUES ('a;b)'); NOTIFY changed, 'x;y');
INSERT INTO t VALUES ('1');
UPDATE t SET a = '2';
--- case: view_kinds
CREATE VIEW plain AS SELECT 1 AS one;
CREATE OR REPLACE VIEW plain AS SELECT 1 AS one, ';' AS two;
CREATE VIEW barrier WITH (security_barrier = true, security_invoker) AS SELECT code FROM invite_codes WHERE used_by IS NULL WITH CASCADED CHECK OPTION;
CREATE RECURSIVE VIEW counted (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < 5;
CREATE TEMP VIEW gone AS SELECT 2;
ALTER VIEW plain ALTER COLUMN one SET DEFAULT 5;
ALTER VIEW plain RENAME COLUMN two TO semicolon;
--- case: view_check_option_violated
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT * FROM t WHERE a > 0 WITH LOCAL CHECK OPTION;
INSERT INTO v VALUES (1);
INSERT INTO v VALUES (-1);
--- fails: 44000 line 4
--- case: materialized_view
CREATE TABLE t (a int);
CREATE MATERIALIZED VIEW m AS SELECT sum(a) AS total FROM t WITH NO DATA;
INSERT INTO t VALUES (1), (2);
REFRESH MATERIALIZED VIEW m;
CREATE UNIQUE INDEX ON m (total);
REFRESH MATERIALIZED VIEW CONCURRENTLY m;
ALTER MATERIALIZED VIEW m RENAME TO totals;
--- case: materialized_view_not_filled
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA;
SELECT * FROM m;
--- fails: 55000 line 2
--- case: window_and_grouping
CREATE TABLE s AS SELECT n % 3 AS g, n FROM generate_series(1, 9) n;
CREATE TABLE r AS SELECT g, n, sum(n) OVER w AS run, rank() OVER (PARTITION BY g ORDER BY n DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS k FROM s WINDOW w AS (PARTITION BY g ORDER BY n);
CREATE TABLE c AS SELECT g, count(*), grouping(g) FROM s GROUP BY ROLLUP (g) ORDER BY g;
--- case: function_begin_atomic_is_the_end (no newline)
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END
--- case: function_begin_atomic_then_more_on_the_line
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END; CREATE TABLE a (x int DEFAULT f()); CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO a DEFAULT VALUES; END; CALL p();
--- case: function_with_arguments_named_like_blocks
CREATE FUNCTION f("begin" int, "end" int) RETURNS TABLE ("case" int) LANGUAGE sql BEGIN ATOMIC SELECT "begin" + "end"; SELECT f."end" - f."begin"; END;
CREATE TABLE r AS SELECT "case" FROM f(1, 3);
