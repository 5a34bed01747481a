package dev.logikids.database.sync;

/** What a read came to, for an account in good standing. */
sealed interface Found {

    /** The user stored nothing. */
    record Nothing() implements Found {}

    /** The client has this state already; the blob was not read. */
    record NotModified(String etag) implements Found {}

    /** The stored data. */
    record Data(SyncData data, String etag) implements Found {}
}
