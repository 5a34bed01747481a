package dev.logikids.database.migration;

import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A migration that did not happen; the message says to a person what is wrong and what to do. */
public final class MigrationFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean transientFailure;

    private MigrationFailure(String message, Throwable cause, boolean transientFailure) {
        super(message, cause);
        this.transientFailure = transientFailure;
    }

    /** A mistake that stays until a person mends it. */
    static MigrationFailure permanent(String message) {
        return new MigrationFailure(message, null, false);
    }

    static MigrationFailure permanent(String message, Throwable cause) {
        return new MigrationFailure(message, cause, false);
    }

    /** The database cannot be reached or went away: the same again may work later. */
    static MigrationFailure unreachable(Throwable cause) {
        return new MigrationFailure("cannot reach the database: " + rootMessage(cause), cause, true);
    }

    /** A statement of a file failed. */
    static MigrationFailure of(MigrationFile file, SqlStatement statement, SQLException cause) {
        StringBuilder message = new StringBuilder();
        message.append(file.name())
                .append(", line ")
                .append(lineOf(statement, cause))
                .append(": ");
        ServerErrorMessage server = cause instanceof PSQLException e ? e.getServerErrorMessage() : null;
        if (server == null) {
            message.append(cause.getMessage());
        } else {
            message.append(server.getSeverity()).append(": ").append(server.getMessage());
        }
        message.append(" (SQLSTATE ").append(cause.getSQLState()).append(')');
        if (server != null && server.getHint() != null) {
            message.append("\nHint: ").append(server.getHint());
        }
        // PostgreSQL's detail is left out on purpose: it quotes the values of rows
        message.append('\n').append(consequence(file, statement));
        return new MigrationFailure(message.toString(), cause, connectionLost(cause));
    }

    private static String consequence(MigrationFile file, SqlStatement statement) {
        if (file.transactional()) {
            return "Nothing of " + file.name() + " was applied; fix the file and run again.";
        }
        return file.name() + " runs outside of a transaction: what stands before line " + statement.line()
                + " stays, and 'status' shows an index that was left invalid. Drop that index, fix the file and run again.";
    }

    private static int lineOf(SqlStatement statement, SQLException cause) {
        ServerErrorMessage server = cause instanceof PSQLException e ? e.getServerErrorMessage() : null;
        int position = server == null ? 0 : server.getPosition();
        String before = statement
                .text()
                .substring(
                        0, Math.max(0, Math.min(position - 1, statement.text().length())));
        return statement.line() + (int) before.chars().filter(c -> c == '\n').count();
    }

    /** True when the same again may work without anybody mending a thing. */
    public boolean isTransient() {
        return transientFailure;
    }

    /** True for SQLSTATE 55P03: somebody else held the lock longer than lock_timeout. */
    boolean isLockTimeout() {
        return sqlException(getCause())
                .map(SQLException::getSQLState)
                .filter("55P03"::equals)
                .isPresent();
    }

    static Optional<SQLException> sqlException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    /** Connection failures (class 08), a server that stops or starts (57P0x), no slot left (53300), a network error. */
    static boolean connectionLost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.io.IOException) {
                return true;
            }
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                String state = e.getSQLState();
                if (state.startsWith("08") || state.startsWith("57P0") || state.equals("53300")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
