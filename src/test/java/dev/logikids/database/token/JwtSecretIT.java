package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged service and its secret. */
class JwtSecretIT {

    private final String database = TestPostgreSql.server().createDatabase();

    @Test
    void withoutASecretTheServiceEndsWithOneClearLine() throws Exception {
        try (ServiceProcess service = start(Map.of("JWT_SECRET", ""))) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output()).startsWith("JWT_SECRET is not set").doesNotContain("\tat ", "Exception");
        }
    }

    @Test
    void withAShortSecretTheServiceEndsAndDoesNotShowIt() throws Exception {
        try (ServiceProcess service = start(Map.of("JWT_SECRET", "too short a secret"))) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output())
                    .startsWith("JWT_SECRET is too short: 18 bytes")
                    .doesNotContain("too short a secret", "\tat ");
        }
    }

    @Test
    void aCommandNeedsNoSecret() throws Exception {
        try (ServiceProcess migrate = start(Map.of("JWT_SECRET", ""), "migrate")) {
            assertThat(migrate.exitCode()).as(migrate.output()).isZero();
        }
        try (ServiceProcess create = start(Map.of("JWT_SECRET", ""), "invites", "create", "for", "a", "test")) {
            assertThat(create.exitCode()).as(create.output()).isZero();
            assertThat(create.output())
                    .containsPattern("(?m)^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$")
                    .contains("database: ")
                    .doesNotContain(":development@");
        }
    }

    private ServiceProcess start(Map<String, String> environment, String... words) {
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.put("DATABASE_URL", database);
        return ServiceProcess.start(ServiceProcess.application(), all, words);
    }
}
