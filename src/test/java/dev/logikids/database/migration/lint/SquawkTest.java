package dev.logikids.database.migration.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.script.MigrationFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Compares the verdicts of the lint with those of squawk, another lint for PostgreSQL migrations: on the table of
 * {@link LintTest} and on the files of this build (ADR 8). The environment variable SQUAWK is the path of its program.
 */
@EnabledIfEnvironmentVariable(named = "SQUAWK", matches = ".+", disabledReason = "squawk is not installed")
class SquawkTest {

    /** A table that the file itself makes is empty and has no users: we are silent then. Our run opens a transaction. */
    private static final Set<String> ON_PURPOSE = Set.of(
            "adding-required-field in CREATE TABLE IF NOT EXISTS t (id INT);"
                    + " ALTER TABLE public.t ADD COLUMN IF NOT EXISTS c INT NOT NULL",
            "adding-not-nullable-field in CREATE TABLE IF NOT EXISTS t (c INT); ALTER TABLE t ALTER COLUMN c SET NOT"
                    + " NULL",
            "changing-column-type in CREATE TABLE IF NOT EXISTS t (c INT); ALTER TABLE t ALTER COLUMN c SET DATA TYPE"
                    + " BIGINT",
            "ban-drop-not-null in CREATE TABLE IF NOT EXISTS t (c INT NOT NULL); ALTER TABLE t ALTER COLUMN c DROP NOT"
                    + " NULL",
            "ban-drop-table in CREATE TEMP TABLE a (id INT); INSERT INTO a VALUES (1); DROP TABLE IF EXISTS a",
            "ban-concurrent-index-creation-in-transaction not in CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c)",
            "ban-concurrent-index-creation-in-transaction not in DROP INDEX CONCURRENTLY IF EXISTS i");

    /**
     * Our names and squawk's. prefer-robust-stmts and transaction-nesting are left out: of the first we ask that a file may
     * run twice, of the second that it is one transaction.
     */
    private static final Map<String, String> RULES = Map.ofEntries(
            Map.entry("adding-field-with-default", "adding-field-with-default"),
            Map.entry("adding-foreign-key-constraint", "adding-foreign-key-constraint"),
            Map.entry("adding-not-nullable-field", "adding-not-nullable-field"),
            Map.entry("adding-required-field", "adding-required-field"),
            Map.entry("ban-alter-domain-with-add-constraint", "ban-alter-domain-with-add-constraint"),
            Map.entry("ban-char-field", "ban-char-field"),
            Map.entry("ban-concurrent-index-creation-in-transaction", "ban-concurrent-index-creation-in-transaction"),
            Map.entry("ban-drop-column", "ban-drop-column"),
            Map.entry("ban-drop-not-null", "ban-drop-not-null"),
            Map.entry("ban-drop-table", "ban-drop-table"),
            Map.entry("ban-truncate-cascade", "ban-truncate-cascade"),
            Map.entry("changing-column-type", "changing-column-type"),
            Map.entry("constraint-missing-not-valid", "constraint-missing-not-valid"),
            Map.entry("disallowed-unique-constraint", "disallowed-unique-constraint"),
            Map.entry("prefer-timestamptz", "prefer-timestamp-tz"),
            Map.entry("renaming-column", "renaming-column"),
            Map.entry("renaming-table", "renaming-table"),
            Map.entry("require-concurrent-index-creation", "require-concurrent-index-creation"),
            Map.entry("require-concurrent-index-deletion", "require-concurrent-index-deletion"),
            Map.entry("require-concurrent-partition-detach", "require-concurrent-partition-detach"),
            Map.entry("require-concurrent-reindex", "require-concurrent-reindex"),
            Map.entry("syntax-error", "syntax-error"));

    @Test
    void agreesOnTheTableExceptOnPurpose() {
        Set<String> differences = new TreeSet<>();
        int rows = 0;
        for (Arguments row : LintTest.rules().toList()) {
            String rule = (String) row.get()[0];
            String bad = (String) row.get()[1];
            String good = (String) row.get()[2];
            if (RULES.containsKey(rule)) {
                rows++;
                if (!squawk(bad).contains(RULES.get(rule))) {
                    differences.add(rule + " not in " + bad);
                }
                if (squawk(good).contains(RULES.get(rule))) {
                    differences.add(rule + " in " + good);
                }
            }
        }
        System.out.printf("squawk agrees on %d of %d rows, differs on:%n", rows - differences.size(), rows);
        differences.forEach(System.out::println);

        assertThat(differences).containsExactlyInAnyOrderElementsOf(ON_PURPOSE);
    }

    @Test
    void findsInTheFilesOfThisBuildWhatTheirCommentsIgnore() {
        for (MigrationFile file : MigrationFiles.ofThisBuild()) {
            Set<String> found = squawk(file.sql());
            found.retainAll(RULES.values());

            Set<String> ignored = new TreeSet<>(RULES.values());
            ignored.removeIf(rule -> !file.sql().contains("-- lint:ignore " + rule + ": "));
            System.out.println(file.name() + ": squawk " + found + ", ignored here " + ignored);
            assertThat(found).as(file.name()).isEqualTo(ignored);
        }
    }

    private static Set<String> squawk(String sql) {
        try {
            List<String> command = new ArrayList<>(List.of(System.getenv("SQUAWK"), "--reporter", "json"));
            if (new MigrationFile("001_a.sql", sql).transactional()) {
                command.add("--assume-in-transaction");
            }
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().write(sql.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            Set<String> rules = new TreeSet<>();
            for (JsonNode finding : new ObjectMapper().readTree(process.getInputStream())) {
                rules.add(finding.path("rule_name").asText());
            }
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
