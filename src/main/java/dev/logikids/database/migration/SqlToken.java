package dev.logikids.database.migration;

import java.util.Locale;

/**
 * One word, literal, symbol or comment of a SQL text.
 *
 * @param text as written
 * @param start the offset of its first character
 * @param end the offset after its last character
 * @param line the line where it begins, counted from 1
 */
record SqlToken(Kind kind, String text, int start, int end, int line) {

    enum Kind {
        /** A key word or a name without quotes. */
        WORD,
        /** A name in double quotes. */
        NAME,
        /** A literal in single quotes or dollar quotes. */
        STRING,
        NUMBER,
        /** One character of an operator or of the punctuation. */
        SYMBOL,
        COMMENT
    }

    /** Tells whether this is the key word (in any case) or the symbol. */
    boolean is(String expected) {
        return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(expected);
    }

    boolean isComment() {
        return kind == Kind.COMMENT;
    }

    /** The name as the catalog holds it: lower-case unless it is quoted. */
    String name() {
        return kind == Kind.NAME
                ? text.substring(text.indexOf('"') + 1, text.length() - 1).replace("\"\"", "\"")
                : text.toLowerCase(Locale.ROOT);
    }
}
