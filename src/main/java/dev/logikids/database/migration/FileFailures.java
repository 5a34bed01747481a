package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlStatement;
import java.sql.SQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says of a file what failed, what of it stays, and what to do. */
final class FileFailures {

    private final MigrationFile file;
    private final TargetSchema schema;
    private final String role;

    FileFailures(MigrationFile file, TargetSchema schema, String role) {
        this.file = file;
        this.schema = schema;
        this.role = role;
    }

    /** A statement of the file failed. */
    MigrationFailure at(SqlStatement statement, SQLException cause) {
        int position = MigrationFailure.serverError(cause)
                .map(ServerErrorMessage::getPosition)
                .orElse(0);
        String place = file.name() + ", line " + (statement.line() + linesBefore(position, statement.text()));
        String hint = MigrationFailure.serverError(cause)
                .map(ServerErrorMessage::getHint)
                .map(text -> "\nHint: " + text)
                .orElse("");
        String message = place + ": " + MigrationFailure.error(cause) + hint + "\n";
        if (sessionIsLost(cause) && file.transactional()) {
            return MigrationFailure.sessionLost(message + nothingApplied(), cause, place);
        }
        if (file.name().equals(Distribution.FILE)) {
            return MigrationFailure.permanent(
                    message
                            + "What is distributed stays so, the rest stays on the coordinator, and no row is lost. Remove"
                            + " the cause and run again: it goes on from there (docs/scaling.md says what Citus needs).",
                    cause);
        }
        return MigrationFailure.permanent(
                message + kept(statement) + FailureAdvice.inFile(file, statement, cause, role), cause);
    }

    /** A deferred constraint or trigger failed, as it would have at the COMMIT of the file. */
    MigrationFailure atCommit(SQLException cause) {
        String message = file.name() + ", at its commit: " + MigrationFailure.error(cause) + "\n" + nothingApplied();
        return sessionIsLost(cause)
                ? MigrationFailure.sessionLost(message, cause, file.name() + " at its commit")
                : MigrationFailure.permanent(message + "; fix the file and run again.", cause);
    }

    /** A statement has begun or ended a transaction, which the check of the files lets through only by mistake. */
    MigrationFailure transactionControl(SqlStatement statement) {
        return MigrationFailure.permanent(file.name() + ", line " + statement.line()
                + ": this statement begins or ends a transaction, which is for the migration to do."
                + " What it has committed stays, and " + notRecorded());
    }

    /** The rows of the file could not be written. */
    MigrationFailure inLedgers(SQLException cause) {
        String message = cannotRecord() + MigrationFailure.error(cause) + "\n" + consequenceForRows();
        if (sessionIsLost(cause) && file.transactional()) {
            return MigrationFailure.sessionLost(message, cause, file.name() + " in the ledgers");
        }
        return MigrationFailure.permanent(message + FailureAdvice.inLedgers(file, cause, role), cause);
    }

    /** The rows of the file were dropped by a rule or a trigger of the table. */
    MigrationFailure rowsVanished() {
        return MigrationFailure.permanent(cannotRecord()
                + "the rows are not there after their INSERT: a rule or a trigger of the table drops them.\n"
                + consequenceForRows() + "; remove it and run again.");
    }

    /** The COMMIT failed. */
    MigrationFailure inCommit(SQLException cause) {
        String error = file.name() + ", at its commit: " + MigrationFailure.error(cause) + "\n";
        if (sessionIsLost(cause)) {
            return MigrationFailure.sessionLost(
                    error + "Whether " + file.name() + " was applied is unknown: the next run finds out by the ledgers",
                    cause,
                    file.name() + " at its commit");
        }
        return MigrationFailure.permanent(error + consequenceForRows() + "; run again.", cause);
    }

    private static boolean sessionIsLost(SQLException cause) {
        return MigrationFailure.notThereYet(cause)
                && !"25006".equals(cause.getSQLState())
                && !FailureAdvice.driverRefused(cause);
    }

    private String nothingApplied() {
        return "Nothing of " + file.name() + " was applied";
    }

    private String kept(SqlStatement failed) {
        if (file.transactional()) {
            return nothingApplied();
        }
        boolean first = file.statements().indexOf(failed) == 0;
        return file.name() + " runs outside of a transaction: "
                + (first
                        ? "nothing stands before this statement"
                        : "what stands before line " + failed.line() + " stays")
                + ", and 'status' shows an index that was left invalid. Drop that index";
    }

    private String cannotRecord() {
        return "the rows of " + file.name() + " cannot be written to " + schema.qualify("schema_migrations") + " and "
                + schema.qualify("databasechangelog") + ": ";
    }

    private String consequenceForRows() {
        return file.transactional() ? nothingApplied() : "All of " + file.name() + " stays, but " + notRecorded();
    }

    private String notRecorded() {
        return "the ledgers do not have it: the next run begins it again, unless you insert its name into "
                + schema.qualify("schema_migrations");
    }

    /** The lines of a statement before a position that PostgreSQL reports, counted from 1; 0 is none. */
    private static int linesBefore(int position, String text) {
        // PostgreSQL counts characters, and not halves of them as Java does
        int end = 0;
        for (int i = 1; i < position && end < text.length(); i++) {
            end += Character.charCount(text.codePointAt(end));
        }
        return (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
    }
}
