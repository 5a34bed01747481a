package dev.logikids.database.token;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.user.UserId;

/** How a refresh ended, once its transaction is committed. */
sealed interface RefreshOutcome {

    /** The account of the presented token, and the refresh token to use from now on. */
    record Refreshed(UserId userId, String inviteCode, RefreshToken refreshToken) implements RefreshOutcome {
        @Override
        public String toString() {
            return "Refreshed[***]";
        }
    }

    /** No token was issued; a token that was used again after its grace has ended its session. */
    record Rejected(ProblemCode code) implements RefreshOutcome {}
}
