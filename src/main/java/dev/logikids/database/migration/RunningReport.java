package dev.logikids.database.migration;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says at intervals that a long migration is still running, until it is closed. */
final class RunningReport implements AutoCloseable {

    private final ScheduledExecutorService timer;

    private RunningReport(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    static RunningReport every(Duration interval, Runnable report) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "migration-report");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleAtFixedRate(report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return new RunningReport(timer);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
