package dev.logikids.database.command;

import dev.logikids.database.migration.MigrationConfig;
import dev.logikids.database.migration.MigrationFailure;
import dev.logikids.database.migration.Migrator;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Applies what is pending. */
@Command(
        name = "migrate",
        description = "Applies the pending migrations.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:the schema is up to date", "1:failed; the message says why", "2:wrong words"},
        mixinStandardHelpOptions = true)
@Dependent
@Unremovable
@RegisterForReflection
public class MigrateCommand implements Callable<Integer> {

    @Inject
    Migrator migrator;

    @Inject
    MigrationConfig config;

    @Spec
    CommandSpec spec;

    @Option(
            names = {"--dry-run", "--plan"},
            description = "Print the SQL that would run, ledger rows included; change nothing.")
    boolean dryRun;

    @Option(
            names = "--accept",
            paramLabel = "FILE",
            description = "Take the changed content of this applied file as right, without running it.")
    String accepted;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (dryRun) {
                out.print(migrator.dryRun());
                out.flush();
                return 0;
            }
            if (accepted != null) {
                migrator.accept(accepted);
                out.println("accepted " + accepted);
                return 0;
            }
            migrator.migrateWhenReachable(config.waitForDatabase(), line -> {
                out.println(line);
                out.flush();
            });
            return 0;
        } catch (MigrationFailure failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return 1;
        }
    }
}
