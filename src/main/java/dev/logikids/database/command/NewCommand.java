package dev.logikids.database.command;

import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.NewMigration;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Writes the file of a new migration. */
@Command(name = "new", description = "Writes the file of a new migration with the next number, to be filled in.")
@RegisterForReflection
final class NewCommand extends Subcommand {

    @Parameters(paramLabel = "TITLE", description = "What the migration does, such as \"Add new feature\".")
    String title;

    @Option(
            names = "--folder",
            defaultValue = MigrationFiles.SOURCE_FOLDER,
            description = "Folder of the migration files; default: ${DEFAULT-VALUE}.")
    Path folder;

    @Option(
            names = "--no-transaction",
            description = "For what cannot run in a transaction, such as CREATE INDEX CONCURRENTLY.")
    boolean withoutTransaction;

    private final Clock clock;

    NewCommand() {
        this(Clock.systemUTC());
    }

    NewCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    boolean needsBeans() {
        return false;
    }

    @Override
    int run() {
        if (!Files.isDirectory(folder)) {
            return fail("no such folder: " + folder + " (run in the folder of the project, or name it with --folder)");
        }
        try {
            LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
            out().println(NewMigration.write(folder, title, today, !withoutTransaction));
            out().println(
                            "Write its description and its SQL, then run validate: it refuses the file until that is done.");
            return CommandLine.ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        } catch (IOException e) {
            return fail("cannot write to " + folder + ": " + e.getMessage());
        }
    }
}
