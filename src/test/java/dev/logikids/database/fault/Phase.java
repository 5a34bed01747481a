package dev.logikids.database.fault;

/** Where a connection to PostgreSQL is when a fault hits it; faults hit every connection that gets there. */
enum Phase {
    /** Accepted, nothing sent. */
    CONNECT,
    /** The server offers TLS, and the client has sent the first bytes of it. */
    TLS,
    /** The client answers the request for a password. */
    AUTHENTICATION,
    /** Unused in the pool at the moment of the fault. */
    IDLE,
    /** Outside of a transaction, before the server has the statement. */
    QUERY,
    /** Outside of a transaction, after the server has executed the statement. */
    QUERY_ANSWER,
    /** In a transaction, before the server has the statement. */
    TRANSACTION,
    /** Before the server has the COMMIT. */
    COMMIT,
    /** After the server has committed, before the client knows. */
    COMMIT_ANSWER;

    /** Whether connections that are open already never get there. */
    boolean isForNewConnections() {
        return this == CONNECT || this == TLS || this == AUTHENTICATION;
    }

    /** Whether no connection can do its work without getting there, so that the service cannot be ready. */
    boolean concernsAllWork() {
        return isForNewConnections() || this == QUERY || this == QUERY_ANSWER;
    }
}
