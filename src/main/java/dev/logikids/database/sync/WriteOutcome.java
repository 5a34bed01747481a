package dev.logikids.database.sync;

import java.util.Optional;

/** What a conditional or plain write came to, for an account in good standing. */
sealed interface WriteOutcome {

    /** Stored; the tag of what is stored now. */
    record Stored(String etag) implements WriteOutcome {}

    /** The precondition did not hold and nothing was written; the tag of what is there, if anything is. */
    record Refused(Optional<String> etag) implements WriteOutcome {}
}
