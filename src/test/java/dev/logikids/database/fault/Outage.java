package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;

/** What an outage does to the service: clients write, probes ask, something breaks and is repaired, and all is checked. */
final class Outage {

    /** A table of all outages of the run, for a person. */
    private static final Path REPORT = Path.of("target", "faults.txt");

    /** What clients were promised. */
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(15);

    private static final int WRITES_BEFORE_AND_AFTER = 30;

    private final ServiceProcess service;
    private final PostgreSqlServer before;
    private final PostgreSqlServer after;

    /** What breaks something, or repairs it. */
    interface Action {
        void run() throws Exception;
    }

    /**
     * What was seen during an outage.
     *
     * @param acknowledged the writes that clients were told of
     * @param unavailable the calls that got 503
     * @param notReady how often a probe found the service not ready
     * @param recovery from the repair until a probe and a write that began after it have succeeded
     */
    record Figures(int acknowledged, int unavailable, Duration longestCall, int notReady, Duration recovery) {}

    /**
     * Nothing is broken yet.
     *
     * @param before the primary
     * @param after the primary once all is repaired, whose rows are compared
     */
    Outage(ServiceProcess service, PostgreSqlServer before, PostgreSqlServer after) {
        this.service = service;
        this.before = before;
        this.after = after;
    }

    /**
     * Lets something break for a while. Fails unless the service stays live, serves again afterwards, has every
     * acknowledged write, no half of another, no connection in use and no transaction open.
     */
    Figures run(String name, Action breaking, Duration lasting, Action repair) throws Exception {
        Ledger ledger = Ledger.start(service.api(), before.databaseUrl());
        Probes probes = Probes.start(service);
        Duration recovery;
        try {
            ledger.awaitAcknowledged(WRITES_BEFORE_AND_AFTER);
            breaking.run();
            Thread.sleep(lasting.toMillis());
            repair.run();
            long repaired = System.nanoTime();
            Patience.await().until(() -> probes.readyAfter(repaired) && ledger.acknowledgedAfter(repaired));
            recovery = Duration.ofNanos(System.nanoTime() - repaired);
            ledger.awaitAcknowledged(WRITES_BEFORE_AND_AFTER);
        } finally {
            ledger.stop();
            probes.stop();
        }
        assertThat(probes.notLive()).as("not live").isZero();
        assertThat(recovery).isLessThan(LONGEST_RECOVERY);
        ledger.verify(after.databaseUrl());
        awaitNothingHeld();
        Figures figures = new Figures(
                ledger.acknowledged(), ledger.unavailable(), ledger.longestCall(), probes.notReady(), recovery);
        report(name, figures);
        return figures;
    }

    /** Returns once no connection is in use and no transaction is open. */
    void awaitNothingHeld() {
        Patience.await().until(() -> service.poolInUse() == 0 && openTransactions() == 0);
    }

    private long openTransactions() throws SQLException {
        return after.number("""
                SELECT count(*) FROM pg_stat_activity
                WHERE application_name LIKE 'logikids-database%' AND xact_start IS NOT NULL""");
    }

    private static void report(String name, Figures figures) throws IOException {
        String line = String.format(
                "%-40s acknowledged %5d, 503 %5d, longest call %5d ms, ready %s, recovered after %5d ms%n",
                name,
                figures.acknowledged,
                figures.unavailable,
                figures.longestCall.toMillis(),
                figures.notReady > 0 ? "down, up" : "always  ",
                figures.recovery.toMillis());
        Files.writeString(REPORT, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.print(line);
    }
}
