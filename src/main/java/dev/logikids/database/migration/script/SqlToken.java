package dev.logikids.database.migration.script;

import java.util.Locale;

/**
 * One word, literal, symbol or comment of a SQL text.
 *
 * @param kind what it is
 * @param source the SQL text that it stands in
 * @param start the offset of its first character
 * @param end the offset after its last character
 * @param line the line where it begins, counted from 1
 */
public record SqlToken(Kind kind, String source, int start, int end, int line) {

    /** What the scanner takes a token for. */
    public enum Kind {
        /** A key word or an unquoted name. */
        WORD,
        /** A name in double quotes. */
        NAME,
        /** A string in single quotes or dollar quotes. */
        STRING,
        /** A numeric literal. */
        NUMBER,
        /** One character of an operator or of punctuation. */
        SYMBOL,
        /** A comment of either form. */
        COMMENT,
        /** A backslash command of psql, up to the end of its line. */
        PSQL_COMMAND
    }

    /** The token as written. */
    public String text() {
        return source.substring(start, end);
    }

    /** Whether this is the key word (in any case) or the symbol. */
    public boolean is(String expected) {
        return (kind == Kind.WORD || kind == Kind.SYMBOL)
                && end - start == expected.length()
                && source.regionMatches(true, start, expected, 0, expected.length());
    }

    /** Whether this is a comment. */
    public boolean isComment() {
        return kind == Kind.COMMENT;
    }

    /** The name as the catalog holds it: lower-case unless it is quoted. */
    public String name() {
        String text = text();
        return kind == Kind.NAME
                ? text.substring(text.indexOf('"') + 1, text.length() - 1).replace("\"\"", "\"")
                : text.toLowerCase(Locale.ROOT);
    }

    /** The token as written: its source may be large. */
    @Override
    public String toString() {
        return kind + " " + text() + " in line " + line;
    }
}
