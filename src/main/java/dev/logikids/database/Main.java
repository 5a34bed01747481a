package dev.logikids.database;

import dev.logikids.database.command.CommandApplication;
import dev.logikids.database.command.RootCommand;
import dev.logikids.database.devdatabase.DevelopmentDatabase;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;

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
            prepareFirstTry();
        }
        if (arguments.length == 0 || arguments[0].equals("serve")) {
            Quarkus.run(arguments);
        } else {
            CommandApplication.prepare();
            Quarkus.run(CommandApplication.class, arguments);
        }
    }

    /** What dev mode has by itself: a server, and a secret that ends with the process. */
    private static void prepareFirstTry() {
        System.setProperty(DevelopmentDatabase.ENABLED, "true");
        boolean secret = Stream.of("JWT_SECRET", "JWT_SECRET_FILE")
                .anyMatch(name -> System.getenv(name) != null || System.getProperty(name) != null);
        if (!secret) {
            System.setProperty("JWT_SECRET", UUID.randomUUID() + "-" + UUID.randomUUID());
        }
    }
}
