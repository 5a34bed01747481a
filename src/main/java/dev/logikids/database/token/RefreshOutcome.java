package dev.logikids.database.token;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.user.UserId;

/** How a refresh ended, once its transaction is committed. */
sealed interface RefreshOutcome {

    /**
     * The account of the presented token, and the refresh token to use from now on.
     *
     * @param rotated whether that is a new one
     */
    record Refreshed(UserId userId, String inviteCode, RefreshToken refreshToken, boolean rotated)
            implements RefreshOutcome {
        @Override
        public String toString() {
            return "Refreshed[***]";
        }
    }

    /**
     * No token was issued.
     *
     * @param reused whether the token was used again after its grace, which has ended its session
     */
    record Rejected(ProblemCode code, boolean reused) implements RefreshOutcome {}
}
