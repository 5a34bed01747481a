package dev.logikids.database.command;

import dev.logikids.database.cleanup.Cleanup;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sweeps at once. */
@Command(
        name = "cleanup",
        description =
                "Removes blobs not accessed for two years, expired and dead refresh tokens, expired unused invites.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done; the counts are printed", "1:failed; the message says why", "2:wrong words"},
        mixinStandardHelpOptions = true)
@Dependent
@Unremovable
@RegisterForReflection
public class CleanupCommand extends ServiceCommand {

    /** Batches of many tables; every single statement is bounded by the pool. */
    private static final Duration LONGEST = Duration.ofHours(1);

    @Inject
    Cleanup cleanup;

    @Option(names = "--dry-run", description = "Print what would be removed; change nothing.")
    boolean dryRun;

    @Override
    int run() {
        if (!dryRun) {
            announceWrite();
        }
        Map<String, Long> rows =
                (dryRun ? cleanup.dryRun() : cleanup.sweep()).await().atMost(LONGEST);
        rows.forEach((table, count) -> out().println(table + " " + count));
        return CommandLine.ExitCode.OK;
    }
}
