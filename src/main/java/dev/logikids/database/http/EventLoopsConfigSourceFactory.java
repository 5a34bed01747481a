package dev.logikids.database.http;

import io.quarkus.runtime.ExecutionMode;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Chooses the number of event loops, unless {@code QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE} does: half of the cores, and at least
 * one. A request costs PostgreSQL and the proxy about as much as this service, and all three mostly share a machine; an event
 * loop more than it has cores to spare is interrupted by them, and hands requests over to the others (docs/performance.md).
 */
public class EventLoopsConfigSourceFactory implements ConfigSourceFactory {

    /** Below every source that an operator may set, application.properties included. */
    private static final int ORDINAL = 240;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        // the build also calls this, and must not keep the cores of its machine
        if (ExecutionMode.current() == ExecutionMode.UNSET || ExecutionMode.current() == ExecutionMode.STATIC_INIT) {
            return List.of();
        }
        int loops = forCores(Runtime.getRuntime().availableProcessors());
        return List.of(new PropertiesConfigSource(
                Map.of("quarkus.vertx.event-loops-pool-size", Integer.toString(loops)), "event loops", ORDINAL));
    }

    static int forCores(int cores) {
        return Math.max(1, cores / 2);
    }
}
