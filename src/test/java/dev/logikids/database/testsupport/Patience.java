package dev.logikids.database.testsupport;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How long a test waits at most: a bound against hanging, generous for a machine that runs more than this. */
public final class Patience {

    public static final Duration LONGEST = Duration.ofMinutes(2);

    private Patience() {}

    /** Begins a wait for what nothing announces. */
    public static ConditionFactory await() {
        return Awaitility.await()
                .atMost(LONGEST)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                // UncaughtExceptions collects them
                .dontCatchUncaughtExceptions();
    }
}
