package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.SqlToken;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules for statements, except those for ALTER TABLE. */
final class StatementRules {

    private static final List<String> KINDS_OF_SEVERAL_WORDS =
            List.of(("MATERIALIZED VIEW,FOREIGN TABLE,ACCESS METHOD,USER MAPPING,OPERATOR CLASS,OPERATOR FAMILY,"
                            + "TEXT SEARCH CONFIGURATION,TEXT SEARCH DICTIONARY")
                    .split(","));
    private static final Set<String> CREATED_OR_REPLACED =
            Set.of("FUNCTION,PROCEDURE,VIEW,TRIGGER,RULE,AGGREGATE,LANGUAGE,TRANSFORM".split(","));
    private static final Set<String> CREATED_IF_NOT_EXISTS =
            Set.of(("TABLE,INDEX,SEQUENCE,SCHEMA,EXTENSION,MATERIALIZED VIEW,FOREIGN TABLE,COLLATION,SERVER,STATISTICS,"
                            + "USER MAPPING")
                    .split(","));
    private static final Set<String> FAILS_IN_TRANSACTION = Set.of("DATABASE", "TABLESPACE", "SUBSCRIPTION");

    private final LintContext context;
    private final boolean singleStatement;

    /**
     * @param singleStatement whether the file has no other statement
     */
    StatementRules(LintContext context, boolean singleStatement) {
        this.context = context;
        this.singleStatement = singleStatement;
    }

    /** Checks the next statement of the file. */
    void check(List<SqlToken> tokens) {
        context.at(tokens.get(0).line());
        if (StatementSyntax.check(tokens, context)) {
            check(new SqlCursor(tokens));
        }
    }

    private void check(SqlCursor statement) {
        switch (statement.next().name()) {
            case "create" -> create(statement);
            case "alter" -> alter(statement);
            case "drop" -> drop(statement);
            case "insert" -> insert(statement);
            case "truncate" -> context.addIf(statement.contains("CASCADE"), LintRule.BAN_TRUNCATE_CASCADE);
            case "copy" ->
                context.addIf(
                        statement.contains("FROM", "STDIN") || statement.contains("TO", "STDOUT"), LintRule.PSQL_ONLY);
            case "begin", "start", "commit", "end", "abort" -> context.add(LintRule.TRANSACTION_NESTING);
            case "rollback" -> context.addIf(!statement.contains("TO"), LintRule.TRANSACTION_NESTING);
            case "prepare" -> context.addIf(statement.sees("TRANSACTION"), LintRule.TRANSACTION_NESTING);
            case "vacuum" -> context.addNotInTransactionIf(true);
            case "cluster" -> context.addNotInTransactionIf(statement.atEnd());
            case "reindex" -> {
                statement.parenthesized();
                context.addNotInTransactionIf(
                        statement.contains("CONCURRENTLY") || statement.seesAny("DATABASE", "SYSTEM", "SCHEMA"));
            }
            case "update", "merge", "call" ->
                context.addIf(!context.transactional && !singleStatement, LintRule.ONE_STATEMENT_OUTSIDE_TRANSACTION);
            default -> {
                // no rule
            }
        }
    }

    private void create(SqlCursor statement) {
        boolean replaces = statement.accept("OR", "REPLACE");
        boolean temporary = false;
        boolean constraint = false;
        while (statement.seesAny(
                "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "RECURSIVE", "UNIQUE", "TRUSTED", "CONSTRAINT")) {
            temporary |= statement.seesAny("TEMP", "TEMPORARY");
            constraint |= statement.sees("CONSTRAINT");
            statement.next();
        }
        String kind = kind(statement);
        boolean concurrently = statement.accept("CONCURRENTLY");
        boolean ifNotExists = statement.accept("IF", "NOT", "EXISTS");
        String name = statement.sees("ON") ? "" : statement.name();

        context.addNotInTransactionIf(FAILS_IN_TRANSACTION.contains(kind));
        boolean repeatable = replaces
                || (ifNotExists && !name.isEmpty())
                || temporary
                || context.wasDroppedIfExists(kind, name)
                || FAILS_IN_TRANSACTION.contains(kind);
        if (!repeatable) {
            context.addNotRepeatable(howToRepeat(kind, constraint));
        }
        switch (kind) {
            case "TABLE" -> {
                context.createdTable(name);
                if (temporary) {
                    context.temporaryTables.add(name);
                }
                statement.parenthesized().parts().forEach(this::columnOfNewTable);
            }
            case "MATERIALIZED VIEW" -> context.createdTable(name);
            case "INDEX" -> createIndex(statement, concurrently);
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

    private void createIndex(SqlCursor statement, boolean concurrently) {
        statement.accept("ON");
        statement.accept("ONLY");
        boolean onNewTable = context.newTables.contains(statement.name());
        context.addIf(concurrently && context.transactional, LintRule.BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION);
        context.addIf(!concurrently && !onNewTable, LintRule.REQUIRE_CONCURRENT_INDEX_CREATION);
    }

    private void columnOfNewTable(SqlCursor part) {
        if (!part.seesAny("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE")) {
            part.name();
            ColumnType.check(part, context);
        }
    }

    private void alter(SqlCursor statement) {
        String kind = kind(statement);
        statement.accept("IF", "EXISTS");
        switch (kind) {
            case "TABLE" -> new AlterTableRules(context).check(statement);
            case "SYSTEM" -> context.addNotInTransactionIf(true);
            case "DATABASE" -> context.addNotInTransactionIf(statement.contains("SET", "TABLESPACE"));
            default -> {
                statement.name();
                if (kind.equals("TYPE") && statement.accept("ADD", "VALUE") && !statement.sees("IF", "NOT", "EXISTS")) {
                    context.addNotRepeatable("write ADD VALUE IF NOT EXISTS");
                }
                AlterTableRules.checkRename(statement, context);
            }
        }
    }

    private void drop(SqlCursor statement) {
        String kind = kind(statement);
        boolean concurrently = statement.accept("CONCURRENTLY");
        boolean ifExists = statement.accept("IF", "EXISTS");
        context.addIf(concurrently && context.transactional, LintRule.BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION);
        context.addNotInTransactionIf(FAILS_IN_TRANSACTION.contains(kind));
        if (!ifExists && !kind.equals("OWNED")) {
            context.addNotRepeatable("write DROP " + kind + " IF EXISTS");
        }
        for (SqlCursor part : statement.parts()) {
            String name = part.name();
            context.addIf(kind.equals("TABLE") && !context.temporaryTables.contains(name), LintRule.BAN_DROP_TABLE);
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

    private static String kind(SqlCursor statement) {
        for (String kind : KINDS_OF_SEVERAL_WORDS) {
            if (statement.accept(kind.split(" "))) {
                return kind;
            }
        }
        return statement.atEnd() ? "" : statement.next().text().toUpperCase(Locale.ROOT);
    }
}
