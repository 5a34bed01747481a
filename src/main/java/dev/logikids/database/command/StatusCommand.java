package dev.logikids.database.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.migration.MigrationFailure;
import dev.logikids.database.migration.Migrator;
import dev.logikids.database.migration.SchemaStatus;
import dev.logikids.database.migration.SchemaStatus.State;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reports the state of the schema. */
@Command(
        name = "status",
        description = "Tells which migrations are applied, pending, changed or unknown.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:up to date",
            "1:no connection",
            "2:pending migrations (or wrong words)",
            "3:an applied file changed"
        },
        mixinStandardHelpOptions = true)
@Dependent
@Unremovable
@RegisterForReflection
public class StatusCommand implements Callable<Integer> {

    @Inject
    Migrator migrator;

    @Inject
    ObjectMapper json;

    @Spec
    CommandSpec spec;

    @Option(names = "--json", description = "Print JSON.")
    boolean asJson;

    @Override
    public Integer call() throws JsonProcessingException {
        SchemaStatus status;
        try {
            status = migrator.status();
        } catch (MigrationFailure failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return 1;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(json.writerWithDefaultPrettyPrinter().writeValueAsString(status));
        } else {
            print(status, out);
        }
        out.flush();
        if (!status.names(State.CHANGED).isEmpty()) {
            return 3;
        }
        return status.upToDate() ? 0 : 2;
    }

    private static void print(SchemaStatus status, PrintWriter out) {
        out.println("PostgreSQL " + status.serverVersion());
        for (SchemaStatus.FileStatus file : status.files()) {
            String when = file.appliedAt() == null ? "" : " " + file.appliedAt();
            out.printf("%-9s %s%s%n", file.state().name().toLowerCase(Locale.ROOT), file.name(), when);
        }
        status.names(State.CHANGED)
                .forEach(name ->
                        out.println(name + " changed after it was applied; accept it with: migrate --accept " + name));
        status.invalidIndexes()
                .forEach(index -> out.println("invalid index " + index + ": drop it and run its migration again"));
        if (status.lockHolder() != null) {
            out.println("a migration is running: pid " + status.lockHolder().pid() + " ("
                    + status.lockHolder().application() + ") since "
                    + status.lockHolder().since());
        }
    }
}
