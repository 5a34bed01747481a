package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.ScannedStatement;
import dev.logikids.database.migration.script.SqlStatements;
import dev.logikids.database.migration.script.SqlSyntaxException;
import dev.logikids.database.migration.script.SqlToken;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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
    private static final int WHOLE_FILE = -1;

    private final MigrationFile file;
    private final Predicate<LintFinding> kept;
    private final List<LintFinding> findings = new ArrayList<>();
    private final List<Ignore> ignores = new ArrayList<>();
    private final Set<Ignore> used = new HashSet<>();
    private int statement = WHOLE_FILE;

    private Lint(MigrationFile file, Predicate<LintFinding> kept) {
        this.file = file;
        this.kept = kept;
    }

    /** Returns what is wrong with these files, sorted by file and line; empty when nothing is. */
    public static List<LintFinding> check(List<MigrationFile> files) {
        return check(files, file -> true, finding -> true);
    }

    /**
     * Returns why {@code migrate} does not take some of these files: the findings of {@link #check} that nothing silences.
     *
     * @param files every file of the folder
     * @param pending the names of those that are about to run
     */
    public static List<LintFinding> refusals(List<MigrationFile> files, Collection<String> pending) {
        Set<String> names = Set.copyOf(pending);
        return check(files, file -> names.contains(file.name()), LintFinding::refused);
    }

    private static List<LintFinding> check(
            List<MigrationFile> files, Predicate<MigrationFile> wanted, Predicate<LintFinding> kept) {
        List<LintFinding> findings = new ArrayList<>();
        FileNumbers numbers = new FileNumbers(files);
        Set<String> tables = new HashSet<>();
        for (MigrationFile file : files) {
            if (wanted.test(file)) {
                Lint lint = new Lint(file, kept);
                lint.checkFile(tables);
                numbers.sameNumber(file)
                        .forEach(other ->
                                lint.add(LintRule.DUPLICATE_NUMBER, 1, other + " " + LintRule.DUPLICATE_NUMBER.advice));
                numbers.outOfOrder(file)
                        .ifPresent(other ->
                                lint.add(LintRule.NUMBER_ORDER, 1, other + " " + LintRule.NUMBER_ORDER.advice));
                findings.addAll(lint.findings);
            }
        }
        return findings.stream().sorted(ORDER).distinct().toList();
    }

    private void checkFile(Set<String> tables) {
        if (file.number().isEmpty()) {
            add(LintRule.FILE_NAME, 1);
        }
        if (file.defect().isPresent()) {
            add(
                    LintRule.ENCODING,
                    file.defect().get().line(),
                    file.defect().get().reason());
        } else if (file.name().endsWith(".sql")) {
            checkText(tables);
        }
    }

    /** Adds the tables that this file creates. */
    private void checkText(Set<String> tables) {
        if (file.sql().isBlank()) {
            add(LintRule.BLANK_FILE, 1);
            return;
        }
        LintContext context = new LintContext(file, tables, this::addUnlessIgnored);
        HeaderRules header = new HeaderRules(context);
        try {
            checkStatements(context, header);
            tables.addAll(context.newTables);
        } catch (SqlSyntaxException e) {
            add(LintRule.SYNTAX_ERROR, e.line(), e.getMessage());
        }
        statement = WHOLE_FILE;
        header.checkHeader(file);
        ignores.removeAll(used);
        ignores.forEach(unused -> add(LintRule.UNUSED_IGNORE, unused.line()));
    }

    private void checkStatements(LintContext context, HeaderRules header) {
        SqlStatements statements = SqlStatements.of(file.sql());
        StatementRules rules = new StatementRules(context);
        TransactionRules transactions = new TransactionRules(context);
        int headerEnd = headerEnd(file.header().comments());
        statement = 0;
        for (Optional<ScannedStatement> next = statements.next(); next.isPresent(); next = statements.next()) {
            int textEnd = next.get().end();
            for (SqlToken comment : next.get().comments()) {
                // after the last word, but before the semicolon: meant for the statement that follows
                readIgnore(comment, headerEnd, comment.start() < textEnd ? statement : statement + 1);
                if (statement > 0 || comment.start() > next.get().start()) {
                    header.checkLater(comment);
                }
            }
            transactions.check(next.get());
            rules.check(next.get());
            statement++;
        }
        for (SqlToken comment : statements.comments()) {
            readIgnore(comment, headerEnd, statement);
            if (statement > 0) {
                header.checkLater(comment);
            }
        }
        transactions.checkEnd();
        if (statement == 0) {
            context.add(LintRule.EMPTY_FILE, 1);
        }
    }

    private void readIgnore(SqlToken comment, int headerEnd, int next) {
        Matcher matcher = IGNORE.matcher(comment.text());
        if (matcher.lookingAt()) {
            int scope = comment.line() <= headerEnd ? WHOLE_FILE : next;
            readIgnore(matcher.group(1), matcher.group(2), comment.line(), scope);
        }
    }

    private void readIgnore(String ruleName, String reason, int line, int scope) {
        Optional<LintRule> rule = LintRule.named(ruleName);
        if (ruleName.isEmpty() || (rule.isPresent() && reason.isBlank())) {
            add(LintRule.IGNORE_WITHOUT_REASON, line);
        } else if (rule.isEmpty()) {
            add(LintRule.UNKNOWN_RULE, line, LintRule.UNKNOWN_RULE.advice + ": " + ruleName);
        } else if (!rule.get().canBeIgnored()) {
            add(LintRule.UNKNOWN_RULE, line, "nothing silences " + ruleName);
        } else {
            ignores.add(new Ignore(ruleName, line, scope));
        }
    }

    /** The last line of the comments that open the file without a blank line between them. */
    private static int headerEnd(List<SqlToken> opening) {
        int end = 0;
        for (SqlToken comment : opening) {
            if (end > 0 && comment.line() > end + 1) {
                break;
            }
            end = HeaderRules.lastLine(comment);
        }
        return end;
    }

    private void addUnlessIgnored(LintFinding finding) {
        ignores.stream()
                .filter(ignore -> ignore.rule().equals(finding.rule()))
                .filter(ignore -> ignore.scope() == statement || ignore.scope() == WHOLE_FILE)
                .findFirst()
                .ifPresentOrElse(used::add, () -> keep(finding));
    }

    private void keep(LintFinding finding) {
        if (kept.test(finding)) {
            findings.add(finding);
        }
    }

    private void add(LintRule rule, int line) {
        add(rule, line, rule.advice);
    }

    private void add(LintRule rule, int line, String message) {
        keep(rule.finding(file.name(), line, message));
    }

    /** One {@code -- lint:ignore} line with a reason. */
    private record Ignore(String rule, int line, int scope) {}
}
