package dev.logikids.database.migration.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.script.MigrationFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LintTest {

    private static final String HEADER = """
            -- Migration: Add a table
            -- Description: For this test
            -- Date: 2026-11-22
            """;
    private static final String NONE = "-- Transaction: none\n";
    private static final String OLDER = "-- lint:ignore breaks-older-version: another row is about that\n";

    /** Rule, SQL that breaks only this rule, SQL that does not. */
    static Stream<Arguments> rules() {
        return Stream.of(
                arguments("prefer-robust-stmts", "CREATE TABLE t (id INT)", "CREATE TABLE IF NOT EXISTS t (id INT)"),
                arguments("prefer-robust-stmts", "CREATE VIEW v AS SELECT 1", "CREATE OR REPLACE VIEW v AS SELECT 1"),
                arguments("prefer-robust-stmts", "CREATE UNLOGGED TABLE t (id INT)", "CREATE TEMP TABLE t (id INT)"),
                arguments(
                        "prefer-robust-stmts",
                        "CREATE TYPE mood AS ENUM ('ok')",
                        "DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('ok')"),
                arguments(
                        "prefer-robust-stmts",
                        "CREATE DOMAIN d AS INT",
                        "DO $$ BEGIN CREATE DOMAIN d AS INT; EXCEPTION WHEN duplicate_object THEN NULL; END $$"),
                arguments(
                        "prefer-robust-stmts",
                        "CREATE MATERIALIZED VIEW m AS SELECT 1",
                        "CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1; CREATE INDEX IF NOT EXISTS i ON m (x)"),
                arguments(
                        "prefer-robust-stmts",
                        "CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t EXECUTE FUNCTION f()",
                        "CREATE OR REPLACE TRIGGER c AFTER INSERT ON t EXECUTE FUNCTION f()"),
                arguments(
                        "prefer-robust-stmts",
                        "CREATE TABLE IF NOT EXISTS t (id INT); CREATE INDEX ON t (id)",
                        "CREATE TABLE IF NOT EXISTS t (id INT); CREATE INDEX IF NOT EXISTS i ON t (id)"),
                arguments("prefer-robust-stmts", "DROP ROLE r", "DROP ROLE IF EXISTS r"),
                arguments("prefer-robust-stmts", "DROP POLICY p ON t", "DROP POLICY IF EXISTS p ON t"),
                arguments(
                        "prefer-robust-stmts",
                        "ALTER TABLE t ADD COLUMN c INT",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT, ADD IF NOT EXISTS d INT"),
                arguments(
                        "prefer-robust-stmts",
                        "ALTER TABLE t DROP CONSTRAINT c",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS c"),
                arguments(
                        "prefer-robust-stmts",
                        OLDER + "ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0) NOT VALID",
                        OLDER
                                + "ALTER TABLE t DROP CONSTRAINT IF EXISTS c; ALTER TABLE t ADD CONSTRAINT c CHECK (x"
                                + " > 0) NOT VALID"),
                arguments(
                        "prefer-robust-stmts",
                        "ALTER TYPE mood ADD VALUE 'good'",
                        "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'good'"),
                arguments("prefer-robust-stmts", "ALTER INDEX a RENAME TO b", "ALTER INDEX a SET (fillfactor = 70)"),
                arguments(
                        "prefer-robust-stmts",
                        "ALTER TABLE t RENAME CONSTRAINT a TO b",
                        "ALTER TABLE t VALIDATE CONSTRAINT b"),
                arguments(
                        "prefer-robust-stmts",
                        "INSERT INTO t VALUES (1)",
                        "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING; INSERT INTO t SELECT 1 WHERE NOT EXISTS"
                                + " (SELECT 1)"),
                arguments(
                        "adding-required-field",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT NOT NULL",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT NOT NULL DEFAULT 0"),
                arguments(
                        "adding-required-field",
                        "ALTER TABLE ONLY public.t ADD COLUMN IF NOT EXISTS \"check\" INT NOT NULL",
                        "CREATE TABLE IF NOT EXISTS t (id INT); ALTER TABLE public.t ADD COLUMN IF NOT EXISTS c INT"
                                + " NOT NULL"),
                arguments(
                        "adding-field-with-default",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c UUID DEFAULT gen_random_uuid()",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c TIMESTAMPTZ DEFAULT now(),"
                                + " ADD COLUMN IF NOT EXISTS d TEXT DEFAULT 'x'::varchar(3)"),
                arguments(
                        "adding-field-with-default",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT GENERATED ALWAYS AS (a + 1) STORED",
                        "ALTER TABLE t ALTER COLUMN c SET DEFAULT gen_random_uuid()"),
                arguments(
                        "adding-not-nullable-field",
                        "ALTER TABLE t ALTER COLUMN c SET NOT NULL",
                        "CREATE TABLE IF NOT EXISTS t (c INT); ALTER TABLE t ALTER COLUMN c SET NOT NULL"),
                arguments(
                        "adding-foreign-key-constraint",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT DEFAULT 1 REFERENCES u (id)",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT"),
                arguments(
                        "adding-foreign-key-constraint",
                        OLDER
                                + "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k FOREIGN"
                                + " KEY (c) REFERENCES u (id)",
                        OLDER
                                + "ALTER TABLE t DROP CONSTRAINT IF EXISTS k, ADD CONSTRAINT k FOREIGN KEY (c)"
                                + " REFERENCES u (id) NOT VALID"),
                arguments(
                        "constraint-missing-not-valid",
                        OLDER
                                + "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k CHECK (c"
                                + " > 0)",
                        OLDER
                                + "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k CHECK (c"
                                + " > 0) NOT VALID"),
                arguments(
                        "disallowed-unique-constraint",
                        OLDER + "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k UNIQUE (c)",
                        OLDER
                                + "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k UNIQUE"
                                + " USING INDEX i"),
                arguments(
                        "changing-column-type",
                        "ALTER TABLE t ALTER c TYPE BIGINT",
                        "CREATE TABLE IF NOT EXISTS t (c INT); ALTER TABLE t ALTER COLUMN c SET DATA TYPE BIGINT"),
                arguments(
                        "ban-drop-table",
                        "CREATE TABLE IF NOT EXISTS a (id INT); DROP TABLE IF EXISTS a",
                        "CREATE TEMP TABLE a (id INT); INSERT INTO a VALUES (1); DROP TABLE IF EXISTS a"),
                arguments(
                        "ban-drop-column",
                        "ALTER TABLE t DROP IF EXISTS c",
                        "ALTER TABLE t ALTER COLUMN c SET DEFAULT 1"),
                arguments("ban-truncate-cascade", "TRUNCATE t CASCADE", "TRUNCATE t RESTART IDENTITY"),
                arguments(
                        "require-concurrent-index-creation",
                        "CREATE INDEX IF NOT EXISTS i ON t (c)",
                        "CREATE TABLE IF NOT EXISTS t (c INT); CREATE INDEX IF NOT EXISTS i ON public.t (c)"),
                arguments(
                        "ban-concurrent-index-creation-in-transaction",
                        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c)",
                        NONE + "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c)"),
                arguments(
                        "ban-concurrent-index-creation-in-transaction",
                        "DROP INDEX CONCURRENTLY IF EXISTS i",
                        NONE + "DROP INDEX CONCURRENTLY IF EXISTS i"),
                arguments("not-in-transaction", "VACUUM (ANALYZE) t", NONE + "VACUUM (ANALYZE) t"),
                arguments("not-in-transaction", "ALTER SYSTEM SET work_mem = '8MB'", "SET work_mem = '8MB'"),
                arguments("not-in-transaction", "CREATE DATABASE d", NONE + "CREATE DATABASE d"),
                arguments(
                        "not-in-transaction",
                        "REINDEX (VERBOSE) INDEX CONCURRENTLY i",
                        NONE + "REINDEX (VERBOSE) INDEX CONCURRENTLY i"),
                arguments(
                        "not-in-transaction",
                        "REINDEX (CONCURRENTLY) TABLE t",
                        NONE + "REINDEX (CONCURRENTLY) TABLE t"),
                arguments("not-in-transaction", "DISCARD ALL", "DISCARD PLANS"),
                arguments("not-in-transaction", "DROP DATABASE IF EXISTS d", NONE + "DROP DATABASE IF EXISTS d"),
                arguments(
                        "not-in-transaction",
                        "CREATE TABLESPACE s LOCATION '/x'",
                        NONE + "CREATE TABLESPACE s LOCATION '/x'"),
                arguments(
                        "not-in-transaction",
                        "ALTER DATABASE d SET TABLESPACE s",
                        "ALTER DATABASE d SET search_path = public"),
                arguments(
                        "not-in-transaction",
                        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
                        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)"),
                arguments(
                        "not-in-transaction",
                        "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
                        "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)"),
                arguments(
                        "not-in-transaction",
                        "DROP SUBSCRIPTION IF EXISTS s",
                        "ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION IF EXISTS s"),
                arguments(
                        "not-in-transaction",
                        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
                        "ALTER TABLE t DETACH PARTITION p FINALIZE"),
                arguments(
                        "one-statement-outside-transaction",
                        NONE + "UPDATE t SET c = c + 1 WHERE c > 0; SELECT 1",
                        NONE + "UPDATE t SET c = c + 1 WHERE c > 0"),
                arguments("transaction-nesting", "BEGIN; SELECT 1", "BEGIN; SELECT 1; COMMIT;"),
                arguments("transaction-nesting", "SELECT 1; COMMIT", "BEGIN WORK; SELECT 1; COMMIT WORK -- end\n"),
                arguments("transaction-nesting", "SELECT 1; BEGIN", "START TRANSACTION; SELECT 1; END TRANSACTION"),
                arguments("transaction-nesting", "BEGIN; COMMIT; SELECT 1", "BEGIN; COMMIT AND NO CHAIN"),
                arguments("transaction-nesting", "BEGIN; COMMIT AND CHAIN; COMMIT", "BEGIN TRANSACTION; END"),
                arguments("transaction-nesting", "BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT 'BEGIN'"),
                arguments("transaction-nesting", "START TRANSACTION READ ONLY", "DO $$ BEGIN NULL; END $$"),
                arguments("transaction-nesting", "ROLLBACK", "SAVEPOINT s; ROLLBACK TO s; RELEASE s"),
                arguments("transaction-nesting", "ABORT", "SAVEPOINT s; ROLLBACK WORK TO SAVEPOINT s"),
                arguments("transaction-nesting", "ROLLBACK PREPARED 'x'", "PREPARE p AS SELECT 1"),
                arguments("transaction-nesting", "COMMIT PREPARED 'x'", "COMMENT ON TABLE t IS 'COMMIT'"),
                arguments("transaction-nesting", "PREPARE TRANSACTION 'x'", "PREPARE transaction AS SELECT 1"),
                arguments("transaction-nesting", "SET TRANSACTION READ ONLY", "SET search_path = public"),
                arguments("transaction-nesting", "SET LOCAL TRANSACTION READ WRITE", "SET LOCAL work_mem = '8MB'"),
                arguments(
                        "transaction-nesting",
                        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                        "SET SESSION work_mem = '8MB'"),
                arguments("transaction-nesting", "SET transaction_read_only = on", "SHOW transaction_read_only"),
                arguments("transaction-nesting", NONE + "BEGIN", NONE + "SELECT 1"),
                arguments("transaction-nesting", NONE + "SAVEPOINT s", NONE + "SELECT 's'"),
                arguments("session-setting", "SET client_encoding = 'LATIN1'", "SET client_encoding = 'UTF-8'"),
                arguments("session-setting", "SET NAMES latin1", "SET NAMES 'utf8'"),
                arguments("session-setting", "SET datestyle = 'SQL, DMY'", "SET datestyle = 'ISO, DMY'"),
                arguments("session-setting", "SET LOCAL DateStyle TO DMY, German", "SET DateStyle TO DMY, ISO"),
                arguments(
                        "session-setting",
                        "SELECT set_config('DateStyle', 'Postgres', true)",
                        "SET DateStyle = DEFAULT"),
                arguments(
                        "session-setting",
                        "SELECT set_config('client_encoding', 'win1252', false)",
                        "SELECT pg_catalog.set_config('search_path', '', false)"),
                arguments(
                        "session-setting",
                        "SET standard_conforming_strings = off",
                        "SET standard_conforming_strings TO on"),
                arguments(
                        "session-setting",
                        "ALTER DATABASE d SET standard_conforming_strings = off",
                        "ALTER DATABASE d SET search_path TO app, public"),
                arguments(
                        "session-setting",
                        "SET default_transaction_read_only = on",
                        "SET default_transaction_read_only = off"),
                arguments(
                        "require-concurrent-index-deletion",
                        "DROP INDEX IF EXISTS i",
                        NONE + "DROP INDEX CONCURRENTLY IF EXISTS i"),
                arguments(
                        "require-concurrent-partition-detach",
                        "ALTER TABLE t DETACH PARTITION p",
                        NONE + "ALTER TABLE t DETACH PARTITION p CONCURRENTLY"),
                arguments("require-concurrent-reindex", "REINDEX TABLE t", NONE + "REINDEX TABLE CONCURRENTLY t"),
                arguments("require-concurrent-reindex", "REINDEX INDEX i", NONE + "REINDEX INDEX CONCURRENTLY i"),
                arguments(
                        "require-concurrent-refresh",
                        "REFRESH MATERIALIZED VIEW m",
                        "REFRESH MATERIALIZED VIEW CONCURRENTLY m"),
                arguments(
                        "ban-alter-domain-with-add-constraint",
                        "ALTER DOMAIN d DROP CONSTRAINT IF EXISTS c; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)",
                        "ALTER DOMAIN d SET DEFAULT 1"),
                arguments("ban-cluster", "CLUSTER t USING i", "SELECT 'cluster'"),
                arguments("ban-lock-table", "LOCK t IN SHARE MODE", "CREATE TEMP TABLE t (c INT); LOCK TABLE t"),
                arguments(
                        "update-without-where",
                        "UPDATE ONLY t SET c = (SELECT 1 WHERE true)",
                        "UPDATE t SET c = 1 WHERE c > 0"),
                arguments(
                        "update-without-where",
                        "WITH x AS (SELECT 1 WHERE true) UPDATE t SET c = 1",
                        "CREATE TABLE IF NOT EXISTS t (c INT); UPDATE t SET c = 1"),
                arguments("delete-without-where", "DELETE FROM t", "DELETE FROM t WHERE c IN (SELECT 1)"),
                arguments(
                        "delete-without-where",
                        "WITH x AS (DELETE FROM t RETURNING c) SELECT c FROM x WHERE c > 0",
                        "WITH x AS (DELETE FROM t WHERE c > 1 RETURNING c) SELECT c FROM x"),
                arguments(
                        "ban-drop-not-null",
                        "ALTER TABLE t ALTER COLUMN c DROP NOT NULL",
                        "CREATE TABLE IF NOT EXISTS t (c INT NOT NULL); ALTER TABLE t ALTER COLUMN c DROP NOT NULL"),
                arguments(
                        "breaks-older-version",
                        "ALTER TABLE t ALTER COLUMN c DROP DEFAULT",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT DEFAULT 1; ALTER TABLE t ALTER COLUMN c DROP"
                                + " DEFAULT"),
                arguments(
                        "breaks-older-version",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k, ADD CONSTRAINT k CHECK (c IS NOT NULL) NOT VALID",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT, DROP CONSTRAINT IF EXISTS k,"
                                + " ADD CONSTRAINT k CHECK (c > 0 AND c < 9) NOT VALID"),
                arguments(
                        "breaks-older-version",
                        NONE + "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c)",
                        "CREATE TABLE IF NOT EXISTS t (c INT); CREATE UNIQUE INDEX IF NOT EXISTS i ON t USING btree"
                                + " (c)"),
                arguments(
                        "breaks-older-version",
                        "DROP FUNCTION IF EXISTS f(INT)",
                        "DROP FUNCTION IF EXISTS f(INT); CREATE FUNCTION f(INT) RETURNS INT LANGUAGE sql AS 'SELECT"
                                + " $1'"),
                arguments(
                        "breaks-older-version",
                        "DROP VIEW IF EXISTS v",
                        "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 1"),
                arguments(
                        "breaks-older-version",
                        "DROP TRIGGER IF EXISTS x ON t",
                        "DROP TRIGGER IF EXISTS x ON t;"
                                + " CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"),
                arguments(
                        "breaks-older-version",
                        "ALTER TABLE IF EXISTS t SET SCHEMA s",
                        "ALTER TABLE IF EXISTS t SET (fillfactor = 70)"),
                arguments(
                        "breaks-older-version",
                        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                        "CREATE TABLE IF NOT EXISTS t (c INT); ALTER TABLE t ENABLE ROW LEVEL SECURITY"),
                arguments(
                        "prefer-timestamptz",
                        "CREATE TABLE IF NOT EXISTS t (c TIMESTAMP(3) WITHOUT TIME ZONE)",
                        "CREATE TABLE IF NOT EXISTS t (timestamp BIGINT, c TIMESTAMP WITH TIME ZONE, d TIMESTAMPTZ)"),
                arguments(
                        "prefer-timestamptz",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c TIMESTAMP",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c TIMESTAMP (3) WITH TIME ZONE"),
                arguments(
                        "ban-char-field",
                        "CREATE TABLE IF NOT EXISTS t (c CHAR(3))",
                        "CREATE TABLE IF NOT EXISTS t (\"char\" TEXT, c CHARACTER VARYING(3), d NATIONAL CHARACTER"
                                + " VARYING(3))"),
                arguments("psql-only", "\\connect other", "SELECT E'\\\\'"),
                arguments("psql-only", "\\restrict abc'def\nSELECT 1;\n", "SELECT E'\\\\', $$\\restrict$$"),
                arguments("psql-only", "SELECT 1 \\gexec", "SELECT 1 -- \\gexec"),
                arguments("psql-only", "SELECT :'name'", "SELECT 'a'::text, (ARRAY[1])[1:1]"),
                arguments("psql-only", "SELECT * FROM :table", "SELECT a[low:high], b[1:\"High\"] FROM t"),
                arguments("psql-only", "SELECT :\"name\"", "SELECT JSON_OBJECT('a':'b', 'c':d)"),
                arguments("psql-only", "SELECT :{?name}", "SELECT f(a := b, c =>d)"),
                arguments("psql-only", "COPY t FROM STDIN", "COPY t FROM '/file'"),
                arguments(
                        "psql-only",
                        "COPY t (a) FROM stdin WITH (FORMAT csv);\nit's; (\n\\.\nSELECT 1",
                        "COPY t TO '/file'"),
                arguments("psql-only", "COPY (SELECT 1) TO STDOUT", "COPY t FROM PROGRAM 'STDIN'"),
                arguments("syntax-error", "SELECT 'open", "SELECT 'closed'"),
                arguments("syntax-error", "SELECT (1", "(SELECT 1)"),
                arguments("syntax-error", "SELECT 1)", "VALUES (1)"),
                arguments("syntax-error", "CRAETE TABLE t (id INT)", "TABLE t"),
                arguments("syntax-error", "\u200BSELECT 1", "SELECT '\u200B'"),
                arguments("empty-file", "-- SELECT 1;", "-- lint:ignore empty-file: retired"),
                arguments("other-format", "--liquibase formatted sql\nSELECT 1", "-- see liquibase\nSELECT 1"),
                arguments(
                        "other-format", "SELECT 1; -- LiquiBase  Formatted SQL", "SELECT '-- liquibase formatted sql'"),
                arguments("other-format", "-- +goose Up\nSELECT 1", "-- goose\nSELECT 1"),
                arguments("other-format", "-- +migrate Down\nSELECT 1", "-- migrate down\nSELECT 1"),
                arguments("other-format", "\n-- migrate:up\nSELECT 1", "-- migration\nSELECT 1"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rules")
    void findsWhatBreaksTheRule(String rule, String bad, String good) {
        assertThat(rulesIn(bad)).containsExactly(rule);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("rules")
    void staysSilentOnWhatDoesNot(String rule, String bad, String good) {
        assertThat(rulesIn(good)).isEmpty();
    }

    @Test
    void everyRuleIsInTheTable() {
        Set<String> elsewhere = Set.of(
                "file-name",
                "duplicate-number",
                "number-order",
                "encoding",
                "blank-file",
                "unfinished-file",
                "unknown-header",
                "header",
                "renaming-table",
                "renaming-column",
                "ignore-without-reason",
                "unused-ignore",
                "unknown-rule");

        Set<String> tested = rules().map(row -> (String) row.get()[0]).collect(Collectors.toSet());

        assertThat(Arrays.stream(LintRule.values()).map(LintRule::id))
                .allMatch(rule -> tested.contains(rule) != elsewhere.contains(rule));
    }

    @Test
    void findsRenamesWhichAreNotRepeatableEither() {
        assertThat(rulesIn("ALTER TABLE t RENAME TO u")).containsExactly("prefer-robust-stmts", "renaming-table");
        assertThat(rulesIn("ALTER TABLE t RENAME a TO b")).containsExactly("prefer-robust-stmts", "renaming-column");
    }

    @Test
    void givesTheLineOfTheActionAndOfTheColumn() {
        String sql = HEADER
                + "\n"
                + "CREATE TABLE IF NOT EXISTS t (\n"
                + "  a INT,\n"
                + "  b CHAR(2)\n"
                + ");\n"
                + "ALTER TABLE u\n"
                + "  DROP COLUMN IF EXISTS c;";

        assertThat(Lint.check(List.of(new MigrationFile("006_a.sql", sql))))
                .extracting(LintFinding::line, LintFinding::rule)
                .containsExactly(tuple(7, "ban-char-field"), tuple(10, "ban-drop-column"));
    }

    @Test
    void doesNotTakeATableOfAnEarlierFileForNew() {
        String create = HEADER + "CREATE TABLE IF NOT EXISTS t (id INT);";

        assertThat(Lint.check(List.of(
                        new MigrationFile("006_a.sql", create),
                        new MigrationFile("007_b.sql", create + "CREATE INDEX IF NOT EXISTS i ON t (id)"))))
                .extracting(LintFinding::file, LintFinding::rule)
                .containsExactly(tuple("007_b.sql", "require-concurrent-index-creation"));
    }

    @ParameterizedTest
    @MethodSource
    void refusesFileNames(String name) {
        assertThat(Lint.check(List.of(new MigrationFile(name, HEADER + "SELECT 1"))))
                .extracting(LintFinding::rule)
                .containsExactly("file-name");
    }

    static Stream<String> refusesFileNames() {
        return Stream.of(
                "6_a.sql", "006.sql", "006_A.sql", "006-a.sql", "a_006.sql", "99999999999_a.sql", "006_a b.sql");
    }

    @Test
    void refusesTwoFilesWithOneNumberButNotGaps() {
        String sql = HEADER + "SELECT 1";

        assertThat(Lint.check(List.of(
                        new MigrationFile("006_a.sql", sql),
                        new MigrationFile("006_b.sql", sql),
                        new MigrationFile("009_c.sql", sql))))
                .extracting(LintFinding::file, LintFinding::rule)
                .containsExactly(tuple("006_a.sql", "duplicate-number"), tuple("006_b.sql", "duplicate-number"));
        assertThat(Lint.check(List.of(new MigrationFile("0006_a.sql", sql), new MigrationFile("006_b.sql", sql))))
                .extracting(LintFinding::rule)
                .containsOnly("duplicate-number");
    }

    @Test
    void refusesNumbersThatAreNotInAlphabeticalOrder() {
        String sql = HEADER + "SELECT 1";

        assertThat(Lint.check(List.of(
                        new MigrationFile("098_a.sql", sql),
                        new MigrationFile("1000_b.sql", sql),
                        new MigrationFile("999_c.sql", sql))))
                .extracting(LintFinding::file, LintFinding::rule)
                .containsExactly(tuple("1000_b.sql", "number-order"));
    }

    @ParameterizedTest
    @MethodSource
    void refusesHeaders(String header) {
        assertThat(Lint.check(List.of(new MigrationFile("006_a.sql", header + "\nSELECT 1"))))
                .extracting(LintFinding::rule)
                .containsOnly("header");
    }

    static Stream<String> refusesHeaders() {
        return Stream.of(
                "",
                HEADER.replace("Add a table", ""),
                HEADER.replace("-- Description: For this test\n", ""),
                HEADER.replace("2026-11-22", "2026-02-30"),
                HEADER.replace("2026-11-22", "22.11.2026"),
                "SELECT 0;\n" + HEADER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- Transaction: off",
                "-- Transaction: false",
                "-- Transaction: no",
                "-- Transaction: none -- for CONCURRENTLY",
                "-- Transaction:",
                "-- Transactions: none",
                "-- Transacton: none",
                "-- Trasnaction: none",
                "-- Transaktion: none",
                "-- Transactional: false",
                "-- No-Transaction: true",
                "-- runInTransaction:false",
                "-- Transaction = none",
                "-- Transaction\uFF1A none",
                "-- Transaction none",
                "-- no transaction",
                "-- disable_ddl_transaction!",
                "-- @Transaction: none",
                "--\u00A0Transaction: none",
                "-- Trans\u200Baction: none",
                "-- \u0422ransaction: none",
                "-- Transaction: none\u2028",
                "/* Transaction: none */",
                "/*\n * Transaction: none\n */",
                "\n\n-- prose\n-- Transactoin: none",
                "-- Autor: somebody",
                "-- Descripton: once more",
                "-- Isolation: serializable",
            })
    void refusesWhatIsNearlyAHeader(String line) {
        assertThat(rulesIn(line + "\nSELECT 1")).containsExactly("unknown-header");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- Transaction: none",
                "-- transaction: none",
                "-- TRANSACTION: NONE",
                "-- Transaction : none ",
                "--Transaction:none",
                "/* licence */\n-- Transaction: none",
                "\n-- after a blank line\n-- Transaction: none",
            })
    void takesTheTransactionHeader(String line) {
        String sql = HEADER + line + "\nVACUUM";

        assertThat(Lint.check(List.of(new MigrationFile("006_a.sql", sql)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- Note: this is prose",
                "-- TODO: this too",
                "-- see https://example.org/a:b",
                "-- Author: somebody",
                "-- it takes two steps: first this",
                "\n-- Anything: goes after a blank line",
                "\n-- Translation: a word that is nearly another",
            })
    void takesProseForProse(String line) {
        assertThat(rulesIn(line + "\nSELECT 1")).isEmpty();
    }

    @Test
    void refusesATransactionHeaderBehindTheFirstStatement() {
        assertThat(rulesIn("SELECT 1;\n-- Transaction: none\nSELECT 2")).containsExactly("unknown-header");
    }

    @Test
    void refusesAFileAsTheCommandNewWroteIt() {
        assertThat(Lint.check(List.of(new MigrationFile(
                        "006_a.sql", HEADER.replace("For this test", Lint.DESCRIPTION_PLACEHOLDER) + "SELECT 1"))))
                .extracting(LintFinding::rule)
                .containsExactly("unfinished-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t\r\n", "\uFEFF"})
    void refusesABlankFile(String sql) {
        assertThat(Lint.check(List.of(new MigrationFile("006_a.sql", sql))))
                .extracting(LintFinding::rule)
                .containsExactly("blank-file");
    }

    @Test
    void saysWhereAFileIsNotUtf8AndNothingElseOfIt() {
        byte[] content = (HEADER + "SELECT 'x\u00E9'").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(Lint.check(List.of(MigrationFile.of("006_a.sql", content))))
                .extracting(LintFinding::toString)
                .containsExactly("006_a.sql:4: encoding: byte 0xE9 at offset " + (HEADER.length() + 9)
                        + " is not UTF-8; save the file as UTF-8");
    }

    @Test
    void listsTheRefusalsOfPendingFilesOnly() {
        List<MigrationFile> files = List.of(
                new MigrationFile("006_a.sql", "ROLLBACK"),
                new MigrationFile("006_b.sql", "VACUUM; DROP TABLE t;"),
                new MigrationFile("sub/x.sql", "SELECT 1"));

        assertThat(Lint.refusals(files, List.of("006_b.sql", "sub/x.sql")))
                .extracting(LintFinding::file, LintFinding::rule)
                .containsExactly(
                        tuple("006_b.sql", "duplicate-number"),
                        tuple("006_b.sql", "not-in-transaction"),
                        tuple("sub/x.sql", "file-name"));
    }

    @Test
    void noCommentSilencesARefusal() {
        assertThat(rulesIn("-- lint:ignore transaction-nesting: on purpose\nROLLBACK"))
                .containsExactly("unknown-rule", "transaction-nesting");
    }

    @Test
    void ignoresARuleForTheNextStatement() {
        String sql = "-- lint:ignore ban-drop-table: nobody uses it since 1.4\n"
                + "DROP TABLE IF EXISTS a;\n"
                + "DROP TABLE IF EXISTS b;";

        assertThat(Lint.check(List.of(new MigrationFile("006_a.sql", HEADER + "\n" + sql))))
                .extracting(LintFinding::line, LintFinding::rule)
                .containsExactly(tuple(7, "ban-drop-table"));
    }

    @Test
    void ignoresARuleInTheHeaderForTheWholeFile() {
        String header = HEADER + "-- lint:ignore ban-drop-table: nobody uses them since 1.4\n";

        assertThat(Lint.check(List.of(new MigrationFile(
                        "006_a.sql", header + "\nSELECT 1;\nDROP TABLE IF EXISTS a;\nDROP TABLE IF EXISTS b;"))))
                .isEmpty();
    }

    @Test
    void wantsAReasonForAnIgnore() {
        assertThat(rulesIn("\n-- lint:ignore ban-drop-table\nDROP TABLE IF EXISTS a"))
                .containsExactly("ignore-without-reason", "ban-drop-table");
        assertThat(rulesIn("\n-- lint:ignore ban-drop-table:  \nDROP TABLE IF EXISTS a"))
                .containsExactly("ignore-without-reason", "ban-drop-table");
        assertThat(rulesIn("\n-- lint:ignore\nSELECT 1")).containsExactly("ignore-without-reason");
    }

    @Test
    void saysThatAnIgnoreIsUnusedOrItsRuleUnknown() {
        assertThat(rulesIn("\n-- lint:ignore ban-drop-table: x\nSELECT 1")).containsExactly("unused-ignore");
        assertThat(rulesIn("\nSELECT 1;\n-- lint:ignore ban-drop-table: x")).containsExactly("unused-ignore");
        assertThat(rulesIn("\n-- lint:ignore ban-everything: x\nSELECT 1")).containsExactly("unknown-rule");
        assertThat(rulesIn("\n-- lint:ignore encoding: x\nSELECT 1")).containsExactly("unknown-rule");
        assertThat(rulesIn("\nSELECT '-- lint:ignore ban-drop-table: x'")).isEmpty();
    }

    @Test
    void findsNothingInTheFilesOfThisBuild() {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();

        assertThat(files).hasSizeGreaterThanOrEqualTo(6);
        assertThat(Lint.check(files)).isEmpty();
    }

    private static List<String> rulesIn(String sql) {
        return Lint.check(List.of(new MigrationFile("006_a.sql", HEADER + sql))).stream()
                .map(LintFinding::rule)
                .toList();
    }
}
