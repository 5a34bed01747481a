package dev.logikids.database.token;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;

/**
 * Makes the verified bearer token a parameter of resource methods: {@code @Context AccessToken token}. A request without
 * a valid one is rejected before the method is called.
 */
@ApplicationScoped
class AccessTokenProducer {

    @Produces
    @Dependent
    AccessToken verifiedToken(HttpServerRequest request, AccessTokens tokens) {
        return tokens.verify(request.getHeader(HttpHeaders.AUTHORIZATION));
    }
}
