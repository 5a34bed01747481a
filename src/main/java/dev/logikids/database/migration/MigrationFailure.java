package dev.logikids.database.migration;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A migration that failed; the message tells a person what is wrong and what to do. */
public final class MigrationFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String READ_ONLY = "25006";

    /** Lock time-out, deadlock, serialization failure: the transaction was rolled back for the sake of others. */
    private static final Set<String> GAVE_WAY = Set.of("55P03", "40P01", "40001");

    private final boolean transientFailure;
    private final String place;

    private MigrationFailure(String message, Throwable cause, boolean transientFailure, String place) {
        super(message, cause);
        this.transientFailure = transientFailure;
        this.place = place;
    }

    /** A failure that stays until a person fixes it. */
    static MigrationFailure permanent(String message) {
        return new MigrationFailure(message, null, false, "");
    }

    /** A failure of what a file has sent, that stays until a person fixes it. */
    static MigrationFailure permanent(String message, SQLException cause) {
        return new MigrationFailure(message, cause, false, "");
    }

    /** A session that was lost at that place of a file, whose work the server has undone or will tell. */
    static MigrationFailure sessionLost(String message, SQLException cause, String place) {
        return new MigrationFailure(message, cause, true, place);
    }

    /** The server takes no writes, for everybody or for this role and database. */
    static MigrationFailure readOnlyServer() {
        return new MigrationFailure(
                "the server takes no writes: it is a standby, or default_transaction_read_only is on", null, true, "");
    }

    /** Another run may have begun. */
    static MigrationFailure lockLost() {
        return new MigrationFailure("the server has lost the session that holds the migration lock", null, true, "");
    }

    /** A failure outside of the statements of a file: transient when the database is not there yet. */
    static MigrationFailure of(Exception cause) {
        return of(cause, "");
    }

    /**
     * As {@link #of(Exception)}.
     *
     * @param role the role that the session acted as; empty if there was none
     */
    static MigrationFailure of(Exception cause, String role) {
        if (notThereYet(cause)) {
            return new MigrationFailure(absence(cause) + ": " + rootMessage(cause), cause, true, "");
        }
        String message = sqlException(cause)
                .map(e -> error(e) + FailureAdvice.outsideOfFiles(e, role))
                .orElseGet(cause::toString);
        return new MigrationFailure(message, cause, false, "");
    }

    /** The transient failure of somebody who no longer waits. */
    MigrationFailure gaveUpAfter(Duration patience) {
        return new MigrationFailure(
                getMessage() + "; gave up after " + patience.toSeconds() + " s", getCause(), true, place);
    }

    /** The failure of a file that has lost its session at one place too often. */
    MigrationFailure gaveUpAfter(int times) {
        return new MigrationFailure(
                getMessage() + "\nThe session ended at this place " + times
                        + " times: does the statement end it, or the" + " server? See the server's log.",
                getCause(),
                false,
                place);
    }

    /** True when a retry may succeed without anybody fixing anything. */
    public boolean isTransient() {
        return transientFailure;
    }

    /** Where in a file the session was lost; empty for any other failure. */
    String place() {
        return place;
    }

    /** Whether the file was rolled back because of the locks or writes of others, and may be tried again. */
    boolean gaveWay() {
        return sqlException(getCause())
                .map(SQLException::getSQLState)
                .filter(GAVE_WAY::contains)
                .isPresent();
    }

    static Optional<SQLException> sqlException(Throwable failure) {
        return causes(failure)
                .filter(cause -> sqlState(cause) != null)
                .map(SQLException.class::cast)
                .findFirst();
    }

    /** What the server or the driver says, without PostgreSQL's detail, which quotes the values of rows. */
    static String error(SQLException failure) {
        return serverError(failure)
                        .map(e -> e.getSeverity() + ": " + e.getMessage())
                        .orElseGet(failure::getMessage)
                + " (SQLSTATE " + failure.getSQLState() + ")";
    }

    static Optional<ServerErrorMessage> serverError(SQLException failure) {
        return Optional.of(failure)
                .filter(PSQLException.class::isInstance)
                .map(e -> ((PSQLException) e).getServerErrorMessage());
    }

    /**
     * Whether the database may come by itself: connection failures (class 08, "no primary found" among them), a server that
     * stops or starts (57P0x), no slot left (53300), a standby (25006), a network error, no connection in time.
     */
    static boolean notThereYet(Throwable failure) {
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
        boolean readOnly = causes(failure)
                .anyMatch(cause -> READ_ONLY.equals(sqlState(cause))
                        // the driver's, if it has several hosts to choose from
                        || String.valueOf(cause.getMessage()).contains("targetServerType"));
        return readOnly ? "the server takes no writes" : "cannot reach the database";
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
