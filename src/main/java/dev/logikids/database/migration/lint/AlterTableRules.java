package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.SqlToken;
import java.util.Set;

/** The rules for ALTER TABLE, which has a list of actions. */
final class AlterTableRules {

    private static final Set<String> NOT_VOLATILE = Set.of("""
            now transaction_timestamp statement_timestamp current_timestamp date_trunc to_timestamp extract make_date
            make_interval jsonb_build_object jsonb_build_array lower upper coalesce cast floor round""".split("\\s"));

    private final LintContext context;

    AlterTableRules(LintContext context) {
        this.context = context;
    }

    /** Checks what follows ALTER TABLE [IF EXISTS]. */
    void check(SqlCursor statement) {
        statement.accept("ONLY");
        String table = statement.name();
        statement.accept("*");
        checkRename(statement, context);
        boolean isNew = context.newTables.contains(table);
        for (SqlCursor action : statement.parts()) {
            context.at(action.line());
            if (action.accept("RENAME")) {
                boolean harmless = action.sees("CONSTRAINT") || isNew;
                context.addIf(!harmless && action.sees("TO"), LintRule.RENAMING_TABLE);
                context.addIf(!harmless && !action.sees("TO"), LintRule.RENAMING_COLUMN);
            } else if (action.accept("ADD")) {
                if (action.seesAny("CONSTRAINT", "CHECK", "FOREIGN", "UNIQUE", "PRIMARY", "EXCLUDE")) {
                    addConstraint(action, table, isNew);
                } else {
                    addColumn(action, isNew);
                }
            } else if (action.accept("DROP")) {
                dropPart(action, table);
            } else if (action.accept("ALTER")) {
                action.accept("COLUMN");
                action.name();
                alterColumn(action, isNew);
            } else if (action.accept("DETACH", "PARTITION")) {
                context.addNotInTransactionIf(action.contains("CONCURRENTLY"));
            }
        }
    }

    /** No RENAME of any kind of object has IF EXISTS for its old name. */
    static void checkRename(SqlCursor statement, LintContext context) {
        if (statement.sees("RENAME")) {
            context.addNotRepeatable("use a DO block that checks first");
        }
    }

    private void addColumn(SqlCursor action, boolean isNew) {
        action.accept("COLUMN");
        if (!action.accept("IF", "NOT", "EXISTS")) {
            context.addNotRepeatable("write ADD COLUMN IF NOT EXISTS");
        }
        String column = action.name();
        boolean serial = action.seesAny("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL4", "SERIAL8", "SERIAL2");
        ColumnType.check(action, context);
        if (isNew || column.isEmpty()) {
            return;
        }
        boolean generated = action.contains("GENERATED");
        boolean filled = action.contains("DEFAULT") || generated || serial;
        boolean required = action.contains("NOT", "NULL") || action.contains("PRIMARY", "KEY");
        boolean rewrites = serial || generated || isVolatile(action.after("DEFAULT"));
        context.addIf(required && !filled, LintRule.ADDING_REQUIRED_FIELD);
        context.addIf(rewrites, LintRule.ADDING_FIELD_WITH_DEFAULT);
        context.addIf(action.contains("REFERENCES"), LintRule.ADDING_FOREIGN_KEY_CONSTRAINT);
        context.addIf(action.contains("CHECK"), LintRule.CONSTRAINT_MISSING_NOT_VALID);
        context.addIf(action.contains("UNIQUE") || action.contains("PRIMARY"), LintRule.DISALLOWED_UNIQUE_CONSTRAINT);
    }

    /** Whether it calls a function not known to be stable: PostgreSQL then computes the default row by row. */
    private static boolean isVolatile(SqlCursor expression) {
        SqlToken previous = null;
        boolean cast = false;
        while (!expression.atEnd()) {
            SqlToken token = expression.next();
            if (token.is("CHECK") || token.is("REFERENCES") || token.is("CONSTRAINT")) {
                return false;
            }
            boolean call = token.is("(") && previous != null && previous.kind() == SqlToken.Kind.WORD && !cast;
            if (call && !NOT_VOLATILE.contains(previous.name())) {
                return true;
            }
            cast = previous != null && previous.is(":");
            previous = token;
        }
        return false;
    }

    private void addConstraint(SqlCursor action, String table, boolean isNew) {
        String name = action.accept("CONSTRAINT") ? action.name() : "";
        if (!context.wasDroppedIfExists("CONSTRAINT", table + "." + name)) {
            context.addNotRepeatable(
                    "name it and put ALTER TABLE ... DROP CONSTRAINT IF EXISTS before it, or use a DO block"
                            + " that checks first");
        }
        if (isNew || action.contains("NOT", "VALID") || action.contains("USING", "INDEX")) {
            return;
        }
        context.addIf(action.sees("FOREIGN"), LintRule.ADDING_FOREIGN_KEY_CONSTRAINT);
        context.addIf(action.sees("CHECK"), LintRule.CONSTRAINT_MISSING_NOT_VALID);
        context.addIf(action.seesAny("UNIQUE", "PRIMARY", "EXCLUDE"), LintRule.DISALLOWED_UNIQUE_CONSTRAINT);
    }

    private void dropPart(SqlCursor action, String table) {
        boolean constraint = action.accept("CONSTRAINT");
        if (!constraint) {
            action.accept("COLUMN");
            context.add(LintRule.BAN_DROP_COLUMN);
        }
        if (!action.accept("IF", "EXISTS")) {
            context.addNotRepeatable("write DROP " + (constraint ? "CONSTRAINT" : "COLUMN") + " IF EXISTS");
        } else if (constraint) {
            context.droppedIfExists("CONSTRAINT", table + "." + action.name());
        }
    }

    private void alterColumn(SqlCursor action, boolean isNew) {
        if (action.accept("TYPE") || action.accept("SET", "DATA", "TYPE")) {
            context.addIf(!isNew, LintRule.CHANGING_COLUMN_TYPE);
            ColumnType.check(action, context);
        }
        context.addIf(!isNew && action.sees("SET", "NOT", "NULL"), LintRule.ADDING_NOT_NULLABLE_FIELD);
    }
}
