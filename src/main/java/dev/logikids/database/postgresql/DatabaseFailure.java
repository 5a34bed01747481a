package dev.logikids.database.postgresql;

/**
 * What went wrong with the database, in the few kinds a caller can act on. Messages carry at most the SQLSTATE and the
 * name of a constraint: PostgreSQL's own texts hold key values and never leave this package.
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

    /** No connection could be made, or it was lost. Nothing was written, unless {@link #outcomeUnknown()}. */
    public static final class Unavailable extends DatabaseFailure {

        private final boolean outcomeUnknown;

        Unavailable(String message, String sqlState) {
            super(message, sqlState);
            this.outcomeUnknown = false;
        }

        /** Without the server's word: the cause is the network's. */
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

        /** Whether the connection was lost while a commit was under way: its writes may have been made or not. */
        public boolean outcomeUnknown() {
            return outcomeUnknown;
        }
    }

    /** The pool, a lock or a statement took longer than it may. Nothing was written; later it may work. */
    public static final class Busy extends DatabaseFailure {
        Busy(String message) {
            super(message, (Throwable) null);
        }

        Busy(String message, String sqlState) {
            super(message, sqlState);
        }
    }

    /** Every allowed attempt collided with another transaction; the earlier attempts' failures are suppressed here. */
    public static final class Conflict extends DatabaseFailure {
        Conflict(String sqlState) {
            super("the transaction collided with another", sqlState);
        }
    }

    /** A row with this key is there already. */
    public static final class UniqueViolation extends DatabaseFailure {

        private final String constraint;

        UniqueViolation(String constraint, String sqlState) {
            super("violates unique constraint " + constraint, sqlState);
            this.constraint = constraint;
        }

        /** Returns the name of the violated constraint or unique index. */
        public String constraint() {
            return constraint;
        }
    }

    /** The row this one refers to is missing, or this one is still referred to. */
    public static final class ForeignKeyViolation extends DatabaseFailure {

        private final String constraint;

        ForeignKeyViolation(String constraint, String sqlState) {
            super("violates foreign key constraint " + constraint, sqlState);
            this.constraint = constraint;
        }

        /** Returns the name of the violated constraint. */
        public String constraint() {
            return constraint;
        }
    }

    /** Anything else the server or the driver refused: a defect in this service or its schema. */
    public static final class Unexpected extends DatabaseFailure {
        Unexpected(String message) {
            super(message, (Throwable) null);
        }

        Unexpected(String message, String sqlState) {
            super(message, sqlState);
        }
    }
}
