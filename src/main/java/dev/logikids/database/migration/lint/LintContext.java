package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.ScannedStatement;
import dev.logikids.database.migration.script.SqlStatements;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the rules know of a file up to the statement at hand. A table that the file itself created has no rows and no
 * users yet: the rules about locks and about breaking running services do not apply to it.
 */
final class LintContext {

    final boolean transactional;
    final Set<String> newTables = new HashSet<>();
    final Set<String> temporaryTables = new HashSet<>();
    boolean slotIsReleased;
    private final MigrationFile file;
    private final Set<String> newColumns = new HashSet<>();
    private final Set<String> droppedIfExists = new HashSet<>();
    private final Set<String> existingTables;
    private final Consumer<LintFinding> findings;
    private Set<String> created;
    private int line;

    /**
     * @param existingTables what earlier files create: IF NOT EXISTS finds it there
     * @param findings receives each finding
     */
    LintContext(MigrationFile file, Set<String> existingTables, Consumer<LintFinding> findings) {
        this.transactional = file.transactional();
        this.existingTables = existingTables;
        this.file = file;
        this.findings = findings;
    }

    /** Sets the line of the findings that name none. */
    void at(int newLine) {
        line = newLine;
    }

    void createdTable(String name) {
        if (!existingTables.contains(name)) {
            newTables.add(name);
        }
    }

    void addedColumn(String table, String column) {
        newColumns.add(table + "." + column);
    }

    /** Whether older versions of the service know neither the table nor the column. */
    boolean isNew(String table, String column) {
        return newTables.contains(table) || newColumns.contains(table + "." + column);
    }

    /** Remembers a DROP … IF EXISTS: the CREATE after it can be repeated. */
    void droppedIfExists(String kind, String name) {
        droppedIfExists.add(kind + " " + name);
    }

    boolean wasDroppedIfExists(String kind, String name) {
        return droppedIfExists.contains(kind + " " + name);
    }

    boolean isSingleStatement() {
        return file.statements().size() == 1;
    }

    /** Whether the file creates such an object somewhere. */
    boolean creates(String kind, String name) {
        if (created == null) {
            created = new HashSet<>();
            SqlStatements statements = SqlStatements.of(file.sql());
            for (Optional<ScannedStatement> next = statements.next(); next.isPresent(); next = statements.next()) {
                SqlCursor statement = new SqlCursor(next.get().tokens());
                if (statement.accept("CREATE")) {
                    NewObject object = NewObject.read(statement);
                    created.add(object.kind() + " " + object.name());
                }
            }
        }
        return created.contains(kind + " " + name);
    }

    void add(LintRule rule) {
        add(rule, line);
    }

    void add(LintRule rule, String message) {
        add(rule, line, message);
    }

    void add(LintRule rule, int atLine) {
        add(rule, atLine, rule.advice);
    }

    void add(LintRule rule, int atLine, String message) {
        findings.accept(rule.finding(file.name(), atLine, message));
    }

    void addIf(boolean applies, LintRule rule) {
        if (applies) {
            add(rule);
        }
    }

    void addNotRepeatable(String advice) {
        add(LintRule.PREFER_ROBUST_STMTS, LintRule.PREFER_ROBUST_STMTS.advice + "; " + advice);
    }

    void addBreaking(String what) {
        add(LintRule.BREAKS_OLDER_VERSION, what + " " + LintRule.BREAKS_OLDER_VERSION.advice);
    }

    void addNotInTransactionIf(boolean applies) {
        addIf(applies && transactional, LintRule.NOT_IN_TRANSACTION);
    }
}
