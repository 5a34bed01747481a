package dev.logikids.database.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.migration.MigrationFailure;
import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.Migrator;
import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.migration.lint.Lint;
import dev.logikids.database.migration.lint.LintFinding;
import dev.logikids.database.migration.script.MigrationFile;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks the migration files; and where a database is configured, whether it was given other ones. */
@Command(
        name = "validate",
        description = "Checks the migration files: names, headers, that they may run twice, dangerous DDL.",
        footer = {
            "",
            "A rule is silenced for one statement by a line before it, for a file by a line in its header:",
            "  -- lint:ignore rule: reason",
            "With DATABASE_URL set it also says which applied files have changed since.",
            "Exit code: 0 nothing found, 1 findings, 2 wrong words."
        },
        mixinStandardHelpOptions = true)
@Dependent
@Unremovable
@RegisterForReflection
public class ValidateCommand implements Callable<Integer>, RootCommand.Standalone {

    private static final Path SOURCES = Path.of(MigrationFiles.SOURCE_FOLDER);

    private static final List<String> DATABASE_VARIABLES =
            List.of("DATABASE_URL", "DATABASE_URL_FILE", "MIGRATION_DATABASE_URL", "MIGRATION_DATABASE_URL_FILE");

    @Inject
    Instance<Migrator> migrator;

    @CommandLine.Spec
    CommandLine.Model.CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            description = "Folder of the files; by default the sources below the working directory, else this build's.")
    Path folder;

    @Option(names = "--json", description = "Print the findings as a JSON array.")
    boolean json;

    @Override
    public boolean standsAlone() {
        return folder != null || DATABASE_VARIABLES.stream().noneMatch(System.getenv()::containsKey);
    }

    @Override
    public Integer call() throws IOException {
        Path place = folder == null && Files.isDirectory(SOURCES) ? SOURCES : folder;
        List<MigrationFile> files = place == null ? MigrationFiles.ofThisBuild() : filesIn(place);
        List<LintFinding> findings = new ArrayList<>(Lint.check(files));
        if (!standsAlone()) {
            findings.addAll(changedAfterTheyWereApplied(files));
        }
        return report(findings, files.size(), place);
    }

    private List<LintFinding> changedAfterTheyWereApplied(List<MigrationFile> files) {
        try {
            return migrator.get().status(files).names(State.CHANGED).stream()
                    .map(name -> new LintFinding(
                            name,
                            1,
                            "changed-after-apply",
                            "put the old content back and write a new file, or accept it: migrate --accept " + name))
                    .toList();
        } catch (MigrationFailure failure) {
            spec.commandLine()
                    .getErr()
                    .println(failure.getMessage() + "; the files were not compared with what it was given");
            return List.of();
        }
    }

    private List<MigrationFile> filesIn(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "No such folder: " + place);
        }
        List<MigrationFile> files = MigrationFiles.in(place);
        if (files.isEmpty()) {
            throw new CommandLine.ParameterException(spec.commandLine(), "No .sql file in " + place);
        }
        return files;
    }

    /** Prints findings of any source; {@code place} is put before the file names where the files are on disk. */
    private int report(List<LintFinding> findings, int files, Path place) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(findings));
        } else {
            String folderPrefix =
                    place == null ? "" : place + place.getFileSystem().getSeparator();
            findings.forEach(finding -> out.printf(
                    "%s%s:%d: %s: %s%n",
                    folderPrefix, finding.file(), finding.line(), finding.rule(), finding.message()));
            out.printf("files: %d, findings: %d%n", files, findings.size());
        }
        out.flush();
        return findings.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
