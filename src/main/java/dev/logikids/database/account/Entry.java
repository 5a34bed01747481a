package dev.logikids.database.account;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.token.RefreshToken;

/** How a registration or a login ended, after its transaction has been committed. */
sealed interface Entry {

    /** The account, and the first refresh token of the session that has begun. */
    record Entered(AccountRow account, RefreshToken refreshToken) implements Entry {}

    record Refused(ProblemCode code) implements Entry {}
}
