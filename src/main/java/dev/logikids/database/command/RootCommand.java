package dev.logikids.database.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** The command line. Its subcommands inherit {@code --help}, {@code --version} and the exit codes from here. */
@Command(
        name = "logikids-database",
        description = "Invites, accounts, refresh tokens and encrypted sync data of Logikids on PostgreSQL.%n"
                + "Without a command, starts the service.",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:failed; the message says why", "2:usage error"},
        subcommands = {
            ServeCommand.class,
            MigrateCommand.class,
            StatusCommand.class,
            WatchCommand.class,
            ValidateCommand.class,
            NewCommand.class,
            InvitesCommand.class,
            AccountsCommand.class,
            CleanupCommand.class
        })
@RegisterForReflection
public final class RootCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        return new ServeCommand().call();
    }

    /**
     * Parses a command line and runs its command: inside Quarkus if that needs beans, otherwise directly.
     *
     * @return the exit code; does not return in production after Quarkus has run, which ends the process itself
     */
    public static int execute(String... arguments) {
        return commandLine().setExecutionStrategy(RootCommand::run).execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new RootCommand());
    }

    private static int run(ParseResult parsed) {
        Integer helpGiven = CommandLine.executeHelpRequest(parsed);
        if (helpGiven != null) {
            return helpGiven;
        }
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.commandSpec().userObject() instanceof Subcommand command && command.needsBeans()) {
            return CommandApplication.start(command);
        }
        return new RunLast().execute(parsed);
    }
}
