package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.logikids.database.fault.Outage.Action;
import dev.logikids.database.fault.Outage.Figures;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.ServiceProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
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
        Path shift = folder.resolve("shift");
        set(shift, Duration.ZERO);
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                ServiceProcess service = ServiceProcess.start(
                        ServiceProcess.application(),
                        Map.of(
                                "DATABASE_URL", server.databaseUrl(),
                                "LD_PRELOAD", library().toString(),
                                "WALL_CLOCK_SHIFT", shift.toString()))) {
            service.awaitStatus("/q/health/ready", 200);

            Action jump = () -> {
                set(shift, by);
                Patience.await().until(() -> server.number(WRITTEN_AT_A_WRONG_TIME) > 0);
            };
            Figures figures = new Outage(service, server, server)
                    .run("clock " + by, jump, Duration.ofSeconds(5), () -> set(shift, Duration.ZERO));

            assertThat(figures.unavailable()).isZero();
            assertThat(figures.notReady()).isZero();
        }
    }

    private Path library() throws Exception {
        Path library = folder.resolve("wall_clock.so");
        try {
            Process compiler = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-o", library.toString(), "src/test/c/wall_clock.c")
                    .inheritIO()
                    .start();
            assertThat(compiler.waitFor()).isZero();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler: " + e.getMessage());
        }
        return library;
    }

    /** In place: the service has mapped the file. */
    private static void set(Path shift, Duration by) throws IOException {
        try (FileChannel file = FileChannel.open(shift, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(by.toSeconds())
                    .flip());
        }
    }
}
