package dev.logikids.database.migration.script;

import java.util.List;

/** What a statement does to transactions. */
public enum TransactionControl {
    /** Nothing. */
    NONE,
    /** Begins one with the settings of the session. */
    BEGIN,
    /** Commits the one that BEGIN began. */
    COMMIT,
    /** Sets, releases or goes back to a savepoint. */
    SAVEPOINT,
    /** Anything else: another end, another kind of transaction, two-phase commit. */
    OTHER;

    static TransactionControl of(SqlStatement statement) {
        return SqlStatements.of(statement.text())
                .next()
                .map(ScannedStatement::transactionControl)
                .orElse(NONE);
    }

    static TransactionControl of(List<SqlToken> tokens) {
        return switch (tokens.get(0).name()) {
            case "begin" ->
                is(tokens, "BEGIN") || is(tokens, "BEGIN", "WORK") || is(tokens, "BEGIN", "TRANSACTION")
                        ? BEGIN
                        : OTHER;
            case "start" -> is(tokens, "START", "TRANSACTION") ? BEGIN : OTHER;
            case "commit", "end" -> isPlainEnd(tokens) ? COMMIT : OTHER;
            case "rollback" -> isRollbackTo(tokens) ? SAVEPOINT : OTHER;
            case "abort" -> OTHER;
            case "savepoint", "release" -> SAVEPOINT;
            case "prepare" -> starts(tokens, "PREPARE", "TRANSACTION") && !namesPlan(tokens) ? OTHER : NONE;
            case "set" -> setsTransaction(tokens) ? OTHER : NONE;
            default -> NONE;
        };
    }

    private static boolean isPlainEnd(List<SqlToken> tokens) {
        int next = 1 + (at(tokens, 1, "WORK") || at(tokens, 1, "TRANSACTION") ? 1 : 0);
        return next == tokens.size()
                || (next + 3 == tokens.size()
                        && at(tokens, next, "AND")
                        && at(tokens, next + 1, "NO")
                        && at(tokens, next + 2, "CHAIN"));
    }

    private static boolean isRollbackTo(List<SqlToken> tokens) {
        int next = 1 + (at(tokens, 1, "WORK") || at(tokens, 1, "TRANSACTION") ? 1 : 0);
        return at(tokens, next, "TO");
    }

    /** PREPARE transaction AS … and PREPARE transaction (int) AS … name a plan that is called so. */
    private static boolean namesPlan(List<SqlToken> tokens) {
        return at(tokens, 2, "AS") || at(tokens, 2, "(");
    }

    /** SET [SESSION | LOCAL] TRANSACTION … and SET [SESSION | LOCAL] SESSION CHARACTERISTICS …. */
    private static boolean setsTransaction(List<SqlToken> tokens) {
        int next = 1 + (at(tokens, 1, "LOCAL") || at(tokens, 1, "SESSION") ? 1 : 0);
        return at(tokens, next, "TRANSACTION")
                || at(tokens, next, "CHARACTERISTICS")
                || at(tokens, next + 1, "CHARACTERISTICS");
    }

    private static boolean is(List<SqlToken> tokens, String... words) {
        return tokens.size() == words.length && starts(tokens, words);
    }

    private static boolean starts(List<SqlToken> tokens, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!at(tokens, i, words[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean at(List<SqlToken> tokens, int index, String word) {
        return index < tokens.size() && tokens.get(index).is(word);
    }
}
