package dev.logikids.database.command;

import io.quarkus.runtime.LaunchMode;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** The configuration profiles that a command line adds; application.properties holds their values. */
enum Profile {
    /** Every command that runs inside Quarkus. */
    COMMAND,
    /** {@code serve --embedded}. */
    EMBEDDED;

    private static final String PROPERTY = "quarkus.profile";

    /** Adds this profile to those that the operator has set, with precedence over them. Call before Quarkus starts. */
    void activate() {
        String others = Stream.of(System.getProperty(PROPERTY), System.getenv("QUARKUS_PROFILE"))
                .filter(Objects::nonNull)
                .filter(profiles -> !profiles.isBlank())
                .findFirst()
                .orElse(LaunchMode.current().getDefaultProfile());
        System.setProperty(PROPERTY, others + "," + name().toLowerCase(Locale.ROOT));
        if (this == COMMAND) {
            // no command signs in an operator: the environment of the service must not make it ask the OpenID provider
            System.setProperty("quarkus.oidc.tenant-enabled", "false");
        }
    }
}
