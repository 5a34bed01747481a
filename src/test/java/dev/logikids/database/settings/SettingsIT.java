package dev.logikids.database.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ServiceProcess;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged service with a setting that cannot be meant. */
@Execution(ExecutionMode.CONCURRENT)
class SettingsIT {

    @Test
    void theServiceEndsWithOneClearLine() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(
                ServiceProcess.application(),
                Map.of(
                        "DATABASE_URL",
                        "postgresql://nobody@127.0.0.1:1/nothing",
                        "QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE",
                        "0"))) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output()).doesNotContain("\tat ", "Exception");
            assertThat(service.output().lines())
                    .last()
                    .asString()
                    .isEqualTo("quarkus.vertx.event-loops-pool-size (QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE) is 0:"
                            + " give a whole number from 1 to 1000, or leave it out");
        }
    }
}
