package dev.logikids.database.admin;

import dev.logikids.database.admin.Audit.Action;
import dev.logikids.database.admin.Audit.Draft;
import dev.logikids.database.admin.Audit.Outcome;
import dev.logikids.database.admin.Operator.Channel;
import dev.logikids.database.admin.SignIn.Accepted;
import dev.logikids.database.admin.SignIn.Refused;
import dev.logikids.database.admin.SignIn.TooManyAttempts;
import dev.logikids.database.digest.Digest;
import dev.logikids.database.limit.ClientAddresses;
import dev.logikids.database.limit.Networks;
import dev.logikids.database.limit.SharedCounts;
import dev.logikids.database.limit.SharedWindows;
import dev.logikids.database.limit.SharedWindows.Rule;
import dev.logikids.database.postgresql.DatabaseFailure;
import dev.logikids.database.token.JwtSecrets;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Decides who is an operator (ADR 28), for the console and for {@code /api/admin}: first whether they exist for the client at
 * all, then whether a token or a user of the OpenID provider is good.
 */
@ApplicationScoped
public class AdminGuard {

    private static final Logger LOG = Logger.getLogger(AdminGuard.class);

    private static final Pattern OF_THIS_MACHINE =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

    private static final Duration WINDOW = Duration.ofMinutes(15);

    /** About 2 MB; only clients in the networks of operators are counted. */
    private static final int MAX_ADDRESSES = 10_000;

    /** What the audit calls somebody who has shown nothing that holds. */
    private static final String NOBODY = "unknown";

    private final AdminToken token;
    private final JwtSecrets jwtSecrets;
    private final ClientAddresses clients;
    private final Audit audit;
    private final Networks networks;
    private final Optional<String> oidcRole;
    private final boolean oidc;
    private final SharedWindows attempts;

    AdminGuard(
            AdminConfig settings,
            AdminToken token,
            JwtSecrets jwtSecrets,
            ClientAddresses clients,
            Audit audit,
            SharedCounts counts,
            Clock clock,
            Config config) {
        this.token = token;
        this.jwtSecrets = jwtSecrets;
        this.clients = clients;
        this.audit = audit;
        this.networks =
                Networks.of("logikids.admin.networks", settings.networks().orElse(List.of()));
        this.oidcRole = settings.oidcRole();
        this.oidc = config.getOptionalValue("quarkus.oidc.tenant-enabled", Boolean.class)
                .orElse(false);
        this.attempts = new SharedWindows(
                new Rule("operators", settings.attempts(), WINDOW, 1, false), MAX_ADDRESSES, counts, clock);
    }

    /** Ends the start of a service with a wrong setting. */
    void check(@Observes @Priority(1) StartupEvent start) {
        if (oidc && oidcRole.isEmpty() && !ConfigUtils.isProfileActive("command")) {
            throw new ConfigurationException(
                    "quarkus.oidc.tenant-enabled is set, but logikids.admin.oidc-role is not: give the"
                            + " role that makes a user of the OpenID provider an operator");
        }
    }

    /** Whether the console and {@code /api/admin} exist for the client of this request. */
    public boolean admits(HttpServerRequest request) {
        if (!takesToken() && !takesOidc()) {
            return false;
        }
        Optional<InetAddress> client = clients.certain(request);
        if (client.isEmpty()) {
            LOG.debug("no admission: a proxy that is not in logikids.attempts.trusted-proxies, or one that names no"
                    + " client");
            return false;
        }
        return networks.contain(client.get())
                && (!knownToEverybody() || (client.get().isLoopbackAddress() && namesThisMachine(request)));
    }

    /**
     * Whether a page of the request's origin may call {@code /api/admin}: any may that has the token, but the token of dev mode
     * is known to everybody, and the developer's browser also shows pages of others.
     */
    boolean admitsOrigin(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return !knownToEverybody()
                || origin == null
                || OF_THIS_MACHINE.matcher(origin).matches();
    }

    private boolean knownToEverybody() {
        return token.isForDevelopment() && !takesOidc();
    }

    /** A name of another site may lead here too. */
    private static boolean namesThisMachine(HttpServerRequest request) {
        return OF_THIS_MACHINE
                .matcher("http://" + request.getHeader(HttpHeaders.HOST))
                .matches();
    }

    /** Whether a sign-in with the ADMIN_TOKEN is possible. */
    public boolean takesToken() {
        return token.isSet();
    }

    /** Whether a sign-in at the OpenID provider is possible. */
    public boolean takesOidc() {
        return oidc;
    }

    /**
     * Compares a presented token with the ADMIN_TOKEN. A refusal is audited and counts for the client address, an acceptance is
     * audited unless the channel is {@link Channel#API}, where each request brings the token. While the database is away, a log line
     * takes the place of the audit's row.
     */
    public Uni<SignIn> signIn(HttpServerRequest request, Channel channel, String presentedToken) {
        return attempt(request, channel, () -> {
            boolean right = isAdminToken(presentedToken)
                    && (!token.isForDevelopment()
                            || clients.certain(request)
                                    .filter(InetAddress::isLoopbackAddress)
                                    .isPresent());
            return new Verdict(right, right ? Operator.TOKEN_HOLDER : NOBODY);
        });
    }

    /** Whether it is the ADMIN_TOKEN; in constant time. The sign-in asks again, and counts. */
    boolean isAdminToken(String presented) {
        return takesToken() && token.equalsInConstantTime(presented);
    }

    /** As {@link #signIn(HttpServerRequest, Channel, String)}, for a user whom the OpenID provider has authenticated. */
    public Uni<SignIn> signIn(HttpServerRequest request, Channel channel, SecurityIdentity user) {
        return attempt(request, channel, () -> {
            if (!takesOidc() || user.isAnonymous()) {
                return new Verdict(false, NOBODY);
            }
            // the prefix keeps a user of the provider from calling himself "token"
            return new Verdict(
                    oidcRole.filter(user::hasRole).isPresent(),
                    "oidc:" + user.getPrincipal().getName());
        });
    }

    private record Verdict(boolean isOperator, String name) {}

    private interface Judge {
        Verdict judge();
    }

    private Uni<SignIn> attempt(HttpServerRequest request, Channel channel, Judge judge) {
        String client = clients.of(request);
        return attempts.count(client).chain(count -> {
            if (!count.allowed()) {
                return Uni.createFrom().item(new TooManyAttempts(count.resetSeconds()));
            }
            Verdict verdict = judge.judge();
            Operator operator = new Operator(verdict.name(), channel, address(request));
            if (!verdict.isOperator()) {
                return record(Draft.of(operator, Action.SIGN_IN, Outcome.REFUSED))
                        .replaceWith(new Refused());
            }
            attempts.takeBack(client, count);
            Accepted accepted = new Accepted(operator);
            return channel == Channel.API
                    ? Uni.createFrom().item(accepted)
                    : record(Draft.of(operator, Action.SIGN_IN, Outcome.DONE)).replaceWith(accepted);
        });
    }

    /** Without the database there is nothing to change, but the pages that say what is wrong are needed most. */
    private Uni<Void> record(Draft signIn) {
        return audit.record(signIn)
                .onFailure(DatabaseFailure.class)
                .invoke(failure -> LOG.warnf(
                        "The audit lacks a sign-in (%s): %s", signIn.outcome().text(), failure.getMessage()))
                .onFailure(DatabaseFailure.class)
                .recoverWithNull();
    }

    /** Returns the operator with the address of this request, for a session of the console that began with that name. */
    public Operator operator(HttpServerRequest request, String name) {
        return new Operator(name, Channel.CONSOLE, address(request));
    }

    private String address(HttpServerRequest request) {
        return clients.certain(request)
                .map(InetAddress::getHostAddress)
                // the interface of a link-local address
                .map(text -> text.replaceFirst("%.*", ""))
                .orElse("unknown");
    }

    /**
     * Returns a 256-bit key for one purpose. It is the same on every replica and another one for every other purpose. It changes
     * with the ADMIN_TOKEN, without one with JWT_SECRET: what was sealed with it is void then.
     *
     * @param purpose a constant text, such as {@code console session}
     */
    public SecretKey derivedKey(String purpose) {
        byte[] secret = token.bytes().orElseGet(() -> jwtSecrets.derived("logikids admin"));
        return new SecretKeySpec(Digest.hmac(secret, purpose), "AES");
    }
}
