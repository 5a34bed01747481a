package dev.logikids.database.migration.script;

import java.util.List;
import java.util.Optional;

/**
 * One statement as tokens.
 *
 * @param tokens without comments and without the closing semicolon; never empty. Of a statement with very many tokens, such
 *     as an INSERT of many rows, only the words outside of parentheses are kept after the first ten thousand
 * @param end the offset after its last character
 * @param comments those between the end of the statement before and the end of this one
 * @param defect the first thing that PostgreSQL cannot read
 */
public record ScannedStatement(List<SqlToken> tokens, int end, List<SqlToken> comments, Optional<Defect> defect) {

    /**
     * Something that PostgreSQL cannot read in any statement.
     *
     * @param kind what is wrong
     * @param line where, counted from 1
     * @param text how it begins
     */
    public record Defect(Kind kind, int line, String text) {

        /** What is wrong. */
        public enum Kind {
            /** A backslash command, which psql takes for itself. */
            PSQL_COMMAND,
            /** A variable that psql would replace. */
            PSQL_VARIABLE,
            /** COPY with rows that psql reads from the file or writes out. */
            PSQL_COPY,
            /** A parenthesis that is not closed. */
            UNCLOSED,
            /** A parenthesis that closes nothing. */
            UNOPENED
        }
    }

    /** The line of the file where the statement begins, counted from 1. */
    public int line() {
        return tokens.get(0).line();
    }

    /** The offset of its first character. */
    public int start() {
        return tokens.get(0).start();
    }

    /** What this statement does to transactions. */
    public TransactionControl transactionControl() {
        return TransactionControl.of(tokens);
    }
}
