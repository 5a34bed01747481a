package dev.logikids.database.command.terminal;

import java.io.PrintStream;
import java.util.List;

/**
 * The whole terminal, redrawn at each change. What was there before comes back when it is closed, also by Ctrl-C and
 * SIGTERM, which then end the process as they do without it.
 */
public final class Screen implements AutoCloseable {

    private static final String OTHER_BUFFER = "\u001B[?1049h";
    private static final String FIRST_BUFFER = "\u001B[?1049l";
    private static final String HIDE_CURSOR = "\u001B[?25l";
    private static final String SHOW_CURSOR = "\u001B[?25h";
    private static final String HOME = "\u001B[H";
    private static final String ERASE_TO_END_OF_LINE = "\u001B[K";
    private static final String ERASE_BELOW = "\u001B[J";

    private final PrintStream out;
    private final boolean colours;
    private final Thread atEnd = new Thread(this::restore, "restore terminal");
    private boolean restored;

    private Screen(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** Takes the terminal that standard output leads to. */
    public static Screen open() {
        Screen screen = new Screen(System.out, Terminal.colours());
        Runtime.getRuntime().addShutdownHook(screen.atEnd);
        screen.write(OTHER_BUFFER + HIDE_CURSOR);
        return screen;
    }

    /** Shows these lines, which must fit, and nothing else. */
    public void show(List<Line> lines) {
        StringBuilder text = new StringBuilder(HOME);
        for (int i = 0; i < lines.size(); i++) {
            text.append(i == 0 ? "" : "\r\n").append(lines.get(i).text(colours)).append(ERASE_TO_END_OF_LINE);
        }
        write(text.append(ERASE_BELOW).toString());
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException e) {
            // it runs already
        }
    }

    private synchronized void restore() {
        if (!restored) {
            write(SHOW_CURSOR + FIRST_BUFFER);
            restored = true;
        }
    }

    private synchronized void write(String text) {
        if (!restored) {
            out.print(text);
            out.flush();
        }
    }
}
