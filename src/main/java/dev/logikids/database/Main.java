package dev.logikids.database;

import dev.logikids.database.command.RootCommand;
import dev.logikids.database.http.ConnectionBounds;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Entry point of the service and of its commands. */
@QuarkusMain
public class Main {

    /** Runs the service or, with arguments, the command line; the process exits with the code of its command. */
    public static void main(String... arguments) {
        // lets package problem answer an invalid URI; Vert.x reads it once, in a native executable while that is built
        System.setProperty("vertx.disableURIValidation", "true");
        ConnectionBounds.enable();
        if (arguments.length == 0) {
            // not by way of picocli, whose class files are too old for an ahead-of-time cache (ADR 33)
            Quarkus.run();
            return;
        }
        int exitCode = RootCommand.execute(arguments);
        // in production Quarkus, if it ran, has ended the process; dev mode continues and must not be ended
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }
}
