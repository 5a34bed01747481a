--- case: grants
CREATE TABLE t (a int, b text);
CREATE SEQUENCE q;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA s;
GRANT SELECT, INSERT (a), UPDATE (a, b) ON t TO oracle_reader, oracle_owner WITH GRANT OPTION;
GRANT ALL PRIVILEGES ON SEQUENCE q TO PUBLIC;
GRANT USAGE, CREATE ON SCHEMA s TO oracle_owner GRANTED BY CURRENT_USER;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO oracle_reader;
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
REVOKE GRANT OPTION FOR SELECT ON t FROM oracle_reader CASCADE;
GRANT SET ON PARAMETER work_mem TO oracle_reader;
REVOKE ALL ON PARAMETER work_mem FROM oracle_reader;
--- case: grant_to_nobody
GRANT SELECT ON invite_codes TO oracle_missing;
--- fails: 42704 line 1
--- case: default_privileges
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO oracle_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE oracle_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE t (a int);
--- case: owners
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE SCHEMA s AUTHORIZATION oracle_owner;
ALTER TABLE t OWNER TO oracle_owner;
ALTER VIEW v OWNER TO oracle_owner;
REASSIGN OWNED BY oracle_owner TO CURRENT_USER;
DROP OWNED BY oracle_owner;
--- case: row_security
CREATE TABLE account (manager text, company text);
ALTER TABLE account ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON account AS PERMISSIVE FOR ALL TO PUBLIC USING (manager = current_user) WITH CHECK (manager = current_user AND company <> ';');
CREATE POLICY narrow ON account AS RESTRICTIVE FOR SELECT TO oracle_reader USING (company = 'x');
ALTER POLICY narrow ON account RENAME TO narrower;
COMMENT ON POLICY own ON account IS 'one''s own; rows';
INSERT INTO account VALUES ('somebody', 'acme');
--- case: row_security_denies
CREATE TABLE account (manager text);
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON account USING (manager = current_user);
GRANT ALL ON account TO oracle_reader;
SET LOCAL ROLE oracle_reader;
INSERT INTO account VALUES ('oracle_reader');
INSERT INTO account VALUES ('somebody else');
--- fails: 42501 line 7
--- case: roles_made_if_missing
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'oracle_owner') THEN
    CREATE ROLE oracle_owner NOLOGIN;
  END IF;
END $$;
GRANT oracle_owner TO oracle_reader WITH INHERIT FALSE;
REVOKE oracle_owner FROM oracle_reader;
ALTER ROLE oracle_reader SET datestyle = 'ISO';
ALTER ROLE oracle_reader RESET ALL;
--- case: role_exists
CREATE TABLE t (a int);
CREATE ROLE oracle_owner;
--- fails: 42710 line 2
--- case: security_definer_function
CREATE FUNCTION whoami() RETURNS text SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog AS 'SELECT current_user::text';
ALTER FUNCTION whoami() OWNER TO oracle_owner;
REVOKE ALL ON FUNCTION whoami() FROM PUBLIC;
CREATE TABLE r AS SELECT whoami();
--- case: security_label
CREATE TABLE t (a int);
SECURITY LABEL ON TABLE t IS 'secret';
--- fails: 22023 line 2
