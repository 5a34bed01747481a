package dev.logikids.database.fault;

import java.time.Duration;

/** What a network does to a connection. */
enum Fault {
    /** Both sides see an orderly end. */
    CUT(2),
    /** Both sides see a reset. */
    RESET(2),
    /** Nothing is forwarded, and nobody is told; what was held back arrives afterwards. */
    STALL(10),
    /** 100 bytes per second in each direction. */
    SLOW(10),
    /** The client sees the end of the answers, while the server still takes requests. */
    HALF_CLOSE(10);

    private final int seconds;

    Fault(int seconds) {
        this.seconds = seconds;
    }

    /** How long it is kept up: longer than the call timeout of the pool (9 s) where only a timeout ends the wait. */
    Duration duration() {
        return Duration.ofSeconds(seconds);
    }
}
