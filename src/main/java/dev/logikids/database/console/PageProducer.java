package dev.logikids.database.console;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;

/** Makes what {@link ConsoleGate} has let in parameters of resource methods: {@code @Context ConsolePage} and {@code @Context Form}. */
@ApplicationScoped
class PageProducer {

    @Produces
    @Dependent
    ConsolePage page(RoutingContext request) {
        return ConsoleGate.page(request);
    }

    @Produces
    @Dependent
    Form form(RoutingContext request) {
        return ConsoleGate.form(request);
    }
}
