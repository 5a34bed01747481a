package dev.logikids.database;

import dev.logikids.database.config.DevelopmentDatabase;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Entry point: a command line word runs that command without opening a port, no word serves. */
@QuarkusMain
public class Main {

    private Main() {}

    public static void main(String... arguments) throws Exception {
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            DevelopmentDatabase.startIfNeeded();
        }
        Quarkus.run(arguments);
    }
}
