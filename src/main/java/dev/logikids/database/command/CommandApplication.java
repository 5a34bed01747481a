package dev.logikids.database.command;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs one parsed command inside Quarkus, in the configuration profile {@code command}. */
public final class CommandApplication implements QuarkusApplication {

    // Quarkus creates the application by its class, so the constructor cannot take the command
    private static Subcommand command;

    /** Starts Quarkus, runs the command and stops Quarkus; in production the process then exits with its code. */
    static int start(Subcommand command) {
        CommandApplication.command = command;
        Profile.COMMAND.activate();
        Quarkus.run(CommandApplication.class);
        return CommandLine.ExitCode.OK;
    }

    @Override
    public int run(String... none) throws Exception {
        try {
            return command.call();
        } catch (ParameterException usageError) {
            return usageError.getCommandLine().getParameterExceptionHandler().handleParseException(usageError, none);
        }
    }
}
