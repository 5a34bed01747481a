package dev.logikids.database.testsupport;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Limits that a test can reach, and no rotation of refresh tokens: in one application, because each costs a start. */
public class SmallLimits implements QuarkusTestProfile {

    /** How many failed attempts an address has. */
    public static final int FAILED_ATTEMPTS = 3;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "logikids.sync.limit.enabled", "true",
                "logikids.sync.limit.requests", "5",
                "%test.logikids.attempts.limit", String.valueOf(FAILED_ATTEMPTS),
                // the tests themselves
                "logikids.attempts.trusted-proxies", "127.0.0.0/8,::1",
                // believes whatever the client says, and must not matter
                "quarkus.http.proxy.proxy-address-forwarding", "true",
                "logikids.tokens.rotate", "false");
    }
}
