package dev.logikids.database.command;

import dev.logikids.database.command.terminal.Line;
import dev.logikids.database.command.terminal.Terminal;
import dev.logikids.database.migration.MigrationProgress;
import dev.logikids.database.migration.RunningFile;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Prints what a migration does, one line each; on a terminal, the last line shows how far the running file is. */
final class MigrationLine implements MigrationProgress, AutoCloseable {

    /** Each look is a session of its own at the server. */
    private static final Duration ON_A_TERMINAL = Duration.ofSeconds(2);

    private final PrintWriter out;
    private final boolean terminal;
    private boolean shown;

    /** @param terminal whether the writer leads to one */
    MigrationLine(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public Duration interval() {
        return terminal ? ON_A_TERMINAL : INTERVAL;
    }

    @Override
    public synchronized void happened(String line) {
        erase();
        out.println(line);
    }

    @Override
    public synchronized void running(RunningFile file) {
        if (!terminal) {
            happened(file.toString());
            return;
        }
        out.print(Terminal.ERASE_LINE + line(file, Terminal.size().columns()));
        out.flush();
        shown = true;
    }

    /** Erases the line of the running file. */
    @Override
    public synchronized void close() {
        erase();
        out.flush();
    }

    /** Returns what fits into one line: a longer one would leave its beginning behind when it is erased. */
    static String line(RunningFile file, int columns) {
        long seconds = file.elapsed().toSeconds();
        String line = String.format(
                Locale.ROOT,
                "  %s (%d of %d), statement %d of %d, %d:%02d",
                file.name(),
                file.number(),
                file.files(),
                file.statement(),
                file.statements(),
                seconds / 60,
                seconds % 60);
        String whole = file.seen().isEmpty() ? line : line + ", " + String.join(", ", file.seen());
        return Line.of(whole).cut(columns - 1).toString();
    }

    private void erase() {
        if (shown) {
            out.print(Terminal.ERASE_LINE);
            shown = false;
        }
    }
}
