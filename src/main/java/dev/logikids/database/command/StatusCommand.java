package dev.logikids.database.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.migration.Migrator;
import dev.logikids.database.migration.SchemaCatalogue;
import dev.logikids.database.migration.SchemaStatus;
import dev.logikids.database.migration.SchemaStatus.State;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reports the state of the schema. */
@Command(
        name = "status",
        description =
                "Shows which migrations are applied, pending, changed or unknown, and what differs in the schema.",
        exitCodeList = {
            "0:up to date",
            "1:no connection",
            "2:pending migrations (or usage error)",
            "3:an applied file changed, or the schema is not what the files made"
        })
@RegisterForReflection
final class StatusCommand extends Subcommand {

    private static final int PENDING = 2;
    private static final int DRIFTED = 3;

    @Option(names = "--json", description = "Print JSON.")
    boolean asJson;

    @Override
    int run() throws IOException {
        SchemaStatus status = bean(Migrator.class).status();
        if (asJson) {
            out().println(bean(ObjectMapper.class)
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(status));
        } else {
            print(status);
        }
        if (!status.names(State.CHANGED).isEmpty() || !status.drifted().isEmpty()) {
            return DRIFTED;
        }
        return status.upToDate() ? CommandLine.ExitCode.OK : PENDING;
    }

    private void print(SchemaStatus status) {
        out().println("PostgreSQL " + status.serverVersion() + ", schema " + status.schema());
        for (SchemaStatus.FileStatus file : status.files()) {
            String when = file.appliedAt() == null ? "" : " " + file.appliedAt();
            out().printf("%-9s %s%s%n", file.state().name().toLowerCase(Locale.ROOT), file.name(), when);
        }
        status.names(State.CHANGED)
                .forEach(name -> out().println(
                                name + " changed after it was applied; accept it with: migrate --accept " + name));
        status.invalidIndexes()
                .forEach(index -> out().println("invalid index " + index + ": drop it and run its migration again"));
        for (SchemaCatalogue.Drift drift : status.drifted()) {
            out().println("drifted   " + drift);
            out().println("  expected " + drift.expected());
            if (drift.found() != null) {
                out().println("  found    " + drift.found());
            }
        }
        if (status.notCompared() != null) {
            out().println("the schema was not compared with the files: " + status.notCompared());
        }
        status.oddities().forEach(oddity -> out().println("note: " + oddity));
        if (status.ledgerObstacle() != null) {
            out().println(status.ledgerObstacle());
        }
        if (status.lockHolder() != null) {
            out().println("a migration is running: pid " + status.lockHolder().pid() + " ("
                    + status.lockHolder().application() + ") since "
                    + status.lockHolder().since());
        }
    }
}
