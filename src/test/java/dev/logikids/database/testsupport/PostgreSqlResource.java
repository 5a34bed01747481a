package dev.logikids.database.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives a {@code @QuarkusTest} application a fresh database of its own. With {@code -Dtest.pgbouncer=true}, the end fails unless
 * transactions of that database went through PgBouncer.
 */
public class PostgreSqlResource implements QuarkusTestResourceLifecycleManager {

    /** The DATABASE_URL for the test itself. */
    static final String DIRECTLY = "test.database.url";

    private String databaseUrl;

    @Override
    public Map<String, String> start() {
        TestPostgreSql server = TestPostgreSql.server();
        databaseUrl = server.createDatabase();
        Map<String, String> settings = new HashMap<>(server.settings(databaseUrl));
        settings.put(DIRECTLY, databaseUrl);
        settings.put("logikids.migration.citus", String.valueOf(TestPostgreSql.onCitus()));
        return settings;
    }

    @Override
    public void stop() {
        // the server lives as long as the test run: other applications of the run share it
        if (TestPostgreSql.behindPgBouncer() && isMigrated()) {
            String database = URI.create(databaseUrl).getPath().substring(1);
            assertThat(TestPostgreSql.pgBouncer().transactions(database))
                    .as("transactions that went through PgBouncer")
                    .isPositive();
        }
    }

    /** The tests of a package have another database. */
    private boolean isMigrated() {
        return new Rows(databaseUrl).number("SELECT count(*) FROM pg_class WHERE relname = 'user_accounts'") > 0;
    }
}
