package dev.logikids.database.account;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.token.RefreshToken;

/** How a registration or a login ended, once its transaction is committed. */
sealed interface LoginOutcome {

    /** A session has begun: its account, and its first refresh token. */
    record LoggedIn(AccountRow account, RefreshToken refreshToken) implements LoginOutcome {}

    /** Nothing was changed. */
    record Rejected(ProblemCode code) implements LoginOutcome {}
}
