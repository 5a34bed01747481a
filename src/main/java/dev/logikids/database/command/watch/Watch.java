package dev.logikids.database.command.watch;

import dev.logikids.database.command.terminal.Screen;
import dev.logikids.database.command.terminal.Terminal;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Looks at a running service again and again, and shows what it sees; a service that is not there is waited for. */
public final class Watch {

    private final URI url;
    private final Duration interval;
    private final ManagementPort port;
    private final History history = new History();
    private String state = "";
    private Instant since = Instant.EPOCH;

    /**
     * @param url of the management port, without a path
     * @param interval between two looks
     */
    public Watch(URI url, Duration interval, Clock clock) {
        this.url = url;
        this.interval = interval;
        this.port = new ManagementPort(url, clock);
    }

    /**
     * Prints a line for each look.
     *
     * @param looks how many, 0 for no end
     * @return whether the service was ready at the last one
     */
    public boolean printTo(PrintWriter out, long looks) throws InterruptedException {
        for (long i = 1; ; i++) {
            Report report = look();
            out.println(report.line());
            out.flush();
            if (i == looks || Terminal.readerIsGone()) {
                return report.look().ready();
            }
            pause(report);
        }
    }

    /** As {@link #printTo}, on the whole terminal. */
    public boolean show(long looks) throws InterruptedException {
        try (Screen screen = Screen.open()) {
            for (long i = 1; ; i++) {
                Report report = look();
                screen.show(report.screen(Terminal.size()));
                if (i == looks) {
                    return report.look().ready();
                }
                pause(report);
            }
        }
    }

    private Report look() throws InterruptedException {
        Look look = port.look();
        history.add(look);
        String now = look.health().map(health -> String.valueOf(health.up())).orElse("silent");
        if (!now.equals(state)) {
            state = now;
            since = look.at();
        }
        return new Report(url, look, since, history.over(History.SHORT), history.over(History.LONG));
    }

    /** A look that took long, because nobody answered, is followed by a shorter pause. */
    private void pause(Report report) throws InterruptedException {
        Thread.sleep(Math.max(
                interval.toMillis() / 2, interval.minus(report.look().took()).toMillis()));
    }
}
