package dev.logikids.database.command;

import dev.logikids.database.admin.AdminActions;
import dev.logikids.database.cleanup.Cleanup;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes expired data at once. */
@Command(
        name = "cleanup",
        description =
                "Removes blobs not accessed for two years, expired and dead refresh tokens, expired unused invites;"
                        + " prints how many rows of each table.")
@RegisterForReflection
final class CleanupCommand extends Subcommand {

    /** Many batches; each statement is bounded by the pool. */
    private static final Duration LONGEST = Duration.ofHours(1);

    @Option(names = "--dry-run", description = "Print what would be removed; change nothing.")
    boolean dryRun;

    @Override
    int run() {
        if (!dryRun) {
            announceWrite();
        }
        Map<String, Long> rows = (dryRun
                        ? bean(Cleanup.class).dryRun()
                        : bean(AdminActions.class).cleanUp(operator()))
                .await()
                .atMost(LONGEST);
        rows.forEach((table, count) -> out().println(table + " " + count));
        return CommandLine.ExitCode.OK;
    }
}
