package dev.logikids.database.command;

import io.quarkus.arc.Arc;
import io.quarkus.arc.InstanceHandle;
import io.quarkus.runtime.QuarkusApplication;
import picocli.CommandLine;

/** Runs one command inside the service's container of beans, with no port open and nothing in the background. */
public class CommandApplication implements QuarkusApplication {

    /** Call before Quarkus starts: turns off what only the serving process does. */
    public static void prepare() {
        System.setProperty("quarkus.http.host-enabled", "false");
        System.setProperty("logikids.migration.at-start", "false");
        System.setProperty("quarkus.scheduler.enabled", "false");
        // standard output belongs to the command
        System.setProperty("quarkus.log.console.stderr", "true");
        System.setProperty("quarkus.log.level", "WARN");
    }

    @Override
    public int run(String... arguments) {
        return RootCommand.commandLine(CommandApplication::create).execute(arguments);
    }

    static <T> T create(Class<T> type) throws Exception {
        InstanceHandle<T> bean = Arc.container().instance(type);
        return bean.isAvailable() ? bean.get() : CommandLine.defaultFactory().create(type);
    }
}
