package dev.logikids.database.fault;

import static dev.logikids.database.testsupport.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.fault.PostgreSqlServer.Stop;
import dev.logikids.database.testsupport.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A mixed load with one fault after the other: what the service holds does not grow. */
@Execution(ExecutionMode.SAME_THREAD)
@Tag("faults")
class SoakIT {

    /** ISO 8601. */
    private static final Duration LENGTH = Duration.parse(System.getProperty("soak.length", "PT1M"));

    private static final Path REPORT = Path.of("target", "soak.txt");
    private static final Phase[] PHASES =
            Stream.of(Phase.values()).filter(phase -> phase != Phase.TLS).toArray(Phase[]::new);
    private static final int ROUNDS_PER_KILL = 10;

    /** What the process holds, after a fault has been repaired. */
    private record Sample(long megabytes, long descriptors, long threads) {

        static Sample of(ServiceProcess service) throws IOException {
            Path process = Path.of("/proc", Long.toString(service.pid()));
            try (Stream<String> status = Files.lines(process.resolve("status"));
                    Stream<Path> descriptors = Files.list(process.resolve("fd"));
                    Stream<Path> threads = Files.list(process.resolve("task"))) {
                long kilobytes = status.filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
                return new Sample(kilobytes / 1024, descriptors.count(), threads.count());
            }
        }
    }

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
    void nothingGrows() throws Exception {
        try (PostgreSqlServer server = PostgreSqlServer.create(folder.resolve("server"));
                WireProxy network = new WireProxy(server);
                ServiceProcess service = ServiceProcess.start(
                        ServiceProcess.application(),
                        Map.of(
                                "DATABASE_URL",
                                network.databaseUrl() + "?sslmode=disable",
                                // or the heap alone could grow for hours
                                "JAVA_TOOL_OPTIONS",
                                "-Xmx192m"))) {
            service.awaitStatus("/q/health/ready", 200);
            List<Sample> samples = new ArrayList<>();
            Ledger ledger = Ledger.start(service.api(), server.databaseUrl());
            Probes probes = Probes.start(service);
            long start = System.nanoTime();
            try {
                Random random = new Random(1);
                for (int round = 1; System.nanoTime() - start < LENGTH.toNanos(); round++) {
                    String name = round % ROUNDS_PER_KILL == 0 ? kill(server) : fault(network, random);
                    long repaired = System.nanoTime();
                    await().until(() -> probes.readyAfter(repaired) && ledger.acknowledgedAfter(repaired));
                    ledger.awaitAcknowledged(100);
                    Sample sample = Sample.of(service);
                    samples.add(sample);
                    report(
                            "%6.1f s %-28s acknowledged %6d, 503 %6d, %s",
                            (System.nanoTime() - start) / 1e9,
                            name,
                            ledger.acknowledged(),
                            ledger.unavailable(),
                            sample);
                }
            } finally {
                ledger.stop();
                probes.stop();
            }
            assertThat(probes.notLive()).isZero();
            ledger.verify(server.databaseUrl());
            new Outage(service, server, server).awaitNothingHeld();
            assertThat(growth(samples, Sample::descriptors)).as("descriptors").isLessThan(5);
            assertThat(growth(samples, Sample::threads)).as("threads").isLessThan(5);
            assertThat(growth(samples, Sample::megabytes)).as("MB").isLessThan(20);
        }
    }

    private static String fault(WireProxy network, Random random) throws InterruptedException {
        Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
        Phase phase = PHASES[random.nextInt(PHASES.length)];
        network.begin(fault, phase);
        boolean untilTimeouts = random.nextInt(4) == 0;
        Thread.sleep(untilTimeouts ? fault.duration().toMillis() : 500 + random.nextInt(2000));
        network.end();
        return fault + " in " + phase;
    }

    private static String kill(PostgreSqlServer server) throws Exception {
        server.stop(Stop.KILL);
        Thread.sleep(1000);
        server.start();
        return "server killed";
    }

    /** Returns by how much the mean of the last quarter is above that of the second one; the first one warms up. */
    private static double growth(List<Sample> samples, ToLongFunction<Sample> figure) {
        int quarter = samples.size() / 4;
        return mean(samples.subList(samples.size() - quarter, samples.size()), figure)
                - mean(samples.subList(quarter, 2 * quarter), figure);
    }

    private static double mean(List<Sample> samples, ToLongFunction<Sample> figure) {
        return samples.stream().mapToLong(figure).average().orElseThrow();
    }

    private static void report(String format, Object... figures) throws IOException {
        Files.writeString(
                REPORT, String.format(format + "%n", figures), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
