package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlLexer;
import dev.logikids.database.migration.script.SqlStatements;
import dev.logikids.database.migration.script.SqlSyntaxException;
import dev.logikids.database.migration.script.SqlToken;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks migration files without a database: names, numbers, headers, whether a file may run twice, and DDL that would
 * block or break services that run while it is applied.
 *
 * <p>{@code -- lint:ignore rule: reason} before a statement, or for the whole file in its header (the comment lines
 * that open it), silences a rule; a reason is required.
 */
public final class Lint {

    /** The description in a new file until somebody fills it in; the lint rejects it. */
    public static final String DESCRIPTION_PLACEHOLDER = "What this changes and why";

    private static final Pattern IGNORE = Pattern.compile("--\\s*lint:ignore\\b\\s*([^\\s:]*)\\s*:?\\s*(.*)");
    private static final Comparator<LintFinding> ORDER = Comparator.comparing(LintFinding::file)
            .thenComparing(LintFinding::line)
            .thenComparing(LintFinding::rule)
            .thenComparing(LintFinding::message);
    private static final char REPLACEMENT = '\uFFFD';
    private static final int WHOLE_FILE = -1;

    private final MigrationFile file;
    private final List<LintFinding> findings = new ArrayList<>();
    private final List<Ignore> ignores = new ArrayList<>();
    private final Set<Ignore> used = new HashSet<>();
    private int statement = WHOLE_FILE;

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
                    lint.add(LintRule.DUPLICATE_NUMBER, 1, other + " " + LintRule.DUPLICATE_NUMBER.advice);
                }
            });
            findings.addAll(lint.findings);
        }
        return findings.stream().sorted(ORDER).toList();
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

    /** Adds the tables that this file creates. */
    private void checkText(List<SqlToken> tokens, Set<String> tables) {
        List<List<SqlToken>> statements = SqlStatements.group(tokens);
        readIgnores(tokens, statements);
        checkHeader();
        if (statements.isEmpty()) {
            add(LintRule.EMPTY_FILE, 1);
        }
        LintContext context = new LintContext(file, tables, this::addUnlessIgnored);
        StatementRules rules = new StatementRules(context, statements.size() == 1);
        for (statement = 0; statement < statements.size(); statement++) {
            rules.check(statements.get(statement));
        }
        tables.addAll(context.newTables);
        ignores.removeAll(used);
        ignores.forEach(unused -> add(LintRule.UNUSED_IGNORE, unused.line()));
    }

    private void checkHeader() {
        List<String> problems = new ArrayList<>();
        for (String key : List.of("Migration", "Description")) {
            if (file.header(key).filter(value -> !value.isEmpty()).isEmpty()) {
                problems.add("begin the file with a line -- " + key + ": ...");
            }
        }
        if (file.header("Description").filter(DESCRIPTION_PLACEHOLDER::equals).isPresent()) {
            problems.add("say in -- Description: what this changes and why");
        }
        if (file.header("Date").filter(Lint::isDate).isEmpty()) {
            problems.add("begin the file with a line -- Date: YYYY-MM-DD");
        }
        if (file.header("Transaction").filter(value -> !value.equals("none")).isPresent()) {
            problems.add("-- Transaction: takes only none; without the line the file runs in one transaction");
        }
        problems.forEach(problem -> addUnlessIgnored(new LintFinding(file.name(), 1, LintRule.HEADER.id(), problem)));
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text).getYear() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private void readIgnores(List<SqlToken> tokens, List<List<SqlToken>> statements) {
        int headerEnd = headerEnd(tokens);
        int next = 0;
        for (SqlToken token : tokens) {
            while (next < statements.size() && endOf(statements.get(next)) <= token.start()) {
                next++;
            }
            Matcher matcher = IGNORE.matcher(token.text());
            if (token.isComment() && matcher.lookingAt()) {
                int scope = token.line() <= headerEnd ? WHOLE_FILE : next;
                readIgnore(matcher.group(1), matcher.group(2), token.line(), scope);
            }
        }
    }

    private void readIgnore(String ruleName, String reason, int line, int scope) {
        Optional<LintRule> rule = LintRule.ignorable(ruleName);
        if (ruleName.isEmpty() || (rule.isPresent() && reason.isBlank())) {
            add(LintRule.IGNORE_WITHOUT_REASON, line);
        } else if (rule.isEmpty()) {
            add(LintRule.UNKNOWN_RULE, line, LintRule.UNKNOWN_RULE.advice + ": " + ruleName);
        } else {
            ignores.add(new Ignore(ruleName, line, scope));
        }
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

    private void addUnlessIgnored(LintFinding finding) {
        ignores.stream()
                .filter(ignore -> ignore.rule().equals(finding.rule()))
                .filter(ignore -> ignore.scope() == statement || ignore.scope() == WHOLE_FILE)
                .findFirst()
                .ifPresentOrElse(used::add, () -> findings.add(finding));
    }

    private void add(LintRule rule, int line) {
        add(rule, line, rule.advice);
    }

    private void add(LintRule rule, int line, String message) {
        findings.add(new LintFinding(file.name(), line, rule.id(), message));
    }

    /** One {@code -- lint:ignore} line with a reason. */
    private record Ignore(String rule, int line, int scope) {}
}
