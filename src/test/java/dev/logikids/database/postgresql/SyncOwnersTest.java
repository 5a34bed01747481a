package dev.logikids.database.postgresql;

import static dev.logikids.database.postgresql.OpenDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.mutiny.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From when on the service knows that the data is distributed: from its first statement, without anybody's look before. */
class SyncOwnersTest {

    private final String url = TestPostgreSql.server().createDatabase();

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void theFirstReadKnowsThatTheDataIsDistributed(String pgbouncer) throws SQLException {
        run("CREATE TABLE sync_owners ()", "COMMENT ON TABLE sync_owners IS 'complete: …'");
        try (OpenDatabase opened = OpenDatabase.at(url, "pgbouncer", pgbouncer)) {
            assertThat(first(opened.database)).isTrue();
        }
    }

    @Test
    void anIncompleteTableIsNone() throws SQLException {
        run("CREATE TABLE sync_owners ()");
        try (OpenDatabase opened = OpenDatabase.at(url)) {
            assertThat(first(opened.database)).isFalse();
        }
    }

    private static boolean first(Database database) {
        return await(database.read(
                        dev.logikids.database.postgresql.Statement.SYNC_FIND,
                        () -> database.isDistributed() ? "SELECT true" : "SELECT false",
                        Tuple.tuple()))
                .iterator()
                .next()
                .getBoolean(0);
    }

    private void run(String... statements) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
