package dev.logikids.database.admin;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Asks the security extension who a request comes from. Nothing else does: it is not proactive, and no resource has a
 * security annotation, so requests of ordinary clients never get there.
 */
@ApplicationScoped
public class OidcUsers {

    private final IdentityProviderManager providers;
    private final HttpAuthenticator authenticator;

    OidcUsers(IdentityProviderManager providers, HttpAuthenticator authenticator) {
        this.providers = providers;
        this.authenticator = authenticator;
    }

    /**
     * Returns whoever the bearer token or the return from the OpenID provider proves; empty if it proves nobody. Fails with
     * {@code AuthenticationRedirectException} when the code flow goes on with another request.
     */
    public Uni<Optional<SecurityIdentity>> of(RoutingContext request) {
        return QuarkusHttpUser.getSecurityIdentity(request, providers)
                .map(user -> Optional.of(user).filter(found -> !found.isAnonymous()))
                .onFailure(AuthenticationFailedException.class)
                .recoverWithItem(Optional.empty());
    }

    /** Answers the request by a redirect to the OpenID provider; returns whether it did. */
    public Uni<Boolean> redirect(RoutingContext request) {
        return authenticator.sendChallenge(request);
    }
}
