package dev.logikids.database.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Tells which build runs: once in the log, and as the metric {@code build_info}, which is always 1. */
@ApplicationScoped
class BuildInfo {

    private static final Logger LOG = Logger.getLogger(BuildInfo.class);

    void tell(@Observes StartupEvent started, MeterRegistry metrics) {
        Build build = Build.read();
        LOG.info(build);
        Gauge.builder("build.info", () -> 1)
                .description("Always 1; which build runs")
                .tag("version", build.version())
                .tag("commit", build.commit())
                .register(metrics);
    }
}
