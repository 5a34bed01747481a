package dev.logikids.database.admin;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks the security extension who a request comes from. Nothing else does: it is not proactive, and no resource has a
 * security annotation, so requests of ordinary clients never get there.
 */
@ApplicationScoped
public class OidcUsers {

    /** For an OpenID provider that is silent; its users wait no longer, and the admin token does not need it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpAuthenticator authenticator;

    OidcUsers(HttpAuthenticator authenticator) {
        this.authenticator = authenticator;
    }

    /**
     * Returns whoever the bearer token, the session cookie of quarkus-oidc or the return from the OpenID provider proves; empty
     * if it proves nobody. Does not end the request. Fails with {@link AuthenticationRedirectException} when the code flow goes
     * on at another address.
     */
    public Uni<Optional<SecurityIdentity>> of(RoutingContext request) {
        return authenticator
                .attemptAuthentication(request)
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(user -> Optional.ofNullable(user).filter(found -> !found.isAnonymous()))
                .onFailure(AuthenticationFailedException.class)
                .recoverWithItem(Optional.empty());
    }

    /** Answers the request by a redirect to the OpenID provider; returns whether it did. */
    public Uni<Boolean> redirect(RoutingContext request) {
        // it sets the status and the headers
        return authenticator
                .sendChallenge(request)
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .call(sent -> sent && !request.response().ended()
                        ? Uni.createFrom()
                                .completionStage(request.response().end().toCompletionStage())
                        : Uni.createFrom().voidItem());
    }
}
