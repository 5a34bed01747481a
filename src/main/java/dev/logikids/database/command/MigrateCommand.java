package dev.logikids.database.command;

import dev.logikids.database.command.terminal.Terminal;
import dev.logikids.database.migration.MigrationConfig;
import dev.logikids.database.migration.Migrator;
import io.quarkus.runtime.annotations.RegisterForReflection;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Applies the pending migrations. */
@Command(name = "migrate", description = "Applies the pending migrations.")
@RegisterForReflection
final class MigrateCommand extends Subcommand {

    @Option(names = "--dry-run", description = "Print the SQL that would run, ledger rows included; change nothing.")
    boolean dryRun;

    @Option(
            names = "--accept",
            paramLabel = "FILE",
            description = "Record the changed content of this applied file as correct, without running it.")
    String accepted;

    @Override
    int run() {
        Migrator migrator = bean(Migrator.class);
        if (dryRun) {
            out().print(migrator.dryRun());
        } else if (accepted != null) {
            migrator.accept(accepted);
            out().println("accepted " + accepted);
        } else {
            try (MigrationLine progress = new MigrationLine(out(), Terminal.present())) {
                migrator.migrateWhenReachable(bean(MigrationConfig.class).waitForDatabase(), progress);
            }
        }
        return CommandLine.ExitCode.OK;
    }
}
