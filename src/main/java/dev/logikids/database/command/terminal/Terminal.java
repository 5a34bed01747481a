package dev.logikids.database.command.terminal;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The terminal that standard output leads to, if it leads to one (ADR 30). */
public final class Terminal {

    /** Erases the line of the cursor, and moves it to the beginning. */
    public static final String ERASE_LINE = "\r\u001B[2K";

    private static final Size UNKNOWN = new Size(80, 24);
    private static final Pattern STTY_SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})");
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    /**
     * The size of a terminal.
     *
     * @param columns at least 1
     * @param rows at least 1
     */
    public record Size(int columns, int rows) {}

    /** Whether standard output is a terminal that can move its cursor. */
    public static boolean present() {
        return !"dumb".equals(System.getenv("TERM")) && standardOutputIsOne();
    }

    /** Whether whoever read standard output has gone, such as {@code head}; true for ever once it is. */
    public static boolean readerIsGone() {
        return System.out.checkError();
    }

    /** Whether colours are wanted: everybody's NO_COLOR (no-color.org) says no. */
    public static boolean colours() {
        String no = System.getenv("NO_COLOR");
        return no == null || no.isEmpty();
    }

    /** Returns the present size, 80 by 24 if nothing tells it. Asks another program, so once a second is often enough. */
    public static Size size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader answer = stty.inputReader(StandardCharsets.US_ASCII)) {
                String line = answer.readLine();
                stty.waitFor(1, TimeUnit.SECONDS);
                Matcher size = STTY_SIZE.matcher(line == null ? "" : line);
                if (size.matches()
                        && !size.group(1).equals("0")
                        && !size.group(2).equals("0")) {
                    return new Size(Integer.parseInt(size.group(2)), Integer.parseInt(size.group(1)));
                }
            }
        } catch (IOException e) {
            // no stty in this image, or no terminal of our own
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return UNKNOWN;
    }

    private static boolean standardOutputIsOne() {
        try {
            String name = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            // no Linux: the JDK knows it, if standard input is a terminal too
            return System.console() != null;
        }
    }
}
