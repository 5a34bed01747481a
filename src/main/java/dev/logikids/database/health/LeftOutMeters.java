package dev.logikids.database.health;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;

/** Leaves out what Micrometer brings along under names that {@code promtool check metrics} refuses. */
class LeftOutMeters {

    // process_cpu_usage says the same; the number of processors is no metric
    private static final Set<String> NAMES = Set.of("process.cpu.time", "system.cpu.count");

    @Produces
    @Singleton
    static MeterFilter leftOut() {
        return MeterFilter.deny(meter -> NAMES.contains(meter.getName()));
    }
}
