package dev.logikids.database.migration;

import org.postgresql.util.ServerErrorMessage;

/**
 * Tells what PostgreSQL says while a file runs, at once and within bounds. Only the message: its detail and its context may
 * quote rows. A notice of the server itself names objects; the text of a {@code RAISE NOTICE} is what the file wrote.
 */
final class Notices implements AutoCloseable {

    /** Of notices, and again of warnings, for each file: a loop over all rows must not fill a log. */
    static final int MOST = 100;

    /** Characters of one message. */
    static final int LONGEST = 500;

    private final FilePosition position;
    private final MigrationProgress progress;
    private int notices;
    private int warnings;
    private long dropped;

    Notices(FilePosition position, MigrationProgress progress) {
        this.position = position;
        this.progress = progress;
    }

    /** Tells one, unless there were too many. */
    void tell(ServerErrorMessage notice) {
        boolean warning = isWarning(notice);
        if ((warning ? warnings : notices) == MOST) {
            dropped++;
            return;
        }
        String line = position.place() + ": " + notice.getSeverity() + ": " + shortened(notice.getMessage());
        if (warning) {
            warnings++;
            progress.warned(line);
        } else {
            notices++;
            progress.happened(line);
        }
    }

    /** Tells how many were dropped, if any. */
    @Override
    public void close() {
        if (dropped > 0) {
            progress.happened(position.name() + ": " + dropped + " further notices are not shown; a file has room for "
                    + MOST + " notices and " + MOST + " warnings");
        }
    }

    /** The severity comes in the language of the server; the class of the SQLSTATE does not. */
    private static boolean isWarning(ServerErrorMessage notice) {
        String state = notice.getSQLState();
        return "WARNING".equals(notice.getSeverity()) || (state != null && state.startsWith("01"));
    }

    /** One line, without what would steer a terminal. */
    private static String shortened(String message) {
        String text = message == null ? "" : message;
        boolean tooLong = text.length() > LONGEST;
        String kept = tooLong ? text.substring(0, LONGEST) : text;
        return kept.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip()
                + (tooLong ? "… (" + text.length() + " characters)" : "");
    }
}
