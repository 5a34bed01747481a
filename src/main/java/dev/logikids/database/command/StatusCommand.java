package dev.logikids.database.command;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.Dependent;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Reports the state of the schema. */
@Command(
        name = "status",
        description = "Tells which migrations are applied, pending, changed or unknown.",
        mixinStandardHelpOptions = true)
@Dependent
@Unremovable
@RegisterForReflection
public class StatusCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        return 0;
    }
}
