package dev.logikids.database.postgresql;

/**
 * What went wrong with the database, in the few kinds that a caller can act on. A message holds at most the SQLSTATE and
 * the name of a constraint: PostgreSQL's own texts hold key values and never leave this package.
 */
public abstract sealed class DatabaseFailure extends RuntimeException {

    private final String sqlState;

    private DatabaseFailure(String message, String sqlState) {
        // no cause: the driver's exceptions print what the server said
        super(message + " (SQLSTATE " + sqlState + ")");
        this.sqlState = sqlState;
    }

    private DatabaseFailure(String message, Throwable cause) {
        super(message, cause);
        this.sqlState = "";
    }

    /** Returns PostgreSQL's five-character SQLSTATE, empty when the failure did not come from the server. */
    public String sqlState() {
        return sqlState;
    }

    /**
     * No connection could be made, it was lost, or it is of no more use. Nothing was written, unless
     * {@link #outcomeUnknown()}.
     */
    public static sealed class Unavailable extends DatabaseFailure {

        private final boolean outcomeUnknown;

        Unavailable(String message, String sqlState) {
            super(message, sqlState);
            this.outcomeUnknown = false;
        }

        /** Not reported by the server: the cause is the network's. */
        Unavailable(String message, Throwable cause) {
            this(message, cause, false);
        }

        private Unavailable(String message, Throwable cause, boolean outcomeUnknown) {
            super(message, cause);
            this.outcomeUnknown = outcomeUnknown;
        }

        static Unavailable duringCommit(Throwable cause) {
            return new Unavailable("no answer to the commit: its outcome is unknown", cause, true);
        }

        /** Returns whether the connection was lost during a commit: the writes may have been made or not. */
        public boolean outcomeUnknown() {
            return outcomeUnknown;
        }
    }

    /** A table or column that this build needs is not there: taken away under the running service, or not restored yet. */
    public static final class SchemaMissing extends Unavailable {
        SchemaMissing(String sqlState) {
            super("a table or column of this build is missing", sqlState);
        }
    }

    /** The wait for a connection or a lock, or a statement, took too long. Nothing was written; a retry may succeed. */
    public static final class Busy extends DatabaseFailure {
        Busy(String message) {
            super(message, (Throwable) null);
        }

        Busy(String message, String sqlState) {
            super(message, sqlState);
        }
    }

    /** Every attempt collided with another transaction; the failures of the earlier attempts are suppressed in it. */
    public static final class Conflict extends DatabaseFailure {
        Conflict(String sqlState) {
            super("the transaction collided with another", sqlState);
        }
    }

    /** A row with this key exists. */
    public static final class UniqueViolation extends DatabaseFailure {
        UniqueViolation(String constraint, String sqlState) {
            super("violates unique constraint " + constraint, sqlState);
        }
    }

    /** The row that this one refers to is missing, or other rows still refer to this one. */
    public static final class ForeignKeyViolation extends DatabaseFailure {
        ForeignKeyViolation(String constraint, String sqlState) {
            super("violates foreign key constraint " + constraint, sqlState);
        }
    }

    /** The server or the driver rejected a statement for any other reason: a defect in this service or its schema. */
    public static final class Unexpected extends DatabaseFailure {
        Unexpected(String message) {
            super(message, (Throwable) null);
        }

        Unexpected(String message, String sqlState) {
            super(message, sqlState);
        }
    }
}
