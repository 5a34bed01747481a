package dev.logikids.database.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.SecuredPostgreSql;
import dev.logikids.database.testsupport.ServiceProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged service says at its start about TLS to its database. */
class DatabaseTlsIT {

    /** No resolver knows the name (RFC 6761): nothing is connected to. */
    private static final String URL = "postgresql://some-user:some-password@db.invalid/some-database";

    @Test
    void clearTextAcrossForeignNetworksIsWarnedAboutOnce() throws Exception {
        try (ServiceProcess status =
                ServiceProcess.start(ServiceProcess.application(), Map.of("DATABASE_URL", URL), "status")) {
            assertThat(status.exitCode()).isEqualTo(1);
            assertThat(status.output().lines())
                    .filteredOn(line -> line.contains("db.invalid:5432 is outside of this machine's networks"))
                    .hasSize(1)
                    .allMatch(line -> line.contains("WARN") && !line.contains("some-") && !line.contains("://"));
        }
    }

    @Test
    void everyCommandEndsWhenVerifiedTlsIsRequiredAndTheUrlIsWeaker() throws Exception {
        try (ServiceProcess status = ServiceProcess.start(
                ServiceProcess.application(),
                Map.of("DATABASE_URL", URL, "LOGIKIDS_DATABASE_REQUIRE_VERIFIED_TLS", "true"),
                "status")) {
            assertThat(status.exitCode()).isEqualTo(1);
            assertThat(status.output())
                    .contains(
                            "DATABASE_URL: logikids.database.require-verified-tls is set, but the URL has sslmode=prefer")
                    .doesNotContain("some-password");
        }
    }

    @Test
    void aCertificateOfAnotherHostIsToldInOneLine(@TempDir Path folder) throws Exception {
        try (SecuredPostgreSql server = SecuredPostgreSql.start(folder);
                ServiceProcess status = ServiceProcess.start(
                        ServiceProcess.application(),
                        Map.of(
                                "DATABASE_URL",
                                "postgresql://" + SecuredPostgreSql.PLAIN_LOGIN + "@127.0.0.1:" + server.port() + "/"
                                        + SecuredPostgreSql.PLAIN_PATH + "?sslmode=verify-full&sslrootcert="
                                        + server.certificate()),
                        "status")) {
            assertThat(status.exitCode()).isEqualTo(1);
            assertThat(status.output().lines())
                    .as(status.output())
                    .singleElement()
                    .asString()
                    .contains("cannot reach the database", "127.0.0.1");
        }
    }
}
