package dev.logikids.database.migration.script;

import dev.logikids.database.migration.script.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits SQL into tokens as the scanners of PostgreSQL (src/backend/parser/scan.l, with standard_conforming_strings on)
 * and of psql (src/fe_utils/psqlscan.l) do: words, quoted names, strings, numbers, symbols, comments, commands of psql.
 */
public final class SqlLexer {

    private final String sql;
    private int at;
    private int counted;
    private int line = 1;

    /** Begins at the start of that text; a byte order mark there is skipped. */
    SqlLexer(String sql) {
        this.sql = sql;
        this.at = sql.startsWith(MigrationFile.BYTE_ORDER_MARK) ? 1 : 0;
    }

    /**
     * Returns every token of the text, comments included.
     *
     * @throws SqlSyntaxException when the text ends inside a token
     */
    public static List<SqlToken> tokens(String sql) {
        SqlLexer lexer = new SqlLexer(sql);
        List<SqlToken> tokens = new ArrayList<>();
        for (SqlToken token = lexer.next(); token != null; token = lexer.next()) {
            tokens.add(token);
        }
        return tokens;
    }

    /** Reads the next token, or returns null at the end. */
    SqlToken next() {
        while (at < sql.length() && isBlank(sql.charAt(at))) {
            at++;
        }
        if (at == sql.length()) {
            return null;
        }
        int start = at;
        Kind kind = skipToken();
        return new SqlToken(kind, sql, start, at, lineOf(start));
    }

    /** Moves past the rows that follow COPY FROM STDIN: up to the line {@code \.}, or to the end of the text. */
    void skipCopyRows() {
        int end = at;
        do {
            int begin = Math.min(sql.length(), endOfLine(end) + 1);
            end = endOfLine(begin);
            at = end;
            if (sql.startsWith("\\.", begin) && end == begin + 2) {
                return;
            }
        } while (at < sql.length());
    }

    /** Moves past the token that begins here. */
    private Kind skipToken() {
        char first = peek(0);
        if (sql.startsWith("--", at) || sql.startsWith("/*", at)) {
            skipComment();
            return Kind.COMMENT;
        }
        if (first == '\'') {
            skipString(false);
            return Kind.STRING;
        }
        if (first == '"') {
            skipQuoted('"', false, "quoted name");
            return Kind.NAME;
        }
        if (isNameStart(first)) {
            return skipWord();
        }
        if (first == '$' && skipDollarQuote()) {
            return Kind.STRING;
        }
        if (first == '\\') {
            at = endOfLine(at);
            return Kind.PSQL_COMMAND;
        }
        if (isDigit(first)) {
            while (isDigit(peek(0)) || isNameStart(peek(0)) || peek(0) == '.') {
                at++;
            }
            return Kind.NUMBER;
        }
        at++;
        return Kind.SYMBOL;
    }

    private Kind skipWord() {
        char first = Character.toLowerCase(peek(0));
        if (first == 'e' && peek(1) == '\'') {
            at++;
            skipString(true);
            return Kind.STRING;
        }
        if ((first == 'b' || first == 'x' || first == 'n') && peek(1) == '\'') {
            at++;
            skipString(false);
            return Kind.STRING;
        }
        if (first == 'u' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) {
            at += 2;
            return skipToken();
        }
        while (isNameStart(peek(0)) || isDigit(peek(0)) || peek(0) == '$') {
            at++;
        }
        return Kind.WORD;
    }

    /** Includes the continuation of the string on following lines, which keeps its rule for backslashes. */
    private void skipString(boolean backslashes) {
        skipQuoted('\'', backslashes, "string");
        for (int next = continuation(); next >= 0; next = continuation()) {
            at = next;
            skipQuoted('\'', backslashes, "string");
        }
    }

    /** Returns where the string continues, or -1; a line end must separate the parts (manual 4.1.2.1). */
    private int continuation() {
        boolean lineEnd = false;
        int next = at;
        while (next < sql.length()) {
            char c = sql.charAt(next);
            if (isBlank(c)) {
                lineEnd |= c == '\n' || c == '\r';
                next++;
            } else if (sql.startsWith("--", next)) {
                next = endOfLine(next);
            } else {
                return c == '\'' && lineEnd ? next : -1;
            }
        }
        return -1;
    }

    private void skipQuoted(char quote, boolean backslashes, String what) {
        int start = at++;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '\\' && backslashes) {
                at += 2;
            } else if (c != quote) {
                at++;
            } else if (peek(1) == quote) {
                at += 2;
            } else {
                at++;
                return;
            }
        }
        throw unterminated(what, start);
    }

    private boolean skipDollarQuote() {
        int close = at + 1;
        while (close < sql.length()
                && (isNameStart(sql.charAt(close)) || (close > at + 1 && isDigit(sql.charAt(close))))) {
            close++;
        }
        if (close == sql.length() || sql.charAt(close) != '$') {
            return false;
        }
        String tag = sql.substring(at, close + 1);
        int end = sql.indexOf(tag, close + 1);
        if (end < 0) {
            throw unterminated("dollar quote " + tag, at);
        }
        at = end + tag.length();
        return true;
    }

    private void skipComment() {
        if (sql.startsWith("--", at)) {
            at = endOfLine(at);
            return;
        }
        int start = at;
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
            if (at >= sql.length() && depth > 0) {
                throw unterminated("comment", start);
            }
        } while (depth > 0);
    }

    private SqlSyntaxException unterminated(String what, int start) {
        return new SqlSyntaxException(
                "this " + what + " is not closed: it would go on to the end of the file; close it", lineOf(start));
    }

    /** Counts on from the position of the last call, which is never greater. */
    private int lineOf(int position) {
        for (; counted < position; counted++) {
            char c = sql.charAt(counted);
            if (c == '\n' || (c == '\r' && !sql.startsWith("\n", counted + 1))) {
                line++;
            }
        }
        return line;
    }

    private int endOfLine(int from) {
        int end = from;
        while (end < sql.length() && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    /** The character at that distance, or 0 (never valid in SQL) past the end. */
    private char peek(int ahead) {
        return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
    }

    /** Without the vertical tab, which PostgreSQL 17 is the first to take for a blank. */
    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= '\u0080';
    }
}
