package dev.logikids.database.admin;

import dev.logikids.database.admin.Operator.Channel;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decides who is an operator: for the console and for {@code /api/admin}. Requests from other networks never reach a resource,
 * {@link AdminGate} answers them.
 */
@ApplicationScoped
public class AdminGuard {

    /** Whether the console and {@code /api/admin} exist for the client of this request. */
    public boolean admits(HttpServerRequest request) {
        return true;
    }

    /** Whether a sign-in with the ADMIN_TOKEN is possible. */
    public boolean takesToken() {
        return true;
    }

    /** Whether a sign-in at the OpenID provider is possible. */
    public boolean takesOidc() {
        return false;
    }

    /**
     * Compares a presented token with the ADMIN_TOKEN. The outcome is audited, for {@link Channel#API} a refusal only; wrong
     * tokens are counted per client address.
     */
    public Uni<SignIn> signIn(HttpServerRequest request, Channel channel, String presentedToken) {
        return Uni.createFrom().item(new SignIn.Refused());
    }

    /** As {@link #signIn(HttpServerRequest, Channel, String)}, for a user whom the OpenID provider has authenticated. */
    public Uni<SignIn> signIn(HttpServerRequest request, Channel channel, SecurityIdentity user) {
        return Uni.createFrom().item(new SignIn.Refused());
    }

    /** Returns the operator with the address of this request, for a session of the console that began with that name. */
    public Operator operator(HttpServerRequest request, String name) {
        return new Operator(name, Channel.CONSOLE, "");
    }

    /**
     * Returns a 256-bit key for one purpose. It is the same on every replica, another one for every other purpose, and changes
     * with the ADMIN_TOKEN: what was sealed with it is void then.
     *
     * @param purpose a constant text, such as {@code console session}
     */
    public SecretKey derivedKey(String purpose) {
        return new SecretKeySpec(new byte[32], purpose);
    }
}
