--- case: dump_with_inserts
--
-- PostgreSQL database dump
--

-- Dumped from database version 16.10
-- Dumped by pg_dump version 16.10

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: film; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.film (
    id integer NOT NULL,
    title text DEFAULT 'no; title'::text
);


CREATE SEQUENCE public.film_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE public.film_id_seq OWNED BY public.film.id;
ALTER TABLE ONLY public.film ALTER COLUMN id SET DEFAULT nextval('public.film_id_seq'::regclass);

INSERT INTO public.film VALUES (1, 'One; flew');
INSERT INTO public.film VALUES (2, 'It''s');

SELECT pg_catalog.setval('public.film_id_seq', 2, true);

ALTER TABLE ONLY public.film
    ADD CONSTRAINT film_pkey PRIMARY KEY (id);

--
-- PostgreSQL database dump complete
--
--- next file
CREATE TABLE next_one (a int);
--- case: dump_with_functions
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;

CREATE TYPE public.mood AS ENUM (
    'sad',
    'ok'
);

CREATE FUNCTION public.added(a integer, b integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (added.a + added.b);
END;

CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
  NEW.note := $1;
  RETURN NEW;
END
$_$;

CREATE VIEW public.codes AS
 SELECT code
   FROM public.invite_codes;

CREATE TRIGGER touch BEFORE UPDATE ON public.invite_codes FOR EACH ROW EXECUTE FUNCTION public.touch();
--- case: dump_of_old_server
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SET search_path = public, pg_catalog;
CREATE TABLE film (title text);
INSERT INTO film VALUES ('c:\\films\\it\'s; one');
--- refused: standard_conforming_strings
--- case: dump_in_one_transaction
BEGIN;
SET LOCAL search_path TO public;
CREATE TABLE film (title text);
INSERT INTO film (title) VALUES
	('one;'),
	('two');
ALTER TABLE film DISABLE TRIGGER ALL;
ALTER TABLE film ENABLE TRIGGER ALL;
COMMIT;
--- case: dump_with_large_object
BEGIN;
SELECT pg_catalog.lo_create('555000');
SELECT pg_catalog.lo_open('555000', 131072);
SELECT pg_catalog.lowrite(0, '\x48656c6c6f');
SELECT pg_catalog.lo_close(0);
COMMIT;
--- case: dump_with_partitions
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.p (k integer NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE public.p1 (k integer NOT NULL);
ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES FROM (1) TO (10);
ALTER TABLE ONLY public.p ADD CONSTRAINT p_pkey PRIMARY KEY (k);
INSERT INTO public.p VALUES (5);
--- case: dump_with_copy
SET client_encoding = 'UTF8';
CREATE TABLE public.film (id integer, title text);

COPY public.film (id, title) FROM stdin;
1	One; flew
2	It's
\.

SELECT 1;
--- refused: COPY
--- case: dump_restricted
\restrict abcDEF123
SET client_encoding = 'UTF8';
CREATE TABLE public.film (id integer);
\unrestrict abcDEF123
--- refused: psql
--- case: dump_with_connect
CREATE TABLE a (x int);
\connect postgres
CREATE TABLE b (x int);
--- refused: psql
--- case: psql_include
CREATE TABLE a (x int);
\i other.sql
--- refused: psql
--- case: psql_echo_after_statement
CREATE TABLE a (x int); \echo done
--- refused: psql
--- case: psql_gexec
SELECT 'CREATE TABLE made (x int)' \gexec
--- refused: psql
--- case: psql_set_and_variable
\set size 10
CREATE TABLE a AS SELECT :size AS x;
--- refused: psql
--- case: psql_conditional
\if true
CREATE TABLE a (x int);
\endif
--- refused: psql
--- case: psql_copy
CREATE TABLE a (x int);
\copy a FROM 'file.csv' CSV
--- refused: psql
--- case: liquibase_formatted_two_changesets
--liquibase formatted sql
--changeset me:1
CREATE TABLE a (x int);
--changeset me:2
INSERT INTO a VALUES (1);
--- refused: changeset
--- case: liquibase_formatted_one_changeset
--liquibase formatted sql

--changeset me:1 runInTransaction:false
CREATE TABLE a (x int);
--- refused: iquibase
--- case: liquibase_formatted_with_blanks
--  Liquibase Formatted SQL
-- changeset me:1
CREATE TABLE a (x int);
--- refused: iquibase
