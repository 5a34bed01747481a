package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What every command has in common. */
class RootCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static List<String> commands() {
        List<String> names = new ArrayList<>(List.of(""));
        RootCommand.commandLine().getSubcommands().forEach((name, line) -> {
            names.add(name);
            line.getSubcommands().keySet().forEach(nested -> names.add(name + " " + nested));
        });
        return names;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpNamesTheExitCodes(String command) {
        assertThat(execute((command + " --help").strip())).isZero();
        assertThat(out.toString())
                .startsWith("Usage: " + ("logikids-database " + command).strip())
                .contains("Exit codes:", "  2   ");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void versionIsNameNumberAndCommit(String command) {
        assertThat(execute((command + " --version").strip())).isZero();
        assertThat(out.toString()).matches("logikids-database \\d+\\.\\d+\\S*, commit \\w+\\R");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void anUnknownOptionIsAUsageError(String command) {
        assertThat(execute((command + " --unknown").strip())).isEqualTo(2);
        assertThat(err.toString()).containsAnyOf("Unknown option: '--unknown'", "Missing required parameter");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void everyCommandIsCovered() {
        assertThat(commands())
                .contains("serve", "invites create", "accounts revoke")
                .hasSize(19);
    }

    private int execute(String line) {
        CommandLine commandLine =
                RootCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(line.split(" "));
    }
}
