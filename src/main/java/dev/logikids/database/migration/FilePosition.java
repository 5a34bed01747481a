package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlStatement;
import java.time.Duration;
import java.util.List;

/** How far a file is: kept by the thread that runs it, asked by the one that watches it. */
final class FilePosition {

    private final MigrationFile file;
    private final int number;
    private final int files;
    private final long start = System.nanoTime();
    private volatile int index;

    /**
     * @param number which file of the run it is, counted from 1
     * @param files how many files the run has
     */
    FilePosition(MigrationFile file, int number, int files) {
        this.file = file;
        this.number = number;
        this.files = files;
    }

    /** The statement of that index begins; the number of statements stands for the rows in the ledgers. */
    void begins(int index) {
        this.index = index;
    }

    String name() {
        return file.name();
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Where in the file something has happened, for example {@code 042_x.sql, line 7}. */
    String place() {
        List<SqlStatement> statements = file.statements();
        int now = index;
        return file.name()
                + (now < statements.size() ? ", line " + statements.get(now).line() : ", at its end");
    }

    /** For example {@code 042_x.sql (2 of 5)}. */
    @Override
    public String toString() {
        return file.name() + " (" + number + " of " + files + ")";
    }

    RunningFile seen(List<String> seen) {
        List<SqlStatement> statements = file.statements();
        int now = Math.min(index, statements.size() - 1);
        return new RunningFile(
                file.name(),
                number,
                files,
                now + 1,
                statements.size(),
                now < 0 ? 1 : statements.get(now).line(),
                elapsed(),
                seen);
    }
}
