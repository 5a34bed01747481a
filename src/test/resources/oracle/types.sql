--- case: enum_create
CREATE TYPE mood AS ENUM ('sad', 'o;k', 'ha''ppy');
CREATE TABLE person (m mood DEFAULT 'o;k');
INSERT INTO person VALUES ('ha''ppy');
--- case: enum_alter
CREATE TYPE mood AS ENUM ('sad');
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok' AFTER 'sad';
ALTER TYPE mood ADD VALUE 'better' BEFORE 'ok';
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
ALTER TYPE mood RENAME TO feeling;
--- case: enum_new_value_used_in_its_transaction
CREATE TYPE early AS ENUM ('a');
CREATE TABLE t (e early DEFAULT 'a');
--- next file
ALTER TYPE early ADD VALUE 'c';
INSERT INTO t VALUES ('c');
--- fails: 55P04 line 2
--- case: enum_empty_and_drop
CREATE TYPE nothing AS ENUM ();
CREATE TYPE gone AS ENUM ('x');
DROP TYPE gone;
--- case: domain_checks
CREATE DOMAIN postal AS text COLLATE "C" NOT NULL DEFAULT '00000' CONSTRAINT digits CHECK (VALUE ~ '^\d{5}$' OR VALUE ~ '^\d{5}-\d{4}$');
ALTER DOMAIN postal ADD CONSTRAINT short CHECK (length(VALUE) < 20) NOT VALID;
ALTER DOMAIN postal VALIDATE CONSTRAINT short;
ALTER DOMAIN postal DROP NOT NULL;
CREATE TABLE mail (code postal);
INSERT INTO mail VALUES ('12345'), (DEFAULT);
--- case: domain_violated
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE t (a positive);

INSERT INTO t
VALUES (-1);
--- fails: 23514 line 4
--- case: composite_type
CREATE TYPE complex AS (r double precision, i double precision);
CREATE TABLE points (at complex, many complex[]);
INSERT INTO points VALUES (ROW(1, 2), ARRAY[(3, 4)::complex]);
UPDATE points SET at.r = (at).r + 1, many[1].i = 9;
ALTER TYPE complex ALTER ATTRIBUTE r SET DATA TYPE double precision, ADD ATTRIBUTE label text CASCADE;
ALTER TYPE complex RENAME ATTRIBUTE label TO caption CASCADE;
--- fails: 0A000 line 5
--- case: composite_type_altered
CREATE TYPE pair AS (a int, b int);
ALTER TYPE pair ADD ATTRIBUTE c text COLLATE "C", DROP ATTRIBUTE IF EXISTS b;
ALTER TYPE pair SET SCHEMA public;
--- case: range_type
CREATE FUNCTION minus(a float8, b float8) RETURNS float8 IMMUTABLE LANGUAGE sql RETURN a - b;
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = minus, multirange_type_name = floats);
CREATE TABLE r (a floatrange, b floats);
INSERT INTO r VALUES ('[1.5, 2.5)', '{[1, 2), [3, 4]}');
--- case: shell_type_and_base_type
CREATE TYPE box2;
CREATE FUNCTION box2_in(cstring) RETURNS box2 AS 'textin' LANGUAGE internal IMMUTABLE STRICT;
CREATE FUNCTION box2_out(box2) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE box2 (INPUT = box2_in, OUTPUT = box2_out, LIKE = text, CATEGORY = 'S');
--- case: arrays
CREATE TABLE a (one int[], two text[][], three int ARRAY[4]);
INSERT INTO a VALUES ('{1,2,3}', '{{"a;","b\"q"},{NULL,"NULL"}}', ARRAY[1, 2, 3, 4]);
UPDATE a SET one[2:3] = '{20,30}', three[:2] = ARRAY[9, 9];
CREATE TABLE slices AS SELECT one[1:2] AS lo, one[:] AS all_, two[1:1][2:2] AS mid, one[2:] AS hi, 3 = ANY (one) AS has FROM a;
--- case: array_slice_with_names
CREATE TABLE n (arr int[], lo int, hi int);
INSERT INTO n VALUES ('{1,2,3,4}', 2, 3);
CREATE TABLE cut AS SELECT arr[lo:hi] AS part, arr[lo :hi] AS same, arr[1: hi] AS third FROM n;
--- case: casts
CREATE TYPE kelvin AS (degrees numeric);
CREATE FUNCTION to_kelvin(numeric) RETURNS kelvin LANGUAGE sql IMMUTABLE AS $$ SELECT ROW($1)::kelvin $$;
CREATE CAST (numeric AS kelvin) WITH FUNCTION to_kelvin(numeric) AS ASSIGNMENT;
CREATE CAST (bigint AS kelvin) WITH INOUT;
COMMENT ON CAST (numeric AS kelvin) IS 'a cast';
DROP CAST IF EXISTS (bigint AS kelvin);
--- case: operators
CREATE FUNCTION approx(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs(a - b) < 0.01';
CREATE OPERATOR ~=~ (LEFTARG = float8, RIGHTARG = float8, FUNCTION = approx, COMMUTATOR = ~=~, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE RETURN a * 2;
CREATE OPERATOR @#@ (RIGHTARG = int, FUNCTION = twice);
CREATE TABLE r AS SELECT 1.001::float8 ~=~ 1.0::float8 AS near, @#@ 21 AS answer, 2 OPERATOR(pg_catalog.+) 3 AS five;
COMMENT ON OPERATOR ~=~ (float8, float8) IS 'near';
--- case: operator_with_question_mark
CREATE FUNCTION q(a int, b int) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN a > b;
CREATE OPERATOR ?! (LEFTARG = int, RIGHTARG = int, FUNCTION = q);
CREATE OPERATOR ?? (LEFTARG = int, RIGHTARG = int, FUNCTION = q);
CREATE TABLE r AS SELECT 2 ?! 1 AS a, 2 ?? 1 AS b;
--- case: operator_class
CREATE FUNCTION len_cmp(text, text) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT length($1) - length($2)';
CREATE FUNCTION len_lt(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS 'SELECT length($1) < length($2)';
CREATE OPERATOR #<# (LEFTARG = text, RIGHTARG = text, FUNCTION = len_lt);
CREATE OPERATOR FAMILY by_length USING btree;
CREATE OPERATOR CLASS length_ops FOR TYPE text USING btree FAMILY by_length AS OPERATOR 1 #<#, FUNCTION 1 len_cmp(text, text);
--- case: aggregates
CREATE AGGREGATE joined (text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE AGGREGATE old_style (BASETYPE = int4, SFUNC = int4pl, STYPE = int4, INITCOND = '0');
CREATE AGGREGATE hypo (VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE TABLE r AS SELECT joined(x ORDER BY x DESC) FILTER (WHERE x <> 'b') FROM (VALUES ('a'), ('b'), ('c;')) v (x);
--- case: collations
CREATE COLLATION german (provider = icu, locale = 'de-u-co-phonebk', deterministic = true);
CREATE COLLATION IF NOT EXISTS posix_copy FROM "C";
CREATE TABLE t (a text COLLATE "posix_copy", b text COLLATE "german");
ALTER COLLATION german RENAME TO deutsch;
--- case: conversion
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
--- case: text_search
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = pg_catalog.simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION mine (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION mine ALTER MAPPING FOR asciiword, word WITH plain, english_stem;
CREATE TABLE doc (body text, v tsvector GENERATED ALWAYS AS (to_tsvector('mine', body)) STORED);
INSERT INTO doc VALUES ('The quick; brown foxes');
CREATE TABLE hit AS SELECT count(*) FROM doc WHERE v @@ to_tsquery('mine', 'fox & !dog');
--- case: json_operators
CREATE TABLE j AS SELECT '{"a": 1, "b": [1, 2], "c": {"d": null}}'::jsonb AS v;
CREATE TABLE r AS SELECT v ? 'a' AS has_a, v ?| array['x', 'b'] AS any_, v ?& array['a', 'b'] AS all_, v @? '$.b[*] ? (@ > 1)' AS path,
  v #>> '{c,d}' AS deep, v - 'a' AS minus, v || '{"e": "?"}' AS plus, v @@ '$.a == 1' AS match FROM j;
CREATE INDEX j_has_a ON j ((v ? 'a'));
ALTER TABLE j ADD CONSTRAINT needs_a CHECK (v ? 'a' AND NOT v ?| '{z}');
--- case: json_path_with_question_marks
CREATE TABLE r AS SELECT jsonb_path_query_array('[1, 2, 3]', '$[*] ? (@ >= $min)', '{"min": 2}') AS q;
--- case: json_constructors
CREATE TABLE r AS SELECT JSON_OBJECT('a': 1, 'b' VALUE 2 ABSENT ON NULL RETURNING jsonb) AS o, JSON_ARRAY(1, 'x', NULL NULL ON NULL) AS a, '{}' IS JSON OBJECT AS is_;
--- case: xml_and_quotes
CREATE TABLE x (doc xml);
INSERT INTO x VALUES (XMLPARSE(CONTENT '<a href="x;y">it''s</a>')), (xmlelement(name b, 'c & d'));
--- case: geometric_operators
CREATE TABLE r AS SELECT point '(0,0)' <-> point '(3,4)' AS dist, lseg '[(0,0),(1,1)]' ?# lseg '[(0,1),(1,0)]' AS crosses,
  lseg '[(0,0),(1,0)]' ?- AS horizontal_ FROM (SELECT) x;
--- fails: 42601 line 2
--- case: geometric_question_marks
CREATE TABLE r AS SELECT ?- lseg '[(0,0),(1,0)]' AS horizontal, ?| lseg '[(0,0),(0,1)]' AS vertical, lseg '[(0,0),(1,1)]' ?# lseg '[(0,1),(1,0)]' AS crosses,
  line '[(0,0),(1,0)]' ?-| line '[(0,0),(0,1)]' AS square, line '[(0,0),(1,0)]' ?|| line '[(0,1),(1,1)]' AS parallel;
--- case: numbers
CREATE TABLE n AS SELECT 0x1F AS hex, 0o17 AS oct, 0b101 AS bin, 1_000_000 AS grouped, .5 AS half, 5. AS five, 1e-3 AS small, 1.5e+3 AS big, -0 AS zero;
--- case: number_trailing_junk
CREATE TABLE t (a int);
SELECT 123abc;
--- fails: 42601 line 2
--- case: intervals_and_dates
CREATE TABLE d AS SELECT interval '1-2' year to month AS a, INTERVAL '3 4:05:06' DAY TO SECOND(1) AS b, date '2026-02-28' + 1 AS c,
  timestamp '2026-01-01 10:00' AT TIME ZONE 'UTC' AS e, time '12:00' AS f;
