package dev.logikids.database.testsupport;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Limits that a test can reach, and no rotation of refresh tokens: in one application, because each costs a start. */
public class SmallLimits implements QuarkusTestProfile {

    /** After so many failed attempts every failure is answered 429. */
    public static final int FAILED_ATTEMPTS = 3;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "logikids.sync.limit.enabled", "true",
                "logikids.sync.limit.requests", "5",
                "%test.logikids.attempts.limit", String.valueOf(FAILED_ATTEMPTS),
                "logikids.tokens.rotate", "false");
    }
}
