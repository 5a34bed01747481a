package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.ScannedStatement;
import dev.logikids.database.migration.script.TransactionControl;

/**
 * Refuses transaction control. A file runs in our transaction together with its rows in the ledgers, so one BEGIN and
 * one COMMIT round the whole file mean just that; with any other, part of the file would be kept when another part fails.
 */
final class TransactionRules {

    private static final int NONE = 0;

    private final LintContext context;
    private boolean isFirst = true;
    private int begun = NONE;
    private int committed = NONE;

    TransactionRules(LintContext context) {
        this.context = context;
    }

    /** Checks the next statement of the file. */
    void check(ScannedStatement statement) {
        TransactionControl control = statement.transactionControl();
        int line = statement.line();
        if (committed != NONE) {
            refuse(committed);
            committed = NONE;
            begun = NONE;
        }
        switch (control) {
            case NONE -> {
                // no rule
            }
            case BEGIN -> begin(line);
            case COMMIT -> commit(line);
            case SAVEPOINT -> {
                if (!context.transactional) {
                    context.add(
                            LintRule.TRANSACTION_NESTING,
                            line,
                            "a savepoint needs a transaction; leave out -- Transaction: none");
                }
            }
            case OTHER -> refuse(line);
        }
        isFirst = false;
    }

    /** Checks what the end of the file leaves open. */
    void checkEnd() {
        if (begun != NONE && committed == NONE) {
            context.add(
                    LintRule.TRANSACTION_NESTING,
                    begun,
                    "this BEGIN has no COMMIT at the end of the file; leave it out, the file runs in one transaction anyway");
        }
    }

    private void begin(int line) {
        if (isFirst && context.transactional) {
            begun = line;
        } else {
            refuse(line);
        }
    }

    private void commit(int line) {
        if (begun == NONE) {
            refuse(line);
        } else {
            committed = line;
        }
    }

    private void refuse(int line) {
        if (context.transactional) {
            context.add(LintRule.TRANSACTION_NESTING, line);
        } else {
            context.add(
                    LintRule.TRANSACTION_NESTING,
                    line,
                    "with -- Transaction: none each statement commits by itself; leave transaction commands out");
        }
    }
}
