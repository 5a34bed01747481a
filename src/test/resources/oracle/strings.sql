--- case: string_standard
CREATE TABLE s AS SELECT 'it''s; a -- string /* not a comment */ $$ ? :name' AS a, '' AS b, '\' AS c, 'back\\slash\n' AS d;
--- case: string_escape
CREATE TABLE s AS SELECT E'it\'s; \\' AS a, e'\x41\102\u00e9\U0001F600' AS b, E'\\'';' AS c, E'a\
b' AS d;
--- case: string_escape_ends_with_backslashes
CREATE TABLE s AS SELECT E'\\' AS a, E'\\\\' AS b, E'\\\';' AS c;
INSERT INTO s VALUES (E'1\\', '2\', E'3;');
--- case: string_unicode
CREATE TABLE s AS SELECT U&'d\0061t\+000061; ''\\' AS a, u&'!0041' UESCAPE '!' AS b, U&"d\0061ta" FROM (SELECT 1 AS data) x;
--- case: name_unicode
CREATE TABLE U&"sl\043en" (U&"!0441" UESCAPE '!' int, "ünï;cödé" int, Grüße int, 表 int);
INSERT INTO "slоn" VALUES (1, 2, 3, 4);
--- case: name_letters
CREATE TABLE größe (früh int, _x1 int, "MixedCase" int, "with ""quotes"";" int);
INSERT INTO GRÖßE VALUES (1);
--- fails: 42P01 line 2
--- case: name_letters_folded
CREATE TABLE größe (früh int, _x1 int, "MixedCase" int, "with ""quotes"";" int);
INSERT INTO "größe" VALUES (1, 2, 3, 4);
--- case: name_of_63_bytes
CREATE TABLE a23456789_123456789_123456789_123456789_123456789_123456789_123456789 (x int);
--- case: string_continuation
CREATE TABLE s AS SELECT 'one;'
  ' two;'

	' three' AS a, E'\'\n'
  'two\\;' AS b, 'x' -- comment; between
  'y' AS c;
--- case: string_continuation_needs_a_line
CREATE TABLE s AS SELECT 'one' 'two';
--- fails: 42601 line 1
--- case: string_bits_and_national
CREATE TABLE s AS SELECT B'1010' AS a, b'' AS b, X'1F;'::text AS c;
--- fails: 22P02 line 1
--- case: string_bits
CREATE TABLE s AS SELECT B'1010' AS a, b'1' '0' AS b, x'1f' AS c, N'nat;ional' AS d;
--- fails: 42601 line 1
--- case: string_bits_good
CREATE TABLE s AS SELECT B'1010' AS a, x'1f' AS c, N'nat;ional' AS d, n'a''b' AS e;
--- case: string_dollar_quotes
CREATE TABLE s AS SELECT $$it's; "here"$$ AS a, $x$ $$ ; $y$ $x$ AS b, $$$$ AS c, $_$$_$ AS d, $a1$;$a1$ AS e;
--- case: string_dollar_looks_like_parameter
PREPARE p(int, text) AS SELECT $1 + 1, $2 || '$1;';
EXECUTE p(1, 'x');
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
DEALLOCATE p;
--- case: string_with_line_ends
CREATE TABLE s AS SELECT 'first
;
-- third
/* fourth' AS a;
--- case: string_with_control_characters
CREATE TABLE s AS SELECT 'tabs	inside	' AS a, 'verticalbarpagebell' AS b, 'no-break here' AS c, 'zero​width' AS d;
--- case: string_with_emoji
CREATE TABLE "🐘" ("naïve" text DEFAULT '🐘; 👩‍👩‍👧');
INSERT INTO "🐘" VALUES ('𝔘𝔫𝔦𝔠𝔬𝔡𝔢'), (DEFAULT);
COMMENT ON TABLE "🐘" IS '日本語; العربية';
--- case: string_with_question_marks
CREATE TABLE s AS SELECT '?' AS a, 'why? who?; ' || '??' AS "c?", $$?$$ AS d -- why?
  /* who ? */;
--- case: string_with_braces
CREATE TABLE s AS SELECT '{fn now()}' AS a, '{d ''2026-01-01''}' AS b, '{ts' AS c, '{call x}' AS d, '{?= call y}' AS e, '{1,2}'::int[] AS f;
--- case: string_with_placeholders
CREATE TABLE s AS SELECT '${user.home}' AS a, '${' AS b, '#{x}' AS c, '%s %d' AS d, '@{y}' AS e, '{{z}}' AS f, '\${q}' AS g;
--- case: string_with_psql_variable_text
CREATE TABLE s AS SELECT ':name' AS a, $$:'x'$$ AS b, '1'::text AS c, ':"DBNAME"' AS d, now()::date > '2000-01-01' :: date AS e;
--- case: string_with_liquibase_words
CREATE TABLE s (a text);
INSERT INTO s VALUES ('--changeset x:1'), ('--liquibase formatted sql'), ('
--changeset me:2
--rollback DROP TABLE s;
GO
/
');
--- case: string_with_go_and_slash
CREATE TABLE s (go int, a int);
INSERT INTO s VALUES (10, 2);
CREATE TABLE r AS SELECT
go
/
a AS quotient
FROM s;
--- case: string_very_long_line
CREATE TABLE s AS SELECT repeat('x', 100000) AS a;
CREATE TABLE r AS SELECT md5(a) AS h, length(a) FROM s;
DROP TABLE s;
--- case: string_quote_unclosed
CREATE TABLE t (a int);
INSERT INTO t VALUES ('never closed);
SELECT 1;
--- refused: .sql:2: syntax-error
--- case: string_dollar_unclosed
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $x$ SELECT 1; $X$;
--- refused: .sql:2: syntax-error
--- case: name_unclosed
CREATE TABLE t (a int);
CREATE TABLE "u (a int);
--- refused: .sql:2: syntax-error
--- case: comment_unclosed
CREATE TABLE t (a int);
/* one /* two */
CREATE TABLE u (a int);
--- refused: .sql:2: syntax-error
--- case: string_invalid_unicode_escape
CREATE TABLE t (a text);
INSERT INTO t VALUES (U&'\00zz');
--- fails: 42601 line 2
--- case: string_invalid_byte_escape
CREATE TABLE t (a text);
INSERT INTO t VALUES (E'\xff');
--- fails: 22021 line 2
--- case: operators_next_to_comments
CREATE TABLE r AS SELECT 1+--one
2 AS a, 3*/* two */4 AS b, 10/2 AS c, 5 - -1 AS d, 5--six
+1 AS e, @ -5 AS f, ~1 AS g, 2^3 AS h, |/25 AS i, 7%4 AS j, 1<>2 AS k, 1!=2 AS l, 'a'||'b;' AS m;
--- case: operator_starting_a_comment
CREATE TABLE r AS SELECT 2 */*; nested /* ; */ */3 AS a, 4-/**/-1 AS b;
--- case: semicolons_everywhere
;;CREATE TABLE a (x int);; ;
;
/* only; a comment */;
-- a line; comment
CREATE TABLE b (x int);;
--- case: semicolon_missing_at_the_end
CREATE TABLE a (x int);
CREATE TABLE b (x int)
--- case: statements_on_one_line
CREATE TABLE a (x int);INSERT INTO a VALUES(1);INSERT INTO a VALUES(2);CREATE TABLE b AS SELECT * FROM a
--- case: parenthesis_open_before_semicolon
CREATE TABLE a (x int;
CREATE TABLE b (y int);
--- refused: .sql:1: syntax-error
--- case: parenthesis_closed_too_often
CREATE TABLE a (x int));
CREATE TABLE b (y int);
--- refused: .sql:1: syntax-error
--- case: brackets_open
CREATE TABLE a (x int[);
--- fails: 42601 line 1
--- case: positional_parameter_outside
CREATE TABLE t (a int);
SELECT $1;
--- fails: 42P02 line 2
