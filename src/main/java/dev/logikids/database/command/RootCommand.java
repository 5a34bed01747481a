package dev.logikids.database.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParseResult;

/** The command line of the service; one subcommand a file in this package. */
@Command(
        name = "logikids-database",
        description = "Invites, accounts, refresh tokens and encrypted sync data of Logikids on PostgreSQL.",
        synopsisSubcommandLabel = "[COMMAND]",
        footer = {"", "Without a word it serves."},
        mixinStandardHelpOptions = true,
        subcommands = {
            ServeCommand.class,
            MigrateCommand.class,
            StatusCommand.class,
            ValidateCommand.class,
            NewCommand.class,
            InvitesCommand.class,
            AccountsCommand.class,
            CleanupCommand.class
        })
@RegisterForReflection
public final class RootCommand implements Runnable {

    @CommandLine.Spec
    CommandLine.Model.CommandSpec spec;

    /** A command that can do without the service: no configuration, no database. */
    interface Standalone {

        /** Asked once the words are known. */
        default boolean standsAlone() {
            return true;
        }
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    static CommandLine commandLine(IFactory factory) {
        return new CommandLine(new RootCommand(), factory);
    }

    /**
     * Answers wrong words (exit code 2), {@code --help} (0) and standalone commands at once.
     *
     * @return the exit code, or nothing when the command needs the service's beans
     */
    public static OptionalInt runWithoutService(String... arguments) {
        CommandLine line = commandLine(CommandLine.defaultFactory());
        try {
            ParseResult result = line.parseArgs(arguments);
            ParseResult last = result;
            while (last.hasSubcommand()) {
                last = last.subcommand();
            }
            if (CommandLine.printHelpIfRequested(result)) {
                return OptionalInt.of(CommandLine.ExitCode.OK);
            }
            boolean standsAlone =
                    last.commandSpec().userObject() instanceof Standalone command && command.standsAlone();
            if (last != result && !standsAlone) {
                return OptionalInt.empty();
            }
        } catch (CommandLine.ParameterException wrongWords) {
            // execute() below prints the message and the usage
        }
        return OptionalInt.of(line.execute(arguments));
    }
}
