package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.logikids.database.migration.OracleCase.Outcome;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * psql tells what a migration file does. Each {@link OracleCase} is run by psql in one database, each file with {@code -1},
 * and by the migrator in another; then both databases are dumped and the dumps are compared.
 */
class OracleTest {

    /** One of each kind, for every build. */
    private static final Set<String> SAMPLE = Set.of(
            "function_begin_atomic_names",
            "json_operators",
            "dump_with_inserts",
            "session_time_zone",
            "session_role_owns_its_table",
            "string_dollar_quotes",
            "transaction_with_comments_round_it",
            "layout_byte_order_mark_and_header",
            "error_in_the_second_file",
            "copy_from_stdin");

    // a database takes 8 MB, in a container of memory
    private static final int AT_ONCE = 20;
    private static final Pattern PSQL_ERROR = Pattern.compile("psql:\\S+?:(\\d+): \\w+: +(\\w{5}): .*");
    private static final Pattern PSQL_EXCERPT = Pattern.compile("LINE \\d+: (?:\\.\\.\\.)?(.*?)(?:\\.\\.\\.)?");

    @TempDir
    Path work;

    @TestFactory
    Stream<DynamicTest> aSampleEndsAsWithPsql() throws Exception {
        return compare(OracleCase.all().stream()
                .filter(each -> SAMPLE.contains(each.name()))
                .toList());
    }

    @TestFactory
    @Tag("exhaustive")
    Stream<DynamicTest> everythingEndsAsWithPsql() throws Exception {
        return compare(OracleCase.all());
    }

    @Test
    void namesOfCasesAreUnique() {
        assertThat(OracleCase.all())
                .extracting(OracleCase::name)
                .doesNotHaveDuplicates()
                .containsAll(SAMPLE);
    }

    private Stream<DynamicTest> compare(List<OracleCase> cases) throws Exception {
        TestPostgreSql server = TestPostgreSql.server();
        Optional<String> absence = server.clientTools().absence();
        assumeTrue(absence.isEmpty(), () -> "no comparison with psql: " + absence.orElseThrow());
        String template;
        try (MigrationFixture database = new MigrationFixture()) {
            database.migrate();
            for (String role : List.of("oracle_owner", "oracle_reader")) {
                database.execute("DO $$ BEGIN CREATE ROLE " + role + "; EXCEPTION WHEN duplicate_object THEN END $$");
            }
            template = database.query("SELECT current_database()").get(0);
        }
        Files.copy(OracleCase.folder().resolve("compare.sh"), work.resolve("compare.sh"));
        return IntStream.rangeClosed(0, (cases.size() - 1) / AT_ONCE)
                .mapToObj(batch -> cases.subList(batch * AT_ONCE, Math.min(cases.size(), (batch + 1) * AT_ONCE)))
                .flatMap(batch -> run(batch, template, server).stream())
                .map(result -> DynamicTest.dynamicTest(result.oracleCase().name(), result::check));
    }

    private List<Result> run(List<OracleCase> cases, String template, TestPostgreSql server) {
        Map<String, Optional<String>> failures = new HashMap<>();
        for (OracleCase each : cases) {
            failures.put(each.name(), migrate(each, template, server));
        }
        List<String> arguments = Stream.concat(
                        Stream.of(template), cases.stream().map(OracleCase::name))
                .toList();
        Map<String, Map<String, List<String>>> lines = server.clientTools()
                .script(work, "compare.sh", arguments)
                .lines()
                .map(line -> line.split(" ", 3))
                .filter(words -> words.length == 3)
                .collect(Collectors.groupingBy(
                        words -> words[0],
                        Collectors.groupingBy(
                                words -> words[1], Collectors.mapping(words -> words[2], Collectors.toList()))));
        return cases.stream()
                .map(each -> new Result(each, failures.get(each.name()), lines.getOrDefault(each.name(), Map.of())))
                .toList();
    }

    /** Returns the message of the failure. */
    private Optional<String> migrate(OracleCase each, String template, TestPostgreSql server) {
        String name = "oracle_ours_" + each.name();
        try (MigrationFixture admin = new MigrationFixture(server.url("postgres"))) {
            admin.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        try (MigrationFixture database = new MigrationFixture(server.url(name))) {
            Path folder = Files.createDirectory(work.resolve(each.name()));
            for (int file = 0; file < each.files().size(); file++) {
                database.write(each.fileNames().get(file), each.files().get(file));
                Files.write(
                        folder.resolve(each.fileNames().get(file)), each.files().get(file));
            }
            try {
                database.migrate();
            } catch (MigrationFailure failure) {
                return Optional.of(failure.getMessage());
            }
            assertThat(database.schemaMigrations()).containsAll(each.fileNames());
            assertThat(database.changeLog()).containsAll(each.fileNames());
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param failure the migrator's message
     * @param psql what compare.sh printed, by kind
     */
    private record Result(OracleCase oracleCase, Optional<String> failure, Map<String, List<String>> psql) {

        void check() {
            Outcome outcome = oracleCase.outcome();
            if (outcome instanceof Outcome.Refused refused) {
                assertThat(failure).as("refused by the migrator").isPresent();
                assertThat(failure.orElseThrow())
                        .containsIgnoringCase(refused.words())
                        .containsPattern(String.join("|", oracleCase.fileNames()))
                        // what the server rejects has begun to run
                        .doesNotContain("SQLSTATE");
                assertThat(lines("changed")).as("what a refused file changed").isEmpty();
                return;
            }
            if (outcome instanceof Outcome.Fails fails) {
                checkFailure(fails);
            } else {
                assertThat(lines("error")).as("errors of psql").isEmpty();
                assertThat(failure).as("failure of the migrator").isEmpty();
                assertThat(lines("exit")).containsExactly("0");
            }
            assertThat(lines("differs"))
                    .as("psql's database and the migrator's")
                    .isEmpty();
        }

        private void checkFailure(Outcome.Fails expected) {
            String lastFile = oracleCase.fileNames().get(oracleCase.fileNames().size() - 1);
            List<String> errors = lines("error");
            assertThat(errors).as("errors of psql").isNotEmpty();
            Matcher error = PSQL_ERROR.matcher(errors.get(0));
            // psql has no file and line for an error of its own COMMIT
            assertThat(errors.get(0)).contains(" " + expected.sqlState() + ": ");
            assertThat(failure).as("failure of the migrator").isPresent();
            assertThat(failure.orElseThrow()).contains(lastFile).contains("(SQLSTATE " + expected.sqlState() + ")");
            expected.line().ifPresent(line -> {
                assertThat(failure.orElseThrow()).contains(lastFile + ", line " + line + ":");
                // psql gives the last line of the statement, and the text of the one that the server points to
                assertThat(error.matches()).isTrue();
                assertThat(Integer.parseInt(error.group(1))).isGreaterThanOrEqualTo(line);
                excerpt(errors).ifPresent(text -> assertThat(textOfLine(line)).contains(text));
            });
        }

        private static Optional<String> excerpt(List<String> errors) {
            boolean insideOfFunction = errors.stream().anyMatch(line -> line.startsWith("QUERY:"));
            return insideOfFunction
                    ? Optional.empty()
                    : errors.stream()
                            .map(PSQL_EXCERPT::matcher)
                            .filter(Matcher::matches)
                            .map(excerpt -> excerpt.group(1))
                            .findFirst();
        }

        private String textOfLine(int line) {
            List<byte[]> files = oracleCase.files();
            return new String(files.get(files.size() - 1), StandardCharsets.UTF_8)
                    .lines()
                    .skip(line - 1L)
                    .findFirst()
                    .orElse("");
        }

        private List<String> lines(String kind) {
            return new ArrayList<>(psql.getOrDefault(kind, List.of()));
        }
    }
}
