package dev.logikids.database.command;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.Dependent;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Applies what is pending. */
@Command(name = "migrate", description = "Applies the pending migrations.", mixinStandardHelpOptions = true)
@Dependent
@Unremovable
@RegisterForReflection
public class MigrateCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        return 0;
    }
}
