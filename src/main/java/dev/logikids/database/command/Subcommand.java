package dev.logikids.database.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.admin.Operator;
import dev.logikids.database.command.terminal.Terminal;
import dev.logikids.database.health.SchemaView;
import dev.logikids.database.migration.MigrationFailure;
import dev.logikids.database.postgresql.DatabaseFailure;
import dev.logikids.database.postgresql.Page;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.spi.CDI;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that ends: prints its outcome, or one clear line to standard error and exit code 1. */
@RegisterForReflection
abstract class Subcommand implements Callable<Integer> {

    /** Longer than any call of the database may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    CommandSpec spec;

    /** Does the work; returns the exit code. */
    abstract int run() throws IOException;

    /** Whether {@link #run} calls {@link #bean}, so that Quarkus has to run around it. Asked after parsing. */
    boolean needsBeans() {
        return true;
    }

    @Override
    public final Integer call() {
        try {
            return run();
        } catch (MigrationFailure e) {
            return fail(e.getMessage());
        } catch (TablesElsewhere e) {
            return fail("error: " + e.getMessage());
        } catch (IOException e) {
            return fail("error: " + e.getMessage());
        } catch (DatabaseFailure | TimeoutException e) {
            return fail("error: " + (e.getMessage() == null ? "the database does not answer" : e.getMessage()));
        } finally {
            out().flush();
        }
    }

    static <T> T bean(Class<T> type) {
        return CDI.current().select(type).get();
    }

    static <T> T await(Uni<T> work) {
        return work.await().atMost(PATIENCE);
    }

    private static final class TablesElsewhere extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TablesElsewhere(String message) {
            super(message);
        }
    }

    /** Ends the command when the search path leads to tables of another application, or to half of ours. */
    static void requireOneSchema() {
        String elsewhere = await(bean(SchemaView.class).elsewhere());
        if (!elsewhere.isEmpty()) {
            throw new TablesElsewhere(
                    elsewhere + ". Say which schema is meant in DATABASE_URL: ?options=-csearch_path%3D...");
        }
    }

    /**
     * Prints to standard error which database is about to be changed, after {@link #requireOneSchema}; these settings hold no
     * password.
     */
    final void announceWrite() {
        requireOneSchema();
        err().println("database: " + setting("quarkus.datasource.reactive.url") + " as "
                + setting("quarkus.datasource.username"));
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getConfigValue(name).getRawValue();
    }

    /** Prints that message to standard error; returns exit code 1. */
    final int fail(String message) {
        err().println(message);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Who acts, for the audit: the user of this machine. */
    static Operator operator() {
        return Operator.ofCommand(System.getProperty("user.name", "unknown"));
    }

    final ParameterException usageError(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /**
     * Prints a list page by page, so that a long one needs no memory.
     *
     * @param page returns the page behind that place, empty for the first one
     * @param asJson whether to print one JSON array instead of lines
     */
    final <T> void printPages(
            Function<Optional<Page.Cursor>, Uni<Page<T>>> page,
            boolean asJson,
            Function<T, Map<String, Object>> fields,
            Function<T, String> line)
            throws IOException {
        String separator = "";
        out().print(asJson ? "[" : "");
        Optional<Page.Cursor> place = Optional.empty();
        do {
            Page<T> rows = await(page.apply(place));
            for (T row : rows.items()) {
                if (asJson) {
                    out().print(separator + bean(ObjectMapper.class).writeValueAsString(fields.apply(row)));
                    separator = ",";
                } else {
                    out().println(line.apply(row));
                }
            }
            place = rows.next();
        } while (place.isPresent() && !Terminal.readerIsGone());
        out().print(asJson ? "]" + System.lineSeparator() : "");
    }

    /** A text of somebody else, without what would steer a terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
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
