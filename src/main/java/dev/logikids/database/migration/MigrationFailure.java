package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlStatement;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A migration that failed; the message tells a person what is wrong and what to do. */
public final class MigrationFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String READ_ONLY = "25006";

    private final boolean transientFailure;

    private MigrationFailure(String message, Throwable cause, boolean transientFailure) {
        super(message, cause);
        this.transientFailure = transientFailure;
    }

    /** A failure that stays until a person fixes it. */
    static MigrationFailure permanent(String message) {
        return new MigrationFailure(message, null, false);
    }

    /** A failure outside of the statements of a file: transient when the database is not there yet. */
    static MigrationFailure of(Exception cause) {
        if (notThereYet(cause)) {
            return new MigrationFailure(absence(cause) + ": " + rootMessage(cause), cause, true);
        }
        String message = sqlException(cause)
                .map(e -> e.getMessage() + " (SQLSTATE " + e.getSQLState() + ")" + whatToCheck(e.getSQLState()))
                .orElseGet(cause::toString);
        return new MigrationFailure(message, cause, false);
    }

    /** The transient failure of somebody who no longer waits. */
    MigrationFailure gaveUpAfter(Duration patience) {
        return new MigrationFailure(getMessage() + "; gave up after " + patience.toSeconds() + " s", getCause(), true);
    }

    /** The failure of a statement of a file. */
    static MigrationFailure of(MigrationFile file, SqlStatement statement, SQLException cause) {
        Optional<ServerErrorMessage> server = Optional.of(cause)
                .filter(PSQLException.class::isInstance)
                .map(e -> ((PSQLException) e).getServerErrorMessage());
        int line = statement.line()
                + linesBefore(server.map(ServerErrorMessage::getPosition).orElse(0), statement.text());
        String error = server.map(e -> e.getSeverity() + ": " + e.getMessage()).orElseGet(cause::getMessage);
        String hint = server.map(ServerErrorMessage::getHint)
                .map(text -> "\nHint: " + text)
                .orElse("");
        boolean notThereYet = notThereYet(cause);
        // without PostgreSQL's detail, which quotes the values of rows
        return new MigrationFailure(
                file.name() + ", line " + line + ": " + error + " (SQLSTATE " + cause.getSQLState() + ")" + hint + "\n"
                        + consequence(file, statement, notThereYet),
                cause,
                notThereYet);
    }

    /** The lines of a statement before a position that PostgreSQL reports, counted from 1; 0 is none. */
    private static int linesBefore(int position, String text) {
        int length = Math.max(0, Math.min(position - 1, text.length()));
        return (int) text.substring(0, length).chars().filter(c -> c == '\n').count();
    }

    private static String consequence(MigrationFile file, SqlStatement statement, boolean notThereYet) {
        if (file.transactional()) {
            return "Nothing of " + file.name() + " was applied" + (notThereYet ? "" : "; fix the file and run again.");
        }
        return file.name() + " runs outside of a transaction: what stands before line " + statement.line()
                + " stays, and 'status' shows an index that was left invalid. Drop that index, fix the file and run again.";
    }

    /** True when a retry may succeed without anybody fixing anything. */
    public boolean isTransient() {
        return transientFailure;
    }

    /** True for SQLSTATE 55P03: another session held a lock for longer than lock_timeout. */
    boolean isLockTimeout() {
        return sqlException(getCause())
                .map(SQLException::getSQLState)
                .filter("55P03"::equals)
                .isPresent();
    }

    static Optional<SQLException> sqlException(Throwable failure) {
        return causes(failure)
                .filter(cause -> sqlState(cause) != null)
                .map(SQLException.class::cast)
                .findFirst();
    }

    /**
     * Whether the database may come by itself: connection failures (class 08, "no primary found" among them), a server that
     * stops or starts (57P0x), no slot left (53300), a standby (25006), a network error, no connection in time.
     */
    private static boolean notThereYet(Throwable failure) {
        return causes(failure).anyMatch(cause -> {
            String state = sqlState(cause);
            return cause instanceof IOException
                    // Agroal's, without an SQLSTATE
                    || cause instanceof TimeoutException
                    || (state != null
                            && (state.startsWith("08")
                                    || state.startsWith("57P0")
                                    || state.equals("53300")
                                    || state.equals(READ_ONLY)));
        });
    }

    private static String absence(Throwable failure) {
        boolean readOnly = causes(failure).anyMatch(cause -> READ_ONLY.equals(sqlState(cause)));
        return readOnly ? "the server takes no writes" : "cannot reach the database";
    }

    private static String whatToCheck(String sqlState) {
        return switch (sqlState) {
            case "28P01" -> ": check user and password in DATABASE_URL, or MIGRATION_DATABASE_URL if it is set";
            case "28000" ->
                ": check the user in DATABASE_URL, or MIGRATION_DATABASE_URL if it is set,"
                        + " and that the server's pg_hba.conf lets this machine in";
            case "3D000" ->
                ": create the database, or correct its name in DATABASE_URL, or MIGRATION_DATABASE_URL if it is set";
            default -> "";
        };
    }

    private static String sqlState(Throwable failure) {
        return failure instanceof SQLException e ? e.getSQLState() : null;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = causes(failure).reduce(failure, (outer, inner) -> inner);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }
}
