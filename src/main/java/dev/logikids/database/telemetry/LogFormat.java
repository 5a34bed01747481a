package dev.logikids.database.telemetry;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.logging.json.runtime.JsonFormatter;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.logging.Handler;

/** Puts {@link EcsFormatter} in the place of the JSON formatter of Quarkus, before the first request. */
@ApplicationScoped
class LogFormat {

    void install(@Observes @Priority(1) StartupEvent start) {
        for (Handler handler : InitialConfigurator.DELAYED_HANDLER.getHandlers()) {
            if (handler.getFormatter() instanceof JsonFormatter ofQuarkus) {
                handler.setFormatter(new EcsFormatter(ofQuarkus));
            }
        }
    }
}
