package dev.logikids.database.delivery;

import dev.logikids.database.testsupport.Program;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** What a packaged service needs from its surroundings, whether jar or executable: a database and a secret. */
public class PackagedPostgreSql implements QuarkusTestResourceLifecycleManager {

    // one for all: each launch of a command asks anew, and has to see what the launch before it did
    private static final String DATABASE_URL = TestPostgreSql.server().createDatabase();

    /** Chosen here: of random ports, Quarkus tells a test of a package only the one for clients. */
    static final int MANAGEMENT_PORT = Program.freePort();

    /** After PostgreSqlResource, which Quarkus starts for every test: the later one's settings count. */
    @Override
    public int order() {
        return 1;
    }

    @Override
    public Map<String, String> start() {
        ServiceProcess.recordClasses();
        Map<String, String> settings = new HashMap<>(TestPostgreSql.server().settings(DATABASE_URL));
        settings.put("JWT_SECRET", "a secret of the integration tests, long enough");
        settings.put("quarkus.management.port", String.valueOf(MANAGEMENT_PORT));
        return settings;
    }

    @Override
    public void stop() {
        // the server lives as long as the test run
    }
}
