package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.SqlToken;
import java.util.Set;

/** The rules for ALTER TABLE, which has a list of actions. */
final class AlterTableRules {

    private static final Set<String> NOT_VOLATILE = Set.of("""
            now transaction_timestamp statement_timestamp current_timestamp date_trunc to_timestamp extract make_date
            make_interval jsonb_build_object jsonb_build_array lower upper coalesce cast floor round""".split("\\s"));

    private static final Set<String> NO_COLUMN = Set.of("""
            and or not is null true false in any all some array between like ilike similar distinct from case when then else
            end collate interval text int integer bigint numeric boolean""".split("\\s+"));

    private final LintContext context;

    AlterTableRules(LintContext context) {
        this.context = context;
    }

    /** Checks what follows ALTER TABLE [IF EXISTS]. */
    void check(SqlCursor statement, boolean ifExists) {
        statement.accept("ONLY");
        String table = statement.name();
        statement.accept("*");
        checkRename(statement, context);
        checkSetSchema(statement, ifExists, context);
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
                    addColumn(action, table, isNew);
                }
            } else if (action.accept("DROP")) {
                dropPart(action, table);
            } else if (action.accept("ALTER")) {
                action.accept("COLUMN");
                String column = action.name();
                alterColumn(action, table, column, isNew);
            } else if (action.accept("DETACH", "PARTITION")) {
                boolean concurrently = action.contains("CONCURRENTLY");
                boolean finalizes = action.contains("FINALIZE");
                context.addNotInTransactionIf(concurrently);
                context.addIf(!concurrently && !finalizes, LintRule.REQUIRE_CONCURRENT_PARTITION_DETACH);
            } else if (!isNew && action.contains("ROW", "LEVEL", "SECURITY") && action.seesAny("ENABLE", "FORCE")) {
                context.addBreaking("row level security");
            }
        }
    }

    /** No RENAME of any kind of object has IF EXISTS for its old name. */
    static void checkRename(SqlCursor statement, LintContext context) {
        if (statement.sees("RENAME")) {
            context.addNotRepeatable("use a DO block that checks first");
        }
    }

    static void checkSetSchema(SqlCursor statement, boolean ifExists, LintContext context) {
        if (statement.sees("SET", "SCHEMA")) {
            context.addBreaking("another schema");
            if (!ifExists) {
                context.addNotRepeatable("write IF EXISTS, or use a DO block that checks first");
            }
        }
    }

    static void checkConstraintRepeatable(String owner, String constraint, LintContext context) {
        if (!context.wasDroppedIfExists("CONSTRAINT", owner + "." + constraint)) {
            context.addNotRepeatable(
                    "name it and put ... DROP CONSTRAINT IF EXISTS before it, or use a DO block that checks first");
        }
    }

    /** Reads what follows DROP CONSTRAINT. */
    static void dropConstraint(String owner, SqlCursor action, LintContext context) {
        if (action.accept("IF", "EXISTS")) {
            context.droppedIfExists("CONSTRAINT", owner + "." + action.name());
        } else {
            context.addNotRepeatable("write DROP CONSTRAINT IF EXISTS");
        }
    }

    private void addColumn(SqlCursor action, String table, boolean isNew) {
        action.accept("COLUMN");
        if (!action.accept("IF", "NOT", "EXISTS")) {
            context.addNotRepeatable("write ADD COLUMN IF NOT EXISTS");
        }
        String column = action.name();
        boolean serial = action.seesAny("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL4", "SERIAL8", "SERIAL2");
        ColumnType.check(action, context);
        context.addedColumn(table, column);
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
        checkConstraintRepeatable(table, name, context);
        if (isNew) {
            return;
        }
        if (!concernsOnlyNewColumns(action, table)) {
            context.addBreaking("a new constraint");
        }
        if (action.contains("NOT", "VALID") || action.contains("USING", "INDEX")) {
            return;
        }
        context.addIf(action.sees("FOREIGN"), LintRule.ADDING_FOREIGN_KEY_CONSTRAINT);
        context.addIf(action.sees("CHECK"), LintRule.CONSTRAINT_MISSING_NOT_VALID);
        context.addIf(action.seesAny("UNIQUE", "PRIMARY", "EXCLUDE"), LintRule.DISALLOWED_UNIQUE_CONSTRAINT);
    }

    /** An older version leaves new columns NULL, which fulfils a constraint on them (a key, if one of its columns is new). */
    private boolean concernsOnlyNewColumns(SqlCursor action, String table) {
        if (action.sees("CHECK")) {
            SqlCursor expression = action.after("CHECK").parenthesized();
            boolean onlyNew = true;
            while (!expression.atEnd()) {
                SqlToken token = expression.next();
                boolean name = token.kind() == SqlToken.Kind.NAME
                        || (token.kind() == SqlToken.Kind.WORD && !NO_COLUMN.contains(token.name()));
                onlyNew &= !name || expression.sees("(") || context.isNew(table, token.name());
            }
            return onlyNew;
        }
        return action
                .after(action.sees("FOREIGN") || action.sees("PRIMARY") ? "KEY" : "UNIQUE")
                .parenthesized()
                .parts()
                .stream()
                .anyMatch(part -> context.isNew(table, part.name()));
    }

    private void dropPart(SqlCursor action, String table) {
        if (action.accept("CONSTRAINT")) {
            dropConstraint(table, action, context);
            return;
        }
        action.accept("COLUMN");
        context.add(LintRule.BAN_DROP_COLUMN);
        if (!action.accept("IF", "EXISTS")) {
            context.addNotRepeatable("write DROP COLUMN IF EXISTS");
        }
    }

    private void alterColumn(SqlCursor action, String table, String column, boolean isNew) {
        if (action.accept("TYPE") || action.accept("SET", "DATA", "TYPE")) {
            context.addIf(!isNew, LintRule.CHANGING_COLUMN_TYPE);
            ColumnType.check(action, context);
        }
        context.addIf(!isNew && action.sees("SET", "NOT", "NULL"), LintRule.ADDING_NOT_NULLABLE_FIELD);
        boolean known = !context.isNew(table, column);
        context.addIf(known && action.sees("DROP", "NOT", "NULL"), LintRule.BAN_DROP_NOT_NULL);
        if (known && (action.sees("DROP", "DEFAULT") || action.sees("DROP", "IDENTITY"))) {
            context.addBreaking("no default any more");
        }
    }
}
