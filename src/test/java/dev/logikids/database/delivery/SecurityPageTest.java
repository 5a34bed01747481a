package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/security.md claims only what a test would notice: the tests that it names exist. */
class SecurityPageTest {

    private static final Path PAGE = Path.of("docs/security.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`");
    private static final Pattern REQUIREMENT = Pattern.compile("(?m)^\\| (\\d+)\\.\\d+\\.\\d+.*$");

    @Test
    void everyTestThatItNamesExists() throws IOException {
        Set<String> named = TEST.matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests = files.map(file -> file.getFileName().toString().replaceFirst("\\.java$", ""))
                    .collect(Collectors.toSet());
        }
        assertThat(named).hasSizeGreaterThan(40).isSubsetOf(tests);
    }

    @Test
    void everyRequirementHasAStateAndAReason() throws IOException {
        List<String> lines = REQUIREMENT
                .matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group())
                .toList();
        assertThat(lines)
                .hasSizeGreaterThan(100)
                .allMatch(line -> line.matches("\\| [^|]+ \\| (yes|no|partly|n/a) \\| [^|]+ \\|"));
    }
}
