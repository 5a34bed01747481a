package dev.logikids.database.fault;

import dev.logikids.database.testsupport.ServiceProcess;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;

/** Asks liveness and readiness again and again, as an orchestrator does, only more often. */
final class Probes {

    private static final long PAUSE_NANOS = 20_000_000;

    private final ServiceProcess service;
    private final AtomicInteger notLive = new AtomicInteger();
    private final AtomicInteger notReady = new AtomicInteger();
    private final LongAccumulator lastBeginOfReady = new LongAccumulator(Math::max, System.nanoTime());
    private final Thread live = new Thread(this::askLive, "liveness");
    private final Thread ready = new Thread(this::askReady, "readiness");
    private volatile boolean stopping;

    private Probes(ServiceProcess service) {
        this.service = service;
    }

    static Probes start(ServiceProcess service) {
        Probes probes = new Probes(service);
        probes.live.start();
        probes.ready.start();
        return probes;
    }

    /** How often the service was not live; no outage excuses that. */
    int notLive() {
        return notLive.get();
    }

    /** How often the service was not ready. */
    int notReady() {
        return notReady.get();
    }

    /** Whether a probe that began after that {@link System#nanoTime()} found the service ready. */
    boolean readyAfter(long moment) {
        return lastBeginOfReady.get() - moment > 0;
    }

    void stop() throws InterruptedException {
        stopping = true;
        live.join();
        ready.join();
    }

    private void askLive() {
        while (!stopping) {
            if (status("/q/health/live") != 200) {
                notLive.incrementAndGet();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void askReady() {
        while (!stopping) {
            long begin = System.nanoTime();
            if (status("/q/health/ready") == 200) {
                lastBeginOfReady.accumulate(begin);
            } else {
                notReady.incrementAndGet();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private int status(String path) {
        try {
            return service.status(path);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
