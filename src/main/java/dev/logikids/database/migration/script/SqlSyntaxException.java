package dev.logikids.database.migration.script;

/** The text of a SQL file ends inside a string, a quoted name, a dollar quote or a comment. */
public final class SqlSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;

    SqlSyntaxException(String message, int line) {
        super(message);
        this.line = line;
    }

    /** The line where the unterminated token begins, counted from 1. */
    public int line() {
        return line;
    }
}
