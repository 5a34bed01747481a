package dev.logikids.database.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.migration.MigrationFailure;
import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.Migrator;
import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.migration.lint.Lint;
import dev.logikids.database.migration.lint.LintFinding;
import dev.logikids.database.migration.script.MigrationFile;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Checks the migration files; with a database configured, also whether applied files have changed since. */
@Command(
        name = "validate",
        description = "Checks the migration files: names, headers, that they may run twice, dangerous DDL.",
        footer = {
            "",
            "A comment silences a rule: on the line before a statement for that statement, in the header for the file:",
            "  -- lint:ignore rule: reason",
            "What no comment silences, migrate and start-up refuse too, in the same words.",
            "With DATABASE_URL set and no FOLDER, also reports applied files that have changed since."
        },
        exitCodeList = {"0:nothing found", "1:findings", "2:usage error"})
@RegisterForReflection
final class ValidateCommand extends Subcommand {

    private static final Path SOURCES = Path.of(MigrationFiles.SOURCE_FOLDER);

    private static final List<String> DATABASE_VARIABLES =
            List.of("DATABASE_URL", "DATABASE_URL_FILE", "MIGRATION_DATABASE_URL", "MIGRATION_DATABASE_URL_FILE");

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            description = "Folder of the files; by default the sources below the working directory, else this build's.")
    Path folder;

    @Option(names = "--json", description = "Print the findings as a JSON array.")
    boolean asJson;

    /** Only a comparison with the database needs them. */
    @Override
    boolean needsBeans() {
        return folder == null && DATABASE_VARIABLES.stream().anyMatch(System.getenv()::containsKey);
    }

    @Override
    int run() throws IOException {
        Path place = folder == null && Files.isDirectory(SOURCES) ? SOURCES : folder;
        List<MigrationFile> files = place == null ? MigrationFiles.ofThisBuild() : filesIn(place);
        List<LintFinding> findings = new ArrayList<>(Lint.check(files));
        if (needsBeans()) {
            findings.addAll(changedAfterTheyWereApplied(files));
        }
        if (asJson) {
            out().println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(findings));
        } else {
            print(findings, files.size(), place);
        }
        return findings.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private List<MigrationFile> filesIn(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            throw new ParameterException(spec.commandLine(), "No such folder: " + place);
        }
        List<MigrationFile> files = MigrationFiles.in(place);
        if (files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "No file in " + place);
        }
        return files;
    }

    private List<LintFinding> changedAfterTheyWereApplied(List<MigrationFile> files) {
        try {
            return bean(Migrator.class).status(files).names(State.CHANGED).stream()
                    .map(LintFinding::changedAfterApply)
                    .toList();
        } catch (MigrationFailure failure) {
            err().println(failure.getMessage() + "; the files were not compared with the applied ones");
            return List.of();
        }
    }

    /** Files on disk are printed with their folder, so that an editor can open them. */
    private void print(List<LintFinding> findings, int files, Path place) {
        String prefix = place == null ? "" : place + place.getFileSystem().getSeparator();
        findings.forEach(finding -> out().println(prefix + finding));
        long refused = findings.stream().filter(LintFinding::refused).count();
        out().printf(
                        "files: %d, findings: %d%s%n",
                        files,
                        findings.size(),
                        refused == 0 ? "" : " (" + refused + " that migrate and start-up refuse)");
    }
}
