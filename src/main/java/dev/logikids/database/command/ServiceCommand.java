package dev.logikids.database.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.postgresql.DatabaseFailure;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.Config;
import picocli.CommandLine;

/** A command that works with the service's own rows: prints its outcome, or one clear line and exit code 1. */
@RegisterForReflection
abstract class ServiceCommand implements Callable<Integer> {

    /** Longer than any call of the database may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @CommandLine.Spec
    CommandLine.Model.CommandSpec spec;

    @Inject
    Config config;

    @Inject
    ObjectMapper mapper;

    /** Does the work; returns the exit code. */
    abstract int run();

    @Override
    public final Integer call() {
        try {
            return run();
        } catch (DatabaseFailure | TimeoutException e) {
            err().println("error: " + (e.getMessage() == null ? "the database does not answer" : e.getMessage()));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Says on standard error which database is about to be changed; these settings hold no password. */
    final void announceWrite() {
        err().println("database: " + setting("quarkus.datasource.reactive.url") + " as "
                + setting("quarkus.datasource.username"));
    }

    private String setting(String name) {
        return config.getConfigValue(name).getRawValue();
    }

    final <T> T await(Uni<T> work) {
        return work.await().atMost(PATIENCE);
    }

    final String json(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String moment(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
