package dev.logikids.database.migration;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The rules about statements, for the statements of one file in their order: what the file itself has created holds
 * no rows and has no users yet, so the rules about locks and about breaking others do not apply to it.
 */
final class LintStatements {

    /** Something found in the statement at hand. */
    record Hit(LintRule rule, int line, String message) {}

    private static final Set<String> COMMANDS = Set.of(
            "abort",
            "alter",
            "analyse",
            "analyze",
            "begin",
            "call",
            "checkpoint",
            "close",
            "cluster",
            "comment",
            "commit",
            "copy",
            "create",
            "deallocate",
            "declare",
            "delete",
            "discard",
            "do",
            "drop",
            "end",
            "execute",
            "explain",
            "fetch",
            "grant",
            "import",
            "insert",
            "listen",
            "load",
            "lock",
            "merge",
            "move",
            "notify",
            "prepare",
            "reassign",
            "refresh",
            "reindex",
            "release",
            "reset",
            "revoke",
            "rollback",
            "savepoint",
            "security",
            "select",
            "set",
            "show",
            "start",
            "table",
            "truncate",
            "unlisten",
            "update",
            "vacuum",
            "values",
            "with",
            "(");
    private static final List<String[]> KINDS_OF_SEVERAL_WORDS = List.of(
            new String[] {"MATERIALIZED", "VIEW"},
            new String[] {"FOREIGN", "TABLE"},
            new String[] {"FOREIGN", "DATA", "WRAPPER"},
            new String[] {"EVENT", "TRIGGER"},
            new String[] {"ACCESS", "METHOD"},
            new String[] {"USER", "MAPPING"},
            new String[] {"OPERATOR", "CLASS"},
            new String[] {"OPERATOR", "FAMILY"},
            new String[] {"TEXT", "SEARCH", "CONFIGURATION"},
            new String[] {"TEXT", "SEARCH", "DICTIONARY"});
    private static final Set<String> CREATED_OR_REPLACED =
            Set.of("FUNCTION", "PROCEDURE", "VIEW", "TRIGGER", "RULE", "AGGREGATE", "LANGUAGE", "TRANSFORM");
    private static final Set<String> CREATED_IF_NOT_EXISTS = Set.of(
            "TABLE",
            "INDEX",
            "SEQUENCE",
            "SCHEMA",
            "EXTENSION",
            "MATERIALIZED VIEW",
            "FOREIGN TABLE",
            "COLLATION",
            "SERVER",
            "STATISTICS",
            "USER MAPPING");
    private static final Set<String> OUTSIDE_OF_TRANSACTIONS = Set.of("DATABASE", "TABLESPACE", "SUBSCRIPTION");
    private static final Set<String> NOT_VOLATILE = Set.of(
            "now",
            "transaction_timestamp",
            "statement_timestamp",
            "current_timestamp",
            "date_trunc",
            "to_timestamp",
            "extract",
            "make_date",
            "make_interval",
            "jsonb_build_object",
            "jsonb_build_array",
            "lower",
            "upper",
            "coalesce",
            "cast",
            "floor",
            "round");

    private final boolean transactional;
    private final int statements;
    private final Set<String> olderTables;
    private final Set<String> created = new HashSet<>();
    private final Set<String> temporaryTables = new HashSet<>();
    private final Set<String> dropped = new HashSet<>();
    private Consumer<Hit> hits = hit -> {};
    private int line;

    /**
     * @param statements how many the file has
     * @param olderTables what earlier files create: IF NOT EXISTS then finds it there
     */
    LintStatements(boolean transactional, int statements, Set<String> olderTables) {
        this.transactional = transactional;
        this.statements = statements;
        this.olderTables = Set.copyOf(olderTables);
    }

    /** The tables that the statements so far create and that no earlier file does. */
    Set<String> newTables() {
        return created;
    }

    /** Checks the next statement of the file. */
    void check(List<SqlToken> tokens, Consumer<Hit> hits) {
        this.hits = hits;
        line = tokens.get(0).line();
        if (isReadable(tokens)) {
            check(new SqlCursor(tokens));
        }
    }

    private boolean isReadable(List<SqlToken> tokens) {
        Deque<SqlToken> open = new ArrayDeque<>();
        for (int i = 0; i < tokens.size(); i++) {
            SqlToken token = tokens.get(i);
            boolean variable = i + 1 < tokens.size()
                    && token.is(":")
                    && token.end() == tokens.get(i + 1).start()
                    && tokens.get(i + 1).text().matches("['\"].*");
            if (token.is("\\") || variable) {
                hit(LintRule.PSQL_ONLY, token.line());
                return false;
            }
            if (token.is("(")) {
                open.push(token);
            } else if (token.is(")") && open.poll() == null) {
                hit(LintRule.SYNTAX_ERROR, token.line(), "this ) closes nothing");
                return false;
            }
        }
        if (!open.isEmpty()) {
            hit(LintRule.SYNTAX_ERROR, open.getLast().line(), "this ( is not closed");
            return false;
        }
        String command = tokens.get(0).text();
        if (!COMMANDS.contains(command.toLowerCase(Locale.ROOT))) {
            hit(LintRule.SYNTAX_ERROR, line, "PostgreSQL has no command " + command);
            return false;
        }
        return true;
    }

    private void check(SqlCursor statement) {
        switch (statement.next().name()) {
            case "create" -> create(statement);
            case "alter" -> alter(statement);
            case "drop" -> drop(statement);
            case "insert" -> insert(statement);
            case "truncate" -> hitIf(statement.contains("CASCADE"), LintRule.BAN_TRUNCATE_CASCADE);
            case "copy" ->
                hitIf(statement.contains("FROM", "STDIN") || statement.contains("TO", "STDOUT"), LintRule.PSQL_ONLY);
            case "begin", "start", "commit", "end", "abort" -> hit(LintRule.TRANSACTION_NESTING, line);
            case "rollback" -> hitIf(!statement.contains("TO"), LintRule.TRANSACTION_NESTING);
            case "prepare" -> hitIf(statement.sees("TRANSACTION"), LintRule.TRANSACTION_NESTING);
            case "vacuum" -> outsideOfTransaction(true);
            case "cluster" -> outsideOfTransaction(statement.atEnd());
            case "reindex" -> {
                statement.parenthesized();
                outsideOfTransaction(
                        statement.contains("CONCURRENTLY") || statement.seesAny("DATABASE", "SYSTEM", "SCHEMA"));
            }
            case "update", "merge", "call" ->
                hitIf(!transactional && statements > 1, LintRule.ONE_STATEMENT_OUTSIDE_TRANSACTION);
            default -> {
                // nothing to say about the others
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

        outsideOfTransaction(OUTSIDE_OF_TRANSACTIONS.contains(kind));
        boolean repeatable = replaces
                || (ifNotExists && !name.isEmpty())
                || temporary
                || dropped.contains(key(kind, name))
                || OUTSIDE_OF_TRANSACTIONS.contains(kind);
        if (!repeatable) {
            repeat(howToRepeat(kind, constraint));
        }
        switch (kind) {
            case "TABLE" -> {
                newTable(name);
                if (temporary) {
                    temporaryTables.add(name);
                }
                statement.parenthesized().parts().forEach(this::columnOfNewTable);
            }
            case "MATERIALIZED VIEW" -> newTable(name);
            case "INDEX" -> createIndex(statement, concurrently);
            default -> {
                // what else can be created locks nobody out
            }
        }
    }

    private void newTable(String name) {
        if (!olderTables.contains(name)) {
            created.add(name);
        }
    }

    private static String howToRepeat(String kind, boolean constraint) {
        if (CREATED_OR_REPLACED.contains(kind) && !constraint) {
            return "write CREATE OR REPLACE " + kind;
        }
        if (CREATED_IF_NOT_EXISTS.contains(kind)) {
            return "write CREATE " + kind + " IF NOT EXISTS and a name";
        }
        return "put DROP " + kind + " IF EXISTS before it, or put it into a DO block that looks first";
    }

    private void createIndex(SqlCursor statement, boolean concurrently) {
        statement.accept("ON");
        statement.accept("ONLY");
        boolean onNewTable = created.contains(statement.name());
        hitIf(concurrently && transactional, LintRule.BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION);
        hitIf(!concurrently && !onNewTable, LintRule.REQUIRE_CONCURRENT_INDEX_CREATION);
    }

    private void columnOfNewTable(SqlCursor part) {
        if (!part.seesAny("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE")) {
            part.name();
            type(part);
        }
    }

    private void type(SqlCursor part) {
        int typeLine = part.line();
        if (part.accept("TIMESTAMP")) {
            part.parenthesized();
            if (!part.sees("WITH", "TIME", "ZONE")) {
                hit(LintRule.PREFER_TIMESTAMPTZ, typeLine);
            }
            return;
        }
        part.accept("NATIONAL");
        if (part.acceptAny("CHAR", "CHARACTER", "NCHAR", "BPCHAR") && !part.sees("VARYING")) {
            hit(LintRule.BAN_CHAR_FIELD, typeLine);
        }
    }

    private void alter(SqlCursor statement) {
        String kind = kind(statement);
        statement.accept("IF", "EXISTS");
        switch (kind) {
            case "TABLE" -> alterTable(statement);
            case "SYSTEM" -> outsideOfTransaction(true);
            case "DATABASE" -> outsideOfTransaction(statement.contains("SET", "TABLESPACE"));
            case "TYPE" -> {
                statement.name();
                if (statement.accept("ADD", "VALUE") && !statement.sees("IF", "NOT", "EXISTS")) {
                    repeat("write ADD VALUE IF NOT EXISTS");
                }
                renames(statement);
            }
            default -> {
                statement.name();
                renames(statement);
            }
        }
    }

    private void renames(SqlCursor statement) {
        if (statement.sees("RENAME")) {
            repeat("put it into a DO block that looks first");
        }
    }

    private void alterTable(SqlCursor statement) {
        statement.accept("ONLY");
        String table = statement.name();
        statement.accept("*");
        renames(statement);
        boolean isNew = created.contains(table);
        for (SqlCursor action : statement.parts()) {
            line = action.line();
            if (action.accept("RENAME")) {
                boolean other = action.sees("CONSTRAINT") || isNew;
                hitIf(!other && action.sees("TO"), LintRule.RENAMING_TABLE);
                hitIf(!other && !action.sees("TO"), LintRule.RENAMING_COLUMN);
            } else if (action.accept("ADD")) {
                add(action, table, isNew);
            } else if (action.accept("DROP")) {
                dropPart(action, table);
            } else if (action.accept("ALTER")) {
                action.accept("COLUMN");
                action.name();
                alterColumn(action, isNew);
            } else if (action.accept("DETACH", "PARTITION")) {
                outsideOfTransaction(action.contains("CONCURRENTLY"));
            }
        }
    }

    private void add(SqlCursor action, String table, boolean isNew) {
        if (action.seesAny("CONSTRAINT", "CHECK", "FOREIGN", "UNIQUE", "PRIMARY", "EXCLUDE")) {
            addConstraint(action, table, isNew);
            return;
        }
        action.accept("COLUMN");
        if (!action.accept("IF", "NOT", "EXISTS")) {
            repeat("write ADD COLUMN IF NOT EXISTS");
        }
        String column = action.name();
        boolean serial = action.seesAny("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL4", "SERIAL8", "SERIAL2");
        type(action);
        if (isNew || column.isEmpty()) {
            return;
        }
        boolean generated = action.contains("GENERATED");
        boolean filled = action.contains("DEFAULT") || generated || serial;
        boolean required = action.contains("NOT", "NULL") || action.contains("PRIMARY", "KEY");
        hitIf(required && !filled, LintRule.ADDING_REQUIRED_FIELD);
        hitIf(serial || generated || isVolatile(action.after("DEFAULT")), LintRule.ADDING_FIELD_WITH_DEFAULT);
        hitIf(action.contains("REFERENCES"), LintRule.ADDING_FOREIGN_KEY_CONSTRAINT);
        hitIf(action.contains("CHECK"), LintRule.CONSTRAINT_MISSING_NOT_VALID);
        hitIf(action.contains("UNIQUE") || action.contains("PRIMARY"), LintRule.DISALLOWED_UNIQUE_CONSTRAINT);
    }

    /** A call of a function not known to be stable makes PostgreSQL compute the default row by row. */
    private static boolean isVolatile(SqlCursor expression) {
        SqlToken before = null;
        boolean cast = false;
        while (!expression.atEnd()) {
            SqlToken token = expression.next();
            if (token.is("CHECK") || token.is("REFERENCES") || token.is("CONSTRAINT")) {
                return false;
            }
            boolean call = token.is("(") && before != null && before.kind() == SqlToken.Kind.WORD && !cast;
            if (call && !NOT_VOLATILE.contains(before.name())) {
                return true;
            }
            cast = before != null && before.is(":");
            before = token;
        }
        return false;
    }

    private void addConstraint(SqlCursor action, String table, boolean isNew) {
        String name = action.accept("CONSTRAINT") ? action.name() : "";
        if (!dropped.contains(key("CONSTRAINT", table + "." + name))) {
            repeat(
                    "name it and put ALTER TABLE ... DROP CONSTRAINT IF EXISTS before it, or use a DO block that looks first");
        }
        if (isNew || action.contains("NOT", "VALID") || action.contains("USING", "INDEX")) {
            return;
        }
        hitIf(action.sees("FOREIGN"), LintRule.ADDING_FOREIGN_KEY_CONSTRAINT);
        hitIf(action.sees("CHECK"), LintRule.CONSTRAINT_MISSING_NOT_VALID);
        hitIf(action.seesAny("UNIQUE", "PRIMARY", "EXCLUDE"), LintRule.DISALLOWED_UNIQUE_CONSTRAINT);
    }

    private void dropPart(SqlCursor action, String table) {
        boolean constraint = action.accept("CONSTRAINT");
        if (!constraint) {
            action.accept("COLUMN");
            hit(LintRule.BAN_DROP_COLUMN, line);
        }
        if (!action.accept("IF", "EXISTS")) {
            repeat("write DROP " + (constraint ? "CONSTRAINT" : "COLUMN") + " IF EXISTS");
        } else if (constraint) {
            dropped.add(key("CONSTRAINT", table + "." + action.name()));
        }
    }

    private void alterColumn(SqlCursor action, boolean isNew) {
        if (action.accept("TYPE") || action.accept("SET", "DATA", "TYPE")) {
            hitIf(!isNew, LintRule.CHANGING_COLUMN_TYPE);
            type(action);
        }
        hitIf(!isNew && action.sees("SET", "NOT", "NULL"), LintRule.ADDING_NOT_NULLABLE_FIELD);
    }

    private void drop(SqlCursor statement) {
        String kind = kind(statement);
        boolean concurrently = statement.accept("CONCURRENTLY");
        boolean ifExists = statement.accept("IF", "EXISTS");
        hitIf(concurrently && transactional, LintRule.BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION);
        outsideOfTransaction(OUTSIDE_OF_TRANSACTIONS.contains(kind));
        if (!ifExists && !kind.equals("OWNED")) {
            repeat("write DROP " + kind + " IF EXISTS");
        }
        for (SqlCursor part : statement.parts()) {
            String name = part.name();
            hitIf(kind.equals("TABLE") && !temporaryTables.contains(name), LintRule.BAN_DROP_TABLE);
            if (ifExists) {
                dropped.add(key(kind, name));
            }
        }
    }

    private void insert(SqlCursor statement) {
        statement.accept("INTO");
        boolean guarded = temporaryTables.contains(statement.name())
                || statement.contains("ON", "CONFLICT")
                || statement.contains("NOT", "EXISTS")
                || statement.contains("EXCEPT");
        if (!guarded) {
            hit(
                    LintRule.PREFER_ROBUST_STMTS,
                    line,
                    "inserts again when the file runs again; write ON CONFLICT ... DO NOTHING or WHERE NOT EXISTS");
        }
    }

    private static String kind(SqlCursor statement) {
        for (String[] words : KINDS_OF_SEVERAL_WORDS) {
            if (statement.accept(words)) {
                return String.join(" ", words);
            }
        }
        return statement.atEnd() ? "" : statement.next().text().toUpperCase(Locale.ROOT);
    }

    private static String key(String kind, String name) {
        return kind + " " + name;
    }

    private void outsideOfTransaction(boolean applies) {
        hitIf(applies && transactional, LintRule.NOT_IN_TRANSACTION);
    }

    private void repeat(String advice) {
        hit(LintRule.PREFER_ROBUST_STMTS, line, LintRule.PREFER_ROBUST_STMTS.advice() + "; " + advice);
    }

    private void hitIf(boolean applies, LintRule rule) {
        if (applies) {
            hit(rule, line);
        }
    }

    private void hit(LintRule rule, int atLine) {
        hit(rule, atLine, rule.advice());
    }

    private void hit(LintRule rule, int atLine, String message) {
        hits.accept(new Hit(rule, atLine, message));
    }
}
