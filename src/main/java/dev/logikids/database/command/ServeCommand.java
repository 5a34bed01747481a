package dev.logikids.database.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The words of serving; Main itself serves, in its own way, what these describe. */
@Command(name = "serve", description = "Serves; so does no word at all.", mixinStandardHelpOptions = true)
@RegisterForReflection
public class ServeCommand implements Runnable {

    @Option(
            names = "--embedded",
            description = "Without DATABASE_URL: on a PostgreSQL server of its own, for a first try"
                    + " (of a package built with -Pembedded).")
    boolean embedded;

    @Override
    public void run() {
        throw new IllegalStateException("Main serves");
    }
}
