package dev.logikids.database.console;

import java.time.Instant;

/**
 * A signed-in operator; lives in a sealed cookie and nowhere else.
 *
 * @param id random, told to nobody
 * @param operator as the audit names them
 * @param startedAt when the operator signed in
 */
record Session(String id, String operator, Instant startedAt) {

    @Override
    public String toString() {
        return "Session of " + operator;
    }
}
