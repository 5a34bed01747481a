package dev.logikids.database.migration;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks migration files without a database: names, numbers, headers, that a file may run twice, and DDL that would
 * lock out or break the services that run while it is applied.
 *
 * <p>{@code -- lint:ignore rule: reason} before a statement, or for the whole file in its header (the comment lines
 * that open it), silences a rule; a reason is required.
 */
public final class Lint {

    private static final Pattern IGNORE = Pattern.compile("--\\s*lint:ignore\\b\\s*([^\\s:]*)\\s*:?\\s*(.*)");
    private static final char REPLACEMENT = '\uFFFD';

    private final MigrationFile file;
    private final List<LintFinding> findings = new ArrayList<>();

    private Lint(MigrationFile file) {
        this.file = file;
    }

    /** Returns what is wrong with these files, sorted by file and line; empty when nothing is. */
    public static List<LintFinding> check(List<MigrationFile> files) {
        List<LintFinding> findings = new ArrayList<>();
        Map<Integer, String> numbers = new HashMap<>();
        Set<String> tables = new HashSet<>();
        for (MigrationFile file : files) {
            Lint lint = new Lint(file);
            lint.checkFile(tables);
            file.number().ifPresent(number -> {
                String other = numbers.putIfAbsent(number, file.name());
                if (other != null) {
                    lint.add(
                            LintRule.DUPLICATE_NUMBER, 1, other + " has this number; give this file the next free one");
                }
            });
            findings.addAll(lint.findings);
        }
        return findings.stream().sorted().toList();
    }

    private void checkFile(Set<String> tables) {
        if (file.number().isEmpty()) {
            add(LintRule.FILE_NAME, 1);
        }
        if (file.sql().indexOf(REPLACEMENT) >= 0) {
            add(LintRule.ENCODING, 1);
        }
        try {
            checkText(SqlLexer.tokens(file.sql()), tables);
        } catch (SqlSyntaxException e) {
            add(LintRule.SYNTAX_ERROR, e.line(), e.getMessage());
        }
    }

    private void checkText(List<SqlToken> tokens, Set<String> tables) {
        List<List<SqlToken>> statements = SqlStatements.group(tokens);
        List<Ignore> ignores = ignores(tokens, statements);
        checkHeader(ignores);
        if (statements.isEmpty()) {
            add(LintRule.EMPTY_FILE, 1);
        }
        LintStatements rules = new LintStatements(file.transactional(), statements.size(), tables);
        for (int i = 0; i < statements.size(); i++) {
            int statement = i;
            rules.check(
                    statements.get(i),
                    hit -> addUnlessIgnored(ignores, statement, hit.rule(), hit.line(), hit.message()));
        }
        tables.addAll(rules.newTables());
        ignores.stream().filter(ignore -> !ignore.used).forEach(ignore -> add(LintRule.UNUSED_IGNORE, ignore.line));
    }

    private void checkHeader(List<Ignore> ignores) {
        List<String> problems = new ArrayList<>();
        for (String key : List.of("Migration", "Description")) {
            if (file.header(key).filter(value -> !value.isEmpty()).isEmpty()) {
                problems.add("begin the file with a line -- " + key + ": ...");
            }
        }
        if (file.header("Description").filter(NewMigration.DESCRIPTION::equals).isPresent()) {
            problems.add("say in -- Description: what this changes and why");
        }
        if (file.header("Date").filter(Lint::isDate).isEmpty()) {
            problems.add("begin the file with a line -- Date: YYYY-MM-DD");
        }
        if (file.header("Transaction").filter(value -> !value.equals("none")).isPresent()) {
            problems.add("-- Transaction: takes only none; without the line the file runs in one transaction");
        }
        problems.forEach(problem -> addUnlessIgnored(ignores, Ignore.WHOLE_FILE, LintRule.HEADER, 1, problem));
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text).getYear() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private List<Ignore> ignores(List<SqlToken> tokens, List<List<SqlToken>> statements) {
        List<Ignore> ignores = new ArrayList<>();
        int headerEnd = headerEnd(tokens);
        int statement = 0;
        for (SqlToken token : tokens) {
            while (statement < statements.size() && endOf(statements.get(statement)) <= token.start()) {
                statement++;
            }
            Matcher matcher = IGNORE.matcher(token.text());
            if (token.isComment() && matcher.lookingAt()) {
                int scope = token.line() <= headerEnd ? Ignore.WHOLE_FILE : statement;
                readIgnore(matcher.group(1), matcher.group(2), token.line(), scope)
                        .ifPresent(ignores::add);
            }
        }
        return ignores;
    }

    private Optional<Ignore> readIgnore(String ruleName, String reason, int line, int scope) {
        Optional<LintRule> rule = LintRule.ignorable(ruleName);
        if (ruleName.isEmpty() || (rule.isPresent() && reason.isBlank())) {
            add(LintRule.IGNORE_WITHOUT_REASON, line);
            return Optional.empty();
        }
        if (rule.isEmpty()) {
            add(LintRule.UNKNOWN_RULE, line, "there is no rule " + ruleName + " that could be ignored");
        }
        return rule.map(known -> new Ignore(known, line, scope));
    }

    /** The last line of the comment lines that open the file without a blank line between them. */
    private static int headerEnd(List<SqlToken> tokens) {
        int end = 0;
        for (SqlToken token : tokens) {
            if (!token.isComment() || (end > 0 && token.line() > end + 1)) {
                break;
            }
            end = token.line();
        }
        return end;
    }

    private static int endOf(List<SqlToken> statement) {
        return statement.get(statement.size() - 1).end();
    }

    private void addUnlessIgnored(List<Ignore> ignores, int statement, LintRule rule, int line, String message) {
        Optional<Ignore> found = ignores.stream()
                .filter(ignore -> ignore.rule == rule)
                .filter(ignore -> ignore.scope == statement || ignore.scope == Ignore.WHOLE_FILE)
                .findFirst();
        found.ifPresentOrElse(ignore -> ignore.used = true, () -> add(rule, line, message));
    }

    private void add(LintRule rule, int line) {
        add(rule, line, rule.advice());
    }

    private void add(LintRule rule, int line, String message) {
        findings.add(new LintFinding(file.name(), line, rule.id(), message));
    }

    /** One {@code -- lint:ignore} line with its reason. */
    private static final class Ignore {

        static final int WHOLE_FILE = -1;

        private final LintRule rule;
        private final int line;
        private final int scope;
        private boolean used;

        Ignore(LintRule rule, int line, int scope) {
            this.rule = rule;
            this.line = line;
            this.scope = scope;
        }
    }
}
