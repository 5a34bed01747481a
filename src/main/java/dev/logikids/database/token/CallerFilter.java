package dev.logikids.database.token;

import dev.logikids.database.http.BodyGate;
import dev.logikids.database.problem.ApiException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/** Tells {@link BodyGate} who sends a body that is counted, before any of it is read. The resource still answers a bad token. */
@ApplicationScoped
class CallerFilter {

    private final AccessTokens accessTokens;

    CallerFilter(AccessTokens accessTokens) {
        this.accessTokens = accessTokens;
    }

    void register(@Observes Filters filters) {
        filters.register(this::identify, SecurityHandlerPriorities.CORS + 1);
    }

    private void identify(RoutingContext context) {
        if (BodyGate.isCounted(context.request())) {
            try {
                AccessToken token = accessTokens.verify(context.request().getHeader(HttpHeaders.AUTHORIZATION));
                BodyGate.identify(context, token.userId().text().toLowerCase(Locale.ROOT));
            } catch (ApiException stranger) {
                // counted among the strangers
            }
        }
        context.next();
    }
}
