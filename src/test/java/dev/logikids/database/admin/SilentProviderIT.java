package dev.logikids.database.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged service with an OpenID provider that accepts connections and answers nothing. */
@Execution(ExecutionMode.CONCURRENT)
class SilentProviderIT {

    private static final String TOKEN = "an-admin-token-beside-a-silent-provider";

    @Test
    void theStartDoesNotWaitForItAndTheTokenWorks() throws Exception {
        // the system accepts for it
        try (ServerSocket provider = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServiceProcess service = ServiceProcess.start(
                        ServiceProcess.application(),
                        Map.of(
                                "DATABASE_URL",
                                TestPostgreSql.server().createDatabase(),
                                "ADMIN_TOKEN",
                                TOKEN,
                                "QUARKUS_OIDC_TENANT_ENABLED",
                                "true",
                                "QUARKUS_OIDC_AUTH_SERVER_URL",
                                "http://127.0.0.1:" + provider.getLocalPort(),
                                "QUARKUS_OIDC_CLIENT_ID",
                                "logikids",
                                "LOGIKIDS_ADMIN_OIDC_ROLE",
                                "operator"))) {
            service.awaitStatus("/q/health/ready", 200);

            assertThat(service.output()).contains("OIDC server is not available after a 2 seconds timeout");
            assertThat(service.api().get("/api/admin/invites", TOKEN).status()).isEqualTo(200);
        }
    }
}
