package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.fault.Outage.Action;
import dev.logikids.database.fault.Outage.Figures;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock of the service's machine jumps and jumps back; PostgreSQL keeps the right time. Needs a C compiler. */
@Execution(ExecutionMode.SAME_THREAD)
@Tag("faults")
@EnabledOnOs(value = OS.LINUX, disabledReason = "preloads a library")
class ClockIT {

    private static final String WRITTEN_AT_A_WRONG_TIME = """
            SELECT count(*) FROM refresh_tokens
            WHERE abs(created_at / 1000 - extract(epoch FROM now())) > 3600""";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"PT2H", "PT-2H", "P30D", "P-30D"})
    void theClockJumps(Duration by) throws Exception {
        WallClock clock = WallClock.in(folder);
        Map<String, String> environment = new HashMap<>(clock.environment());
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"))) {
            environment.put("DATABASE_URL", server.databaseUrl());
            run(server, environment, clock, by);
        }
    }

    private static void run(PostgreSqlServer server, Map<String, String> environment, WallClock clock, Duration by)
            throws Exception {
        try (ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), environment)) {
            service.awaitStatus("/q/health/ready", 200);

            Action jump = () -> {
                clock.set(by);
                Patience.await().until(() -> server.number(WRITTEN_AT_A_WRONG_TIME) > 0);
            };
            Figures figures = new Outage(service, server, server)
                    .run("clock " + by, jump, Duration.ofSeconds(5), () -> clock.set(Duration.ZERO));

            assertThat(figures.unavailable()).isZero();
            assertThat(figures.notReady()).isZero();
        }
    }
}
