package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.fault.Outage.Figures;
import dev.logikids.database.testsupport.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault of a network in each phase of a connection, one after the other, on one running service. */
@Execution(ExecutionMode.SAME_THREAD)
class NetworkFaultsIT {

    @TempDir
    static Path folder;

    private static PostgreSqlServer server;
    private static WireProxy network;
    private static final Map<Phase, ServiceProcess> SERVICES = new EnumMap<>(Phase.class);

    @BeforeAll
    static void start() throws Exception {
        server = PostgreSqlServer.create(folder.resolve("server"));
        network = new WireProxy(server);
    }

    @AfterAll
    static void stop() throws Exception {
        for (ServiceProcess service : SERVICES.values()) {
            service.close();
        }
        network.close();
        server.close();
    }

    /** The phases that can be seen need a connection in clear. */
    private static ServiceProcess serviceFor(Phase phase) {
        return SERVICES.computeIfAbsent(phase == Phase.TLS ? Phase.TLS : Phase.QUERY, key -> {
            String url = network.databaseUrl() + "?sslmode=" + (key == Phase.TLS ? "require" : "disable");
            ServiceProcess service = ServiceProcess.start(ServiceProcess.application(), Map.of("DATABASE_URL", url));
            service.awaitStatus("/q/health/ready", 200);
            return service;
        });
    }

    static Stream<Arguments> faults() {
        return Stream.of(Phase.values())
                .flatMap(phase -> Stream.of(Fault.values()).map(fault -> Arguments.of(fault, phase)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    @Tag("faults")
    void nothingIsLost(Fault fault, Phase phase) throws Exception {
        Figures figures = outage(fault, phase, fault.duration());

        if (phase.concernsAllWork()) {
            assertThat(figures.notReady()).as("not ready").isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"RESET, COMMIT_ANSWER", "CUT, QUERY"})
    void nothingIsLostInAMoment(Fault fault, Phase phase) throws Exception {
        outage(fault, phase, Duration.ofMillis(300));
    }

    private static Figures outage(Fault fault, Phase phase, Duration lasting) throws Exception {
        return new Outage(serviceFor(phase), server, server)
                .run(
                        fault + " in " + phase,
                        () -> {
                            network.begin(fault, phase);
                            // a moment may pass without a commit
                            network.awaitHit();
                        },
                        lasting,
                        () -> assertThat(network.end()).as("connections hit").isPositive());
    }
}
