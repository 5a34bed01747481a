package dev.logikids.database.sync;

import java.util.Optional;

/** How a write ended, for an account that exists and is not revoked. */
sealed interface WriteOutcome {

    /** Stored; the entity tag of what is stored now. */
    record Stored(String etag) implements WriteOutcome {}

    /** A precondition did not hold and nothing was written; the entity tag of what is stored, if anything is. */
    record PreconditionFailed(Optional<String> etag) implements WriteOutcome {}
}
