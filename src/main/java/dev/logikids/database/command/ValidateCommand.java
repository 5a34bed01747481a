package dev.logikids.database.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.migration.Lint;
import dev.logikids.database.migration.LintFinding;
import dev.logikids.database.migration.MigrationFile;
import dev.logikids.database.migration.MigrationFiles;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks the migration files without a database. */
@Command(
        name = "validate",
        description = "Checks the migration files: names, headers, that they may run twice, dangerous DDL.",
        footer = {
            "",
            "A rule is silenced for one statement by a line before it, for a file by a line in its header:",
            "  -- lint:ignore rule: reason",
            "Exit code: 0 nothing found, 1 findings, 2 wrong words."
        },
        mixinStandardHelpOptions = true)
@RegisterForReflection
public class ValidateCommand implements Callable<Integer>, RootCommand.Standalone {

    private static final Path SOURCES = Path.of("src/main/resources", MigrationFiles.FOLDER);

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
    public Integer call() throws IOException {
        Path place = folder == null && Files.isDirectory(SOURCES) ? SOURCES : folder;
        List<MigrationFile> files = place == null ? MigrationFiles.ofThisBuild() : filesIn(place);
        return report(Lint.check(files), files.size(), place);
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
