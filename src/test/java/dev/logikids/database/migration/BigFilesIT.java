package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Big files on the packaged service, with a heap of 256 MB. */
@Tag("exhaustive")
class BigFilesIT {

    private static final String NAME = "900_big.sql";

    static Stream<Arguments> files() {
        String rows = IntStream.range(0, 1000)
                .mapToObj(i -> "\n  (" + i + ", 'a text that is a little longer than the others')")
                .collect(Collectors.joining(","));
        return Stream.of(
                Arguments.of(
                        "a literal of 20 MB", "INSERT INTO big VALUES (1, '" + "0123456789".repeat(2_000_000) + "');"),
                Arguments.of(
                        "200 000 statements",
                        IntStream.range(0, 200_000)
                                .mapToObj(i ->
                                        "INSERT INTO big VALUES (" + i + ", 'a row that is neither long nor short');\n")
                                .collect(Collectors.joining())),
                Arguments.of("50 MB", ("INSERT INTO big VALUES" + rows + ";\n").repeat(880)));
    }

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isAppliedWithASmallHeap(String what, String sql) throws Exception {
        String databaseUrl = TestPostgreSql.server().createDatabase();
        Path application =
                ServiceProcess.applicationWith(folder, NAME, "CREATE TABLE big (id int, text text);\n" + sql);
        Map<String, String> environment = Map.of("DATABASE_URL", databaseUrl, "JAVA_TOOL_OPTIONS", "-Xmx256m");

        try (ServiceProcess migrate = ServiceProcess.start(application, environment, "migrate")) {
            assertThat(migrate.exitCode()).isZero();
        }

        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM schema_migrations WHERE migration_name = '"
                        + NAME + "' AND (SELECT count(*) FROM big) > 0")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(1);
        }
    }
}
