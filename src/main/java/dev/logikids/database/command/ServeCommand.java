package dev.logikids.database.command;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the service. */
@Command(name = "serve", description = "Starts the service and runs it until it is told to stop.")
@RegisterForReflection
final class ServeCommand implements Callable<Integer> {

    @Option(
            names = "--embedded",
            description = "For a first try: without DATABASE_URL, starts a PostgreSQL server of its own"
                    + " (needs a package built with -Pembedded); without JWT_SECRET, takes a random one.")
    boolean embedded;

    @Override
    public Integer call() {
        if (embedded) {
            Profile.EMBEDDED.activate();
        }
        Quarkus.run();
        return CommandLine.ExitCode.OK;
    }
}
