package dev.logikids.database;

import dev.logikids.database.command.CommandApplication;
import dev.logikids.database.command.RootCommand;
import dev.logikids.database.config.DevelopmentDatabase;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import java.util.OptionalInt;

/** Entry point: a command line word runs that command without opening a port, no word (or {@code serve}) serves. */
@QuarkusMain
public class Main {

    /** Runs the service until it is told to stop, or one command; the process exits with the command's code. */
    public static void main(String... arguments) {
        // Quarkus would answer a URI that is none with an empty 400; package problem gives that answer its body
        System.setProperty("vertx.disableURIValidation", "true");
        if (arguments.length > 0) {
            OptionalInt done = RootCommand.runWithoutService(arguments);
            if (done.isPresent()) {
                System.exit(done.getAsInt());
            }
        }
        if (List.of(arguments).contains("--embedded")) {
            System.setProperty(DevelopmentDatabase.ENABLED, "true");
        }
        if (arguments.length == 0 || arguments[0].equals("serve")) {
            Quarkus.run(arguments);
        } else {
            CommandApplication.prepare();
            Quarkus.run(CommandApplication.class, arguments);
        }
    }
}
