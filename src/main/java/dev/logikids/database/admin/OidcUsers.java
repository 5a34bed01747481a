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

    /** Returns whoever the bearer token of the request proves; empty if it proves nobody. Leaves the response alone. */
    Uni<Optional<SecurityIdentity>> ofBearerToken(RoutingContext request) {
        return proven(authenticator.attemptAuthentication(request));
    }

    /**
     * Returns whoever the session cookie of quarkus-oidc or the return from the OpenID provider proves; empty if it proves
     * nobody. Fails with {@code AuthenticationRedirectException} when the code flow goes on with another request; whatever
     * fails, Quarkus may have ended the request.
     */
    public Uni<Optional<SecurityIdentity>> of(RoutingContext request) {
        return proven(QuarkusHttpUser.getSecurityIdentity(request, providers));
    }

    private static Uni<Optional<SecurityIdentity>> proven(Uni<SecurityIdentity> identity) {
        return identity.map(user -> Optional.ofNullable(user).filter(found -> !found.isAnonymous()))
                .onFailure(AuthenticationFailedException.class)
                .recoverWithItem(Optional.empty());
    }

    /** Answers the request by a redirect to the OpenID provider; returns whether it did. */
    public Uni<Boolean> redirect(RoutingContext request) {
        return authenticator.sendChallenge(request);
    }
}
