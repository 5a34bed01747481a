package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static dev.logikids.database.postgresql.OpenDatabase.eventually;
import static dev.logikids.database.postgresql.OpenDatabase.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.SecuredPostgreSql;
import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A DATABASE_URL of two hosts, of which the first stops answering and never answers again. */
@Timeout(60)
class FailoverTest {

    /** The second host serves every caller within it, counted from the last call that timed out on the first one. */
    private static final Duration READY = Duration.ofSeconds(5);

    private static final int MAX = 10;
    private static final int CALLERS = 3 * MAX;
    private static final String[] SHORT_TIMES = {
        "connect-timeout", "1s", "acquire-timeout", "1500ms", "call-timeout", "2s", "idle-timeout", "10s"
    };

    @TempDir
    static Path folder;

    private static SecuredPostgreSql secured;

    private TcpProxy first;
    private OpenDatabase opened;

    @BeforeAll
    static void start() {
        secured = SecuredPostgreSql.start(folder);
    }

    @AfterAll
    static void stop() throws IOException {
        secured.close();
    }

    @BeforeEach
    void open() {
        open(TestPostgreSql.server().createDatabase(), "", SHORT_TIMES);
    }

    private void open(String second, String parameters, String... settings) {
        first = TcpProxy.to(second);
        opened = OpenDatabase.at(List.of(first.databaseUrl() + parameters, second + parameters), settings);
    }

    @AfterEach
    void close() {
        first.close();
        opened.close();
        assertThat(OpenDatabase.uncaught()).isEmpty();
    }

    @Test
    @Tag("exhaustive")
    void aHostThatHangsIsLeft() {
        fill();

        first.stall();
        outcomes(connection -> sleep(connection, 0.01));

        theSecondHostServes();
    }

    @Test
    void aHostThatVanishesIsLeft() {
        fill();

        first.vanish();
        outcomes(connection -> sleep(connection, 0.01));

        theSecondHostServes();
    }

    @Tag("exhaustive")
    @Test
    void aHostThatHangsInTransactionsIsLeft() {
        fill();

        outcomes(connection -> sleep(connection, 0.01).invoke(first::stall).chain(() -> sleep(connection, 0.01)));

        theSecondHostServes();
    }

    @Tag("exhaustive")
    @Test
    void aHostThatHangsInALargeStatementIsLeft() {
        fill();
        // more than the buffers of both ends hold
        String large = "SELECT length('" + "x".repeat(16_000_000) + "')";

        outcomes(connection -> sleep(connection, 0.01).invoke(first::stall).chain(() -> query(connection, large)));

        theSecondHostServes();
    }

    /** 1 byte: the consent to TLS. 24: the request for a password. 300: authenticated, but not ready. */
    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource({"0,disable", "0,prefer", "0,require", "1,prefer", "1,require", "24,disable", "300,disable"})
    void aHostThatHangsWhileConnectingIsLeft(int answered, String sslMode) {
        close();
        String url = "postgresql://" + SecuredPostgreSql.PLAIN_LOGIN + "@localhost:" + secured.port() + "/"
                + SecuredPostgreSql.PLAIN_PATH;
        open(url, "?sslmode=" + sslMode, SHORT_TIMES);

        first.stallAfter(answered);
        outcomes(connection -> sleep(connection, 0.01));

        theSecondHostServes();
    }

    @Tag("exhaustive")
    @Test
    void aHostThatVanishedBeforeTheFirstConnectIsLeft() {
        first.vanish();
        outcomes(connection -> sleep(connection, 0.01));

        theSecondHostServes();
    }

    @Test
    void oneProbeThatTimesOutIsEnoughToLeaveTheHost() {
        fill();
        first.stall();

        assertThat(failureOf(opened.database.ping(Duration.ofMillis(500)))).isInstanceOf(DatabaseFailure.Busy.class);

        theSecondHostServes();
    }

    @Tag("exhaustive")
    @Test
    void unusedConnectionsToAHostThatHangsAreClosed() {
        close();
        open(TestPostgreSql.server().createDatabase(), "", "idle-timeout", "1s");
        fill();
        assertThat(first.heldByClient()).isEqualTo(MAX);

        first.stall();

        eventually(() -> first.heldByClient() == 0);
        assertThat(opened.database.figures().open()).isZero();
    }

    @Test
    void connectionsToADemotedPrimaryLeaveThePool() {
        opened.run("CREATE TABLE kept (id integer)");
        // the sessions stay open and read-only, as those on a primary that has become a standby
        fill("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");

        Throwable failure = failureOf(opened.database.inTransaction(FailoverTest::write));

        assertThat(failure).isInstanceOf(DatabaseFailure.Unavailable.class).hasMessageContaining("25006");
        assertThat(outcomes(FailoverTest::write)).isEqualTo(CALLERS);
    }

    @Test
    void aPrimaryThatWasFencedIsNotChosen() throws SQLException {
        close();
        String fenced = TestPostgreSql.server().createDatabase();
        try (Connection connection = TestPostgreSql.connectTo(fenced);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + connection.getCatalog() + " SET default_transaction_read_only = on");
        }
        first = TcpProxy.to(fenced);
        opened = OpenDatabase.at(
                List.of(first.databaseUrl(), TestPostgreSql.server().createDatabase()), SHORT_TIMES);

        opened.run("CREATE TABLE kept (id integer)");

        assertThat(outcomes(FailoverTest::write)).isEqualTo(CALLERS);
    }

    private void theSecondHostServes() {
        long start = System.nanoTime();
        eventually(() -> outcomes(connection -> sleep(connection, 0.01)) == CALLERS);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(READY);

        assertThat(opened.database.figures().inUse()).isZero();
        assertThat(opened.database.figures().waiting()).isZero();
        eventually(() -> first.heldByClient() == 0);
    }

    /** Opens every connection of the pool. */
    private void fill(String... statements) {
        long served = outcomes(connection -> {
            Uni<Void> all = sleep(connection, 0.1);
            for (String sql : statements) {
                all = all.chain(() -> query(connection, sql));
            }
            return all;
        });
        assertThat(served).isEqualTo(CALLERS);
        assertThat(opened.database.figures().open()).isEqualTo(MAX);
    }

    /** Runs the work for many callers at once; returns how many of them got an answer. The others fail as they should. */
    private long outcomes(Function<SqlConnection, Uni<Void>> work) {
        List<Uni<Boolean>> calls = Stream.generate(() -> opened.database
                        .inTransaction(work)
                        .replaceWith(true)
                        .onFailure(DatabaseFailure.class)
                        .recoverWithItem(false))
                .limit(CALLERS)
                .toList();
        return await(Uni.join().all(calls).andFailFast()).stream()
                .filter(served -> served)
                .count();
    }

    private static Uni<Void> sleep(SqlConnection connection, double seconds) {
        return query(connection, "SELECT pg_sleep(" + seconds + ")");
    }

    private static Uni<Void> write(SqlConnection connection) {
        return query(connection, "INSERT INTO kept VALUES (1)");
    }

    private static Uni<Void> query(SqlConnection connection, String sql) {
        return connection.query(sql).execute().replaceWithVoid();
    }
}
