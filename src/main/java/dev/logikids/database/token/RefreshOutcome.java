package dev.logikids.database.token;

import dev.logikids.database.problem.ProblemCode;

/** How a refresh ended, after its transaction has been committed. */
sealed interface RefreshOutcome {

    /** The account whose token was good, and the refresh token to use from now on. */
    record Refreshed(String userId, String inviteCode, RefreshToken refreshToken) implements RefreshOutcome {
        @Override
        public String toString() {
            return "Refreshed[***]";
        }
    }

    record Refused(ProblemCode code) implements RefreshOutcome {}
}
