package dev.logikids.database.sync;

/** What a read came to, for an account in good standing. */
sealed interface ReadOutcome {

    /** The user stored nothing. */
    record Nothing() implements ReadOutcome {}

    /** The client has this state already; the blob was not read. */
    record NotModified(String etag) implements ReadOutcome {}

    /** The stored data. */
    record Data(SyncData data, String etag) implements ReadOutcome {}
}
