package dev.logikids.database.sync;

/** How a read ended, for an account that exists and is not revoked. */
sealed interface ReadOutcome {

    /** The stored data and its entity tag. */
    record Found(SyncData data, String etag) implements ReadOutcome {}

    /** The client has the stored data already; the blob was not read. */
    record NotModified(String etag) implements ReadOutcome {}

    /** The user has stored nothing. */
    record NotFound() implements ReadOutcome {}
}
