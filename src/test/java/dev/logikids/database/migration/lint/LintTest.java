package dev.logikids.database.migration.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.script.MigrationFile;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LintTest {

    private static final String HEADER = """
            -- Migration: Add a table
            -- Description: For this test
            -- Date: 2026-11-22
            """;
    private static final String NONE = "-- Transaction: none\n";

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
                arguments("prefer-robust-stmts", "DROP VIEW v", "DROP VIEW IF EXISTS v"),
                arguments("prefer-robust-stmts", "DROP MATERIALIZED VIEW v", "DROP MATERIALIZED VIEW IF EXISTS v"),
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
                        "ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0) NOT VALID",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS c; ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0) NOT VALID"),
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
                        "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING; INSERT INTO t SELECT 1 WHERE NOT EXISTS (SELECT 1)"),
                arguments(
                        "adding-required-field",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT NOT NULL",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT NOT NULL DEFAULT 0"),
                arguments(
                        "adding-required-field",
                        "ALTER TABLE ONLY public.t ADD COLUMN IF NOT EXISTS \"check\" INT NOT NULL",
                        "CREATE TABLE IF NOT EXISTS t (id INT); ALTER TABLE public.t ADD COLUMN IF NOT EXISTS c INT NOT NULL"),
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
                        "ALTER TABLE t ALTER COLUMN c DROP NOT NULL"),
                arguments(
                        "adding-foreign-key-constraint",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT DEFAULT 1 REFERENCES u (id)",
                        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT"),
                arguments(
                        "adding-foreign-key-constraint",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (c) REFERENCES u (id)",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k, ADD CONSTRAINT k FOREIGN KEY (c) REFERENCES u (id) NOT VALID"),
                arguments(
                        "constraint-missing-not-valid",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0)",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0) NOT VALID"),
                arguments(
                        "disallowed-unique-constraint",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k UNIQUE (c)",
                        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i"),
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
                        "ALTER TABLE t ALTER COLUMN c DROP DEFAULT"),
                arguments("ban-truncate-cascade", "TRUNCATE t CASCADE", "TRUNCATE t RESTART IDENTITY"),
                arguments(
                        "require-concurrent-index-creation",
                        "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (c)",
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
                arguments("not-in-transaction", "REINDEX (VERBOSE) INDEX CONCURRENTLY i", "REINDEX INDEX i"),
                arguments(
                        "not-in-transaction",
                        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
                        "ALTER TABLE t DETACH PARTITION p"),
                arguments(
                        "one-statement-outside-transaction",
                        NONE + "UPDATE t SET c = c + 1; SELECT 1",
                        NONE + "UPDATE t SET c = c + 1"),
                arguments("transaction-nesting", "BEGIN", "SAVEPOINT s; ROLLBACK TO s; RELEASE s"),
                arguments("transaction-nesting", "START TRANSACTION", "DO $$ BEGIN NULL; END $$"),
                arguments("transaction-nesting", "ROLLBACK", "SELECT 1"),
                arguments("transaction-nesting", "COMMIT WORK", "COMMENT ON TABLE t IS 'COMMIT'"),
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
                        "CREATE TABLE IF NOT EXISTS t (\"char\" TEXT, c CHARACTER VARYING(3), d NATIONAL CHARACTER VARYING(3))"),
                arguments("psql-only", "\\connect other", "SELECT E'\\\\'"),
                arguments("psql-only", "SELECT :'name'", "SELECT 'a'::text, (ARRAY[1])[1:1]"),
                arguments("psql-only", "COPY t FROM STDIN", "COPY t FROM '/file'"),
                arguments("syntax-error", "SELECT 'open", "SELECT 'closed'"),
                arguments("syntax-error", "SELECT (1", "(SELECT 1)"),
                arguments("syntax-error", "SELECT 1)", "VALUES (1)"),
                arguments("syntax-error", "CRAETE TABLE t (id INT)", "TABLE t"),
                arguments("empty-file", "-- SELECT 1;", "SELECT 1"),
                arguments("encoding", "SELECT '\uFFFD'", "SELECT 'ü'"));
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
                + "\nCREATE TABLE IF NOT EXISTS t (\n  a INT,\n  b CHAR(2)\n);\nALTER TABLE u\n  DROP COLUMN IF EXISTS c;";

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
                .containsExactly(tuple("006_b.sql", "duplicate-number"));
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
                HEADER.replace("For this test", Lint.DESCRIPTION_PLACEHOLDER),
                HEADER.replace("2026-11-22", "2026-02-30"),
                HEADER.replace("2026-11-22", "22.11.2026"),
                HEADER + "-- Transaction: off",
                "SELECT 0;\n" + HEADER);
    }

    @Test
    void ignoresARuleForTheNextStatement() {
        String sql =
                "-- lint:ignore ban-drop-table: nobody uses it since 1.4\nDROP TABLE IF EXISTS a;\nDROP TABLE IF EXISTS b;";

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
        assertThat(rulesIn("\n-- lint:ignore empty-file: x")).containsExactly("empty-file", "unknown-rule");
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
