package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.logikids.database.fault.Outage.Figures;
import dev.logikids.database.fault.PostgreSqlServer.Stop;
import dev.logikids.database.testsupport.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL stops, dies, changes its role or has no room left, under a running service. */
@Execution(ExecutionMode.SAME_THREAD)
@Tag("faults")
class ServerFaultsIT {

    private static final Duration LASTING = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aServerStopsAndComesBack(Stop how) throws Exception {
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                ServiceProcess service = start(server.databaseUrl())) {
            Figures figures = new Outage(service, server, server)
                    .run("server stopped: " + how, () -> server.stop(how), LASTING, server::start);

            assertThat(figures.notReady()).isPositive();
        }
    }

    @Test
    void aPrimaryIsKilledAndItsStandbyPromoted() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                ServiceProcess service = start(primary.databaseUrl(standby))) {
            Figures figures = new Outage(service, primary, standby)
                    .run("primary killed, standby promoted", () -> primary.stop(Stop.KILL), LASTING, standby::promote);

            assertThat(figures.notReady()).isPositive();
        }
    }

    /** Both hosts answer all the time, and for a while neither takes writes. */
    @Test
    void aPrimaryIsDemotedAndItsStandbyPromoted() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                ServiceProcess service = start(primary.databaseUrl(standby))) {
            Figures figures = new Outage(service, primary, standby)
                    .run(
                            "roles exchanged, both hosts listed",
                            () -> demote(primary, standby),
                            LASTING,
                            standby::promote);

            assertThat(figures.notReady()).isPositive();
        }
    }

    /** The old primary is only set to read-only, and keeps its sessions. */
    @Test
    void aPrimaryIsFencedAndItsStandbyPromoted() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                ServiceProcess service = start(primary.databaseUrl(standby))) {
            new Outage(service, primary, standby)
                    .run("primary fenced, standby promoted", primary::fence, LASTING, standby::promote);

            assertThat(service.output()).contains("SQLSTATE 25006");
        }
    }

    /** As with a virtual address or a name that moves: sessions on the demoted server stay open and answer 25006. */
    @Test
    void theOnlyAddressMovesFromADemotedPrimaryToThePromotedStandby() throws Exception {
        try (PostgreSqlServer primary = PostgreSqlServer.create(folder.resolve("primary"));
                PostgreSqlServer standby = primary.standby(folder.resolve("standby"));
                WireProxy address = new WireProxy(primary);
                ServiceProcess service = start(address.databaseUrl())) {
            new Outage(service, primary, standby)
                    .run("roles exchanged, one address that moves", () -> demote(primary, standby), LASTING, () -> {
                        standby.promote();
                        address.leadTo(standby);
                    });

            assertThat(service.output()).contains("SQLSTATE 25006");
        }
    }

    private static void demote(PostgreSqlServer primary, PostgreSqlServer standby) throws Exception {
        primary.stop(Stop.FAST);
        primary.follow(standby);
        primary.start();
    }

    /** Needs {@code -Dsmall.disk=FOLDER}, on a file system of some 200 MB. */
    @Test
    void theDiskIsFull() throws Exception {
        String smallDisk = System.getProperty("small.disk", "");
        assumeTrue(!smallDisk.isEmpty(), "without -Dsmall.disk=FOLDER there is no disk to fill: docs/reliability.md");
        Path disk = Files.createTempDirectory(Path.of(smallDisk), "postgresql");
        Path ballast = disk.resolve("ballast");
        try (PostgreSqlServer server = PostgreSqlServer.create(disk.resolve("server"));
                ServiceProcess service = start(server.databaseUrl())) {
            Figures figures = new Outage(service, server, server)
                    .run("disk full", () -> fill(ballast), Duration.ofSeconds(20), () -> {
                        Files.delete(ballast);
                        if (!server.isRunning()) {
                            server.start();
                        }
                    });

            assertThat(figures.unavailable()).isPositive();
        }
    }

    private static void fill(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] block = new byte[1 << 16];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            // as intended
        }
    }

    private static ServiceProcess start(String databaseUrl) {
        ServiceProcess service =
                ServiceProcess.start(ServiceProcess.application(), Map.of("DATABASE_URL", databaseUrl));
        service.awaitStatus("/q/health/ready", 200);
        return service;
    }
}
