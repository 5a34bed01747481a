package dev.logikids.database.console;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The session of an operator as a sealed cookie (ADR 29): nothing is stored here, and every replica with the same ADMIN_TOKEN
 * accepts it. It ends {@link #IDLE} after the last page, {@link #LONGEST} after the sign-in, and with a changed ADMIN_TOKEN.
 */
@ApplicationScoped
class SessionCookie {

    static final Duration IDLE = Duration.ofMinutes(30);
    static final Duration LONGEST = Duration.ofHours(8);

    // between replicas
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    // so that not every page sends a new cookie
    private static final Duration RENEWED_AFTER = Duration.ofMinutes(1);

    // the browser takes the prefix only with Secure, and lets no other host or path set such a cookie
    private static final String SECURE = "__Host-logikids-console";
    private static final String CLEAR = "logikids-console";
    private static final String OF_PROVIDER = "q_session";

    private final Clock clock;
    private final Secrets secrets;

    SessionCookie(Clock clock, Secrets secrets) {
        this.clock = clock;
        this.secrets = secrets;
    }

    /** Begins a session: with {@code Secure} if the browser came by HTTPS, which a tunnel to localhost does not need. */
    void begin(RoutingContext context, String operator) {
        Session session = new Session(Secrets.newId(), operator, clock.instant());
        set(context.response(), cameByHttps(context.request()) ? SECURE : CLEAR, session);
    }

    /** The session of the request, if it has one that is valid. */
    Optional<Session> read(HttpServerRequest request) {
        return Stream.of(SECURE, CLEAR)
                .flatMap(name -> open(request, name).stream())
                .map(Opened::session)
                .findFirst();
    }

    /** Puts off the end of the session of the request, as far as it may last at all. */
    void renew(RoutingContext context) {
        for (String name : new String[] {SECURE, CLEAR}) {
            open(context.request(), name)
                    .filter(opened -> opened.sealedAt().plus(RENEWED_AFTER).isBefore(clock.instant()))
                    .ifPresent(opened -> set(context.response(), name, opened.session()));
        }
    }

    /** Ends it here; with that of quarkus-oidc, which would sign in the next person at this browser without a question. */
    void end(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.addCookie(cookie(SECURE, "").setMaxAge(0));
        response.addCookie(cookie(CLEAR, "").setMaxAge(0));
        context.request().cookies().stream()
                .map(Cookie::getName)
                .filter(name -> name.startsWith(OF_PROVIDER))
                .distinct()
                .forEach(name -> response.addCookie(
                        Cookie.cookie(name, "").setPath("/console").setMaxAge(0)));
    }

    private void set(HttpServerResponse response, String name, Session session) {
        String text = String.join(
                "\n", clock.instant().toString(), session.startedAt().toString(), session.id(), session.operator());
        response.addCookie(cookie(name, seal(name).close(text)));
    }

    /** Without {@code Max-Age}: a closed browser forgets it. */
    private static Cookie cookie(String name, String value) {
        return Cookie.cookie(name, value)
                .setPath(name.equals(SECURE) ? "/" : "/console")
                .setSecure(name.equals(SECURE))
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT);
    }

    private record Opened(Session session, Instant sealedAt) {}

    private Optional<Opened> open(HttpServerRequest request, String name) {
        return request.cookies(name).stream()
                .flatMap(cookie -> seal(name).open(cookie.getValue()).stream())
                .flatMap(text -> parse(text).stream())
                .filter(this::isValid)
                .findFirst();
    }

    private static Optional<Opened> parse(String text) {
        String[] parts = text.split("\n", 4);
        try {
            Session session = new Session(parts[2], parts[3], Instant.parse(parts[1]));
            return Optional.of(new Opened(session, Instant.parse(parts[0])));
        } catch (DateTimeException | ArrayIndexOutOfBoundsException ofAnotherVersion) {
            return Optional.empty();
        }
    }

    private boolean isValid(Opened opened) {
        Instant now = clock.instant();
        // of a time to come: a clock was wrong, and the session would last longer than it may
        return opened.sealedAt().isBefore(now.plus(CLOCKS_DIFFER))
                && now.isBefore(opened.sealedAt().plus(IDLE))
                && now.isBefore(opened.session().startedAt().plus(LONGEST));
    }

    /** One that was given by HTTPS is worth nothing under the other name, which any host of the domain could set. */
    private Seal seal(String name) {
        return secrets.seal("session " + name);
    }

    /** By the browser's own word, which a proxy passes on; else by that of the proxy. */
    static boolean cameByHttps(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        String forwarded = request.getHeader("X-Forwarded-Proto");
        return request.isSSL()
                || (origin != null && origin.toLowerCase(Locale.ROOT).startsWith("https://"))
                || "https".equalsIgnoreCase(forwarded);
    }
}
