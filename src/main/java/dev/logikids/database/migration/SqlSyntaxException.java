package dev.logikids.database.migration;

/** The text of a SQL file ends inside a string, a quoted name, a dollar quote or a comment. */
final class SqlSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;

    SqlSyntaxException(String message, int line) {
        super(message);
        this.line = line;
    }

    /** The line where the unterminated piece begins, counted from 1. */
    int line() {
        return line;
    }
}
