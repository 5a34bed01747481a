package dev.logikids.database.migration.script;

import dev.logikids.database.migration.script.ScannedStatement.Defect;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.function.Supplier;

/** Reads the statements of a SQL text one after another, as psql does; holds the tokens of one statement at a time. */
public final class SqlStatements {

    /** More than any rule looks at, and few enough for an INSERT of a million rows. */
    private static final int TOKENS = 10_000;

    private final Supplier<SqlToken> source;
    private final Runnable skipCopyRows;
    private List<SqlToken> tokens;
    private List<SqlToken> comments = new ArrayList<>();
    private Defect defect;
    private SqlToken previous;
    private int parentheses;
    private int openAndKept;
    private int unclosedLine;
    private int blocks;
    private int brackets;
    private BitSet colonIsSql;

    private SqlStatements(Supplier<SqlToken> source, Runnable skipCopyRows) {
        this.source = source;
        this.skipCopyRows = skipCopyRows;
    }

    /** Begins at the start of that text. */
    public static SqlStatements of(String sql) {
        SqlLexer lexer = new SqlLexer(sql);
        return new SqlStatements(lexer::next, lexer::skipCopyRows);
    }

    /**
     * Reads the next statement; empty ones (only blanks and comments) are passed over. Nothing at the end.
     *
     * @throws SqlSyntaxException when the text ends inside a token
     */
    public Optional<ScannedStatement> next() {
        begin();
        for (SqlToken token = source.get(); token != null; token = source.get()) {
            if (token.isComment()) {
                comments.add(token);
            } else if (token.is(";") && parentheses == 0 && blocks == 0) {
                if (!tokens.isEmpty()) {
                    return Optional.of(end());
                }
            } else {
                add(token);
                if (token.kind() == SqlToken.Kind.PSQL_COMMAND) {
                    return Optional.of(end());
                }
            }
        }
        return tokens.isEmpty() ? Optional.empty() : Optional.of(end());
    }

    /** The comments since the last statement; after the last one, those that end the text. */
    public List<SqlToken> comments() {
        return comments;
    }

    /**
     * Returns the statements of a text in order; each is cut out of the text when it is asked for.
     *
     * @throws SqlSyntaxException when the text ends inside a token
     */
    static List<SqlStatement> split(String sql) {
        Places places = new Places(sql);
        SqlStatements reader = of(sql);
        for (Optional<ScannedStatement> next = reader.next(); next.isPresent(); next = reader.next()) {
            places.add(next.get());
        }
        return places;
    }

    /** Returns the tokens of each statement without comments and without the closing semicolon. */
    public static List<List<SqlToken>> group(List<SqlToken> tokens) {
        Iterator<SqlToken> all = tokens.iterator();
        SqlStatements reader = new SqlStatements(() -> all.hasNext() ? all.next() : null, () -> {});
        List<List<SqlToken>> statements = new ArrayList<>();
        for (Optional<ScannedStatement> next = reader.next(); next.isPresent(); next = reader.next()) {
            statements.add(next.get().tokens());
        }
        return statements;
    }

    private void begin() {
        tokens = new ArrayList<>();
        comments = new ArrayList<>();
        defect = null;
        previous = null;
        parentheses = 0;
        openAndKept = 0;
        blocks = 0;
        brackets = 0;
        colonIsSql = new BitSet();
    }

    private void add(SqlToken token) {
        boolean closesKept = false;
        if (token.is("(")) {
            if (parentheses++ == 0) {
                unclosedLine = token.line();
            }
            openBracket(previous != null && (previous.is("JSON_OBJECT") || previous.is("JSON_OBJECTAGG")));
        } else if (token.is(")")) {
            if (parentheses == 0) {
                addDefect(Defect.Kind.UNOPENED, token.line(), ")");
            }
            closesKept = parentheses > 0 && parentheses == openAndKept;
            parentheses = Math.max(0, parentheses - 1);
            brackets = Math.max(0, brackets - 1);
        } else if (token.is("[")) {
            openBracket(true);
        } else if (token.is("]")) {
            brackets = Math.max(0, brackets - 1);
        } else if (token.kind() == SqlToken.Kind.PSQL_COMMAND) {
            addDefect(Defect.Kind.PSQL_COMMAND, token.line(), command(token));
        } else if (isPsqlVariable(token)) {
            addDefect(Defect.Kind.PSQL_VARIABLE, token.line(), ":");
        } else if (parentheses == 0) {
            blocks += blockChange(token);
        }
        boolean word = token.kind() == SqlToken.Kind.WORD || token.kind() == SqlToken.Kind.NAME;
        if (tokens.size() < TOKENS || (word && parentheses == 0) || closesKept) {
            tokens.add(token);
            openAndKept += token.is("(") ? 1 : closesKept ? -1 : 0;
        }
        previous = token;
    }

    /** The command without what follows it, which may be a secret. */
    private static String command(SqlToken token) {
        String text = token.text();
        int end = 1;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }

    private void openBracket(boolean withColon) {
        colonIsSql.set(brackets++, withColon);
    }

    /**
     * Whether psql would put the value of a variable here, as in {@code :name} or {@code :'name'}. A colon before a name is
     * plain SQL between brackets, {@code a[low:high]}, and in {@code JSON_OBJECT('key': value)}.
     */
    private boolean isPsqlVariable(SqlToken token) {
        if (!token.is(":") || (brackets > 0 && colonIsSql.get(brackets - 1))) {
            return false;
        }
        String sql = token.source();
        char before = token.start() == 0 ? ' ' : sql.charAt(token.start() - 1);
        char after = token.end() == sql.length() ? ' ' : sql.charAt(token.end());
        return before != ':' && (Character.isLetterOrDigit(after) || "_'\"{".indexOf(after) >= 0);
    }

    /** The body of a SQL-standard routine, {@code BEGIN ATOMIC … END}, contains semicolons; CASE ends with END too. */
    private int blockChange(SqlToken token) {
        if (previous == null) {
            return 0;
        }
        if (blocks == 0) {
            return token.is("ATOMIC") && previous.is("BEGIN") && isRoutine() ? 1 : 0;
        }
        boolean name = previous.is(".") || previous.is("AS");
        if (name) {
            return 0;
        }
        return token.is("CASE") ? 1 : token.is("END") ? -1 : 0;
    }

    private boolean isRoutine() {
        int kind = tokens.size() > 3 && tokens.get(1).is("OR") && tokens.get(2).is("REPLACE") ? 3 : 1;
        return tokens.size() > kind
                && tokens.get(0).is("CREATE")
                && (tokens.get(kind).is("FUNCTION") || tokens.get(kind).is("PROCEDURE"));
    }

    /** COPY with rows that psql sends or receives beside the statement; PostgreSQL takes either word for both directions. */
    private boolean copiesThroughPsql() {
        boolean copies = tokens.get(0).is("COPY");
        int depth = 0;
        for (int i = 1; copies && i < tokens.size() - 1; i++) {
            SqlToken token = tokens.get(i);
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            if (depth == 0
                    && (token.is("FROM") || token.is("TO"))
                    && (tokens.get(i + 1).is("STDIN") || tokens.get(i + 1).is("STDOUT"))) {
                return true;
            }
        }
        return false;
    }

    private ScannedStatement end() {
        if (parentheses > 0) {
            addDefect(Defect.Kind.UNCLOSED, unclosedLine, "(");
        }
        if (copiesThroughPsql()) {
            addDefect(Defect.Kind.PSQL_COPY, tokens.get(0).line(), "COPY");
            skipCopyRows.run();
        }
        return new ScannedStatement(
                List.copyOf(tokens), previous.end(), List.copyOf(comments), Optional.ofNullable(defect));
    }

    /** Keeps the first. */
    private void addDefect(Defect.Kind kind, int line, String text) {
        defect = defect == null ? new Defect(kind, line, text) : defect;
    }

    /** The places of statements in their text: there may be hundreds of thousands. */
    private static final class Places extends AbstractList<SqlStatement> implements RandomAccess {

        private static final int VALUES = 3;

        private final String sql;
        // start, end and line of each
        private int[] values = new int[VALUES];
        private int size;

        Places(String sql) {
            this.sql = sql;
        }

        void add(ScannedStatement statement) {
            int at = size * VALUES;
            if (at == values.length) {
                values = Arrays.copyOf(values, 2 * values.length);
            }
            values[at] = statement.start();
            values[at + 1] = statement.end();
            values[at + 2] = statement.line();
            size++;
        }

        @Override
        public SqlStatement get(int index) {
            int at = Objects.checkIndex(index, size) * VALUES;
            return new SqlStatement(sql.substring(values[at], values[at + 1]), values[at + 2]);
        }

        @Override
        public int size() {
            return size;
        }
    }
}
