package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.ScannedStatement;
import java.util.Set;

/** The rules for statements, except those for ALTER TABLE. */
final class StatementRules {

    private static final Set<String> CREATED_OR_REPLACED =
            Set.of("FUNCTION,PROCEDURE,VIEW,TRIGGER,RULE,AGGREGATE,LANGUAGE,TRANSFORM".split(","));
    private static final Set<String> CREATED_IF_NOT_EXISTS =
            Set.of(("TABLE,INDEX,SEQUENCE,SCHEMA,EXTENSION,MATERIALIZED VIEW,FOREIGN TABLE,COLLATION,SERVER,STATISTICS,"
                            + "USER MAPPING")
                    .split(","));
    private static final Set<String> ONCE_FOR_ALL = Set.of("DATABASE", "TABLESPACE", "SUBSCRIPTION");
    private static final Set<String> USED = Set.of(
            ("VIEW,MATERIALIZED VIEW,FOREIGN TABLE,FUNCTION,PROCEDURE,ROUTINE,AGGREGATE,TRIGGER,SEQUENCE,TYPE,DOMAIN,SCHEMA,"
                            + "EXTENSION,OPERATOR,CAST,COLLATION")
                    .split(","));
    /** No statement of a service names these. */
    private static final Set<String> UNSEEN = Set.of("INDEX,TRIGGER,POLICY,RULE,STATISTICS,CONSTRAINT".split(","));

    private final LintContext context;
    private final SettingRules settings;

    StatementRules(LintContext context) {
        this.context = context;
        this.settings = new SettingRules(context);
    }

    /** Checks the next statement of the file. */
    void check(ScannedStatement statement) {
        context.at(statement.line());
        if (StatementSyntax.check(statement, context)) {
            settings.check(statement.tokens());
            context.at(statement.line());
            check(new SqlCursor(statement.tokens()));
        }
    }

    private void check(SqlCursor statement) {
        switch (statement.next().name()) {
            case "create" -> create(statement);
            case "alter" -> alter(statement);
            case "drop" -> drop(statement);
            case "insert" -> insert(statement);
            case "update" -> update(statement);
            case "delete" -> delete(statement);
            case "with" -> with(statement);
            case "merge", "call" -> runsAgain();
            case "truncate" -> context.addIf(statement.contains("CASCADE"), LintRule.BAN_TRUNCATE_CASCADE);
            case "vacuum" -> context.addNotInTransactionIf(true);
            case "discard" -> context.addNotInTransactionIf(statement.sees("ALL"));
            case "cluster" -> cluster(statement);
            case "reindex" -> reindex(statement);
            case "refresh" -> refresh(statement);
            case "lock" -> lock(statement);
            default -> {
                // no rule
            }
        }
    }

    private void cluster(SqlCursor statement) {
        statement.parenthesized();
        statement.accept("VERBOSE");
        context.addNotInTransactionIf(statement.atEnd());
        context.add(LintRule.BAN_CLUSTER);
    }

    private void reindex(SqlCursor statement) {
        boolean concurrently = statement.parenthesized().contains("CONCURRENTLY") || statement.contains("CONCURRENTLY");
        boolean many = statement.seesAny("DATABASE", "SYSTEM", "SCHEMA");
        context.addNotInTransactionIf(concurrently || many);
        context.addIf(!concurrently, LintRule.REQUIRE_CONCURRENT_REINDEX);
    }

    private void refresh(SqlCursor statement) {
        statement.accept("MATERIALIZED", "VIEW");
        boolean concurrently = statement.accept("CONCURRENTLY");
        boolean seenByNobody = context.newTables.contains(statement.name()) || statement.contains("WITH", "NO", "DATA");
        context.addIf(!concurrently && !seenByNobody, LintRule.REQUIRE_CONCURRENT_REFRESH);
    }

    private void lock(SqlCursor statement) {
        statement.accept("TABLE");
        statement.accept("ONLY");
        context.addIf(!isOfThisFile(statement.name()), LintRule.BAN_LOCK_TABLE);
    }

    private void update(SqlCursor statement) {
        statement.accept("ONLY");
        boolean all = !statement.contains("WHERE");
        context.addIf(all && !isOfThisFile(statement.name()), LintRule.UPDATE_WITHOUT_WHERE);
        runsAgain();
    }

    private void delete(SqlCursor statement) {
        statement.accept("FROM");
        statement.accept("ONLY");
        boolean all = !statement.contains("WHERE");
        context.addIf(all && !isOfThisFile(statement.name()), LintRule.DELETE_WITHOUT_WHERE);
    }

    /** Checks the parts that change rows, and the statement behind them. */
    private void with(SqlCursor statement) {
        while (!statement.atEnd()) {
            if (statement.sees("(")) {
                with(statement.parenthesized());
            } else if (statement.accept("UPDATE")) {
                update(statement);
                return;
            } else if (statement.accept("DELETE")) {
                delete(statement);
                return;
            } else {
                statement.next();
            }
        }
    }

    private boolean isOfThisFile(String table) {
        return context.newTables.contains(table) || context.temporaryTables.contains(table);
    }

    private void runsAgain() {
        context.addIf(
                !context.transactional && !context.isSingleStatement(), LintRule.ONE_STATEMENT_OUTSIDE_TRANSACTION);
    }

    private void create(SqlCursor statement) {
        NewObject object = NewObject.read(statement);
        String kind = object.kind();
        String name = object.name();
        boolean subscribesAtOnce = kind.equals("SUBSCRIPTION")
                && !statement.containsAnywhere("CREATE_SLOT", "=", "FALSE")
                && !statement.containsAnywhere("CONNECT", "=", "FALSE");
        boolean neverInTransaction = kind.equals("DATABASE") || kind.equals("TABLESPACE") || subscribesAtOnce;
        context.addNotInTransactionIf(neverInTransaction);
        boolean repeatable = object.replaces()
                || (object.ifNotExists() && !name.isEmpty())
                || object.temporary()
                || context.wasDroppedIfExists(kind, name)
                || ONCE_FOR_ALL.contains(kind);
        if (!repeatable) {
            context.addNotRepeatable(howToRepeat(kind, object.constraint()));
        }
        switch (kind) {
            case "TABLE" -> {
                context.createdTable(name);
                if (object.temporary()) {
                    context.temporaryTables.add(name);
                }
                statement.parenthesized().parts().forEach(this::columnOfNewTable);
            }
            case "MATERIALIZED VIEW" -> context.createdTable(name);
            case "INDEX" -> createIndex(statement, object);
            default -> {
                // creating anything else blocks nobody
            }
        }
    }

    private static String howToRepeat(String kind, boolean constraint) {
        if (CREATED_OR_REPLACED.contains(kind) && !constraint) {
            return "write CREATE OR REPLACE " + kind;
        }
        if (CREATED_IF_NOT_EXISTS.contains(kind)) {
            return "write CREATE " + kind + " IF NOT EXISTS and a name";
        }
        return "put DROP " + kind + " IF EXISTS before it, or use a DO block that checks first";
    }

    private void createIndex(SqlCursor statement, NewObject index) {
        statement.accept("ON");
        statement.accept("ONLY");
        String table = statement.name();
        boolean onNewTable = isOfThisFile(table);
        context.addIf(
                index.concurrently() && context.transactional, LintRule.BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION);
        context.addIf(!index.concurrently() && !onNewTable, LintRule.REQUIRE_CONCURRENT_INDEX_CREATION);
        if (statement.accept("USING")) {
            statement.name();
        }
        boolean onNewColumn =
                statement.parenthesized().parts().stream().anyMatch(part -> context.isNew(table, part.name()));
        if (index.unique() && !onNewTable && !onNewColumn) {
            context.addBreaking("a unique index");
        }
    }

    private void columnOfNewTable(SqlCursor part) {
        if (!part.seesAny("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE")) {
            part.name();
            ColumnType.check(part, context);
        }
    }

    private void alter(SqlCursor statement) {
        String kind = NewObject.kind(statement);
        boolean ifExists = statement.accept("IF", "EXISTS");
        switch (kind) {
            case "TABLE", "FOREIGN TABLE" -> new AlterTableRules(context).check(statement, ifExists);
            case "SYSTEM" -> context.addNotInTransactionIf(true);
            case "DATABASE" -> context.addNotInTransactionIf(statement.contains("SET", "TABLESPACE"));
            case "SUBSCRIPTION" -> alterSubscription(statement);
            case "DOMAIN" -> alterDomain(statement);
            default -> {
                statement.name();
                statement.parenthesized();
                if (kind.equals("TYPE") && statement.accept("ADD", "VALUE") && !statement.sees("IF", "NOT", "EXISTS")) {
                    context.addNotRepeatable("write ADD VALUE IF NOT EXISTS");
                }
                AlterTableRules.checkRename(statement, context);
                if (statement.sees("RENAME") && !UNSEEN.contains(kind)) {
                    context.addBreaking("a new name");
                }
                AlterTableRules.checkSetSchema(statement, ifExists, context);
            }
        }
    }

    private void alterSubscription(SqlCursor statement) {
        context.slotIsReleased |= statement.containsAnywhere("SLOT_NAME", "=", "NONE");
        boolean refreshes = statement.contains("REFRESH", "PUBLICATION")
                || (statement.contains("PUBLICATION") && !statement.containsAnywhere("REFRESH", "=", "FALSE"));
        context.addNotInTransactionIf(refreshes);
    }

    private void alterDomain(SqlCursor statement) {
        String domain = statement.name();
        AlterTableRules.checkRename(statement, context);
        AlterTableRules.checkSetSchema(statement, true, context);
        if (statement.accept("ADD")) {
            String constraint = statement.accept("CONSTRAINT") ? statement.name() : "";
            AlterTableRules.checkConstraintRepeatable(domain, constraint, context);
            context.add(LintRule.BAN_ALTER_DOMAIN_WITH_ADD_CONSTRAINT);
        } else if (statement.accept("DROP", "CONSTRAINT")) {
            AlterTableRules.dropConstraint(domain, statement, context);
        } else if (statement.sees("DROP", "DEFAULT") || statement.sees("SET", "NOT", "NULL")) {
            context.addBreaking("a value that is now required");
        }
    }

    private void drop(SqlCursor statement) {
        String kind = NewObject.kind(statement);
        boolean concurrently = statement.accept("CONCURRENTLY");
        boolean ifExists = statement.accept("IF", "EXISTS");
        context.addIf(concurrently && context.transactional, LintRule.BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION);
        context.addIf(!concurrently && kind.equals("INDEX"), LintRule.REQUIRE_CONCURRENT_INDEX_DELETION);
        context.addNotInTransactionIf(kind.equals("DATABASE")
                || kind.equals("TABLESPACE")
                || (kind.equals("SUBSCRIPTION") && !context.slotIsReleased));
        if (!ifExists && !kind.equals("OWNED")) {
            context.addNotRepeatable("write DROP " + kind + " IF EXISTS");
        }
        for (SqlCursor part : statement.parts()) {
            String name = part.name();
            context.addIf(kind.equals("TABLE") && !context.temporaryTables.contains(name), LintRule.BAN_DROP_TABLE);
            if (USED.contains(kind) && !context.creates(kind, name)) {
                context.addBreaking("a " + kind + " less");
            }
            if (ifExists) {
                context.droppedIfExists(kind, name);
            }
        }
    }

    private void insert(SqlCursor statement) {
        statement.accept("INTO");
        boolean repeatable = context.temporaryTables.contains(statement.name())
                || statement.contains("ON", "CONFLICT")
                || statement.contains("NOT", "EXISTS")
                || statement.contains("EXCEPT");
        if (!repeatable) {
            context.add(
                    LintRule.PREFER_ROBUST_STMTS,
                    "inserts again when the file runs again; write ON CONFLICT ... DO NOTHING or WHERE NOT EXISTS");
        }
    }
}
