package dev.logikids.database.migration;

import java.time.Duration;

/** How long something takes, or took last. Any thread may look while one thread starts and stops it. */
final class Stopwatch {

    private record Run(long start, long end, boolean ended) {

        Duration time() {
            return Duration.ofNanos((ended ? end : System.nanoTime()) - start);
        }
    }

    private volatile Run run = new Run(0, 0, true);

    void start() {
        run = new Run(System.nanoTime(), 0, false);
    }

    /** Does nothing if it has been stopped, or was never started. */
    void stop() {
        Run running = run;
        if (!running.ended()) {
            run = new Run(running.start(), System.nanoTime(), true);
        }
    }

    /** Returns the time of the last start until its stop or until now; 0 before the first. */
    Duration time() {
        return run.time();
    }
}
