package dev.logikids.database.testsupport;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** Gives a {@code @QuarkusTest} application a fresh database of its own. */
public class PostgreSqlResource implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        return Map.of(
                "DATABASE_URL",
                TestPostgreSql.server().createDatabase(),
                "logikids.migration.citus",
                String.valueOf(TestPostgreSql.onCitus()));
    }

    @Override
    public void stop() {
        // the server lives as long as the test run: other applications of the run share it
    }
}
