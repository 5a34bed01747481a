package dev.logikids.database.testsupport;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The limits that all other tests run without: small enough to reach. */
public class LimitsProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("logikids.sync.limit.enabled", "true", "logikids.sync.limit.requests", "5");
    }
}
