package dev.logikids.database.console;

import dev.logikids.database.admin.AdminGuard;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Lets requests into the console: from the networks of operators only, from no other site, and with a session except to sign
 * in. For everybody else the console does not exist.
 */
@ApplicationScoped
class ConsoleGate {

    static final String ROOT = "/console";
    static final String SIGN_IN = ROOT + "/sign-in";
    static final String SIGN_IN_BY_PROVIDER = SIGN_IN + "/provider";
    static final String ASSETS = ROOT + "/assets/";
    /** Parts that the browser asks for by itself: they do not keep a session alive. */
    static final String LIVE = ROOT + "/live/";

    private static final Set<String> WITHOUT_SESSION = Set.of(SIGN_IN, SIGN_IN_BY_PROVIDER, ROOT + "/language");

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST);

    // the longest form names a class of 30
    private static final int FORM_BYTES = 16 * 1024;
    private static final int FORM_SECONDS = 10;

    private static final String PAGE = ConsolePage.class.getName();
    private static final String FORM = Form.class.getName();

    private final AdminGuard guard;
    private final Secrets secrets;
    private final SessionCookie sessions;

    ConsoleGate(AdminGuard guard, Secrets secrets, SessionCookie sessions) {
        this.guard = guard;
        this.secrets = secrets;
        this.sessions = sessions;
    }

    void register(@Observes Filters filters) {
        // after CORS and the API's own: where there is no console, nothing but its absence is to be seen
        filters.register(this::enter, SecurityHandlerPriorities.CORS - 2);
    }

    static ConsolePage page(RoutingContext context) {
        return context.get(PAGE);
    }

    static Form form(RoutingContext context) {
        return context.get(FORM);
    }

    private void enter(RoutingContext context) {
        // routes match the normalized path, so it decides here too
        if (!context.normalizedPath().startsWith(ROOT)) {
            context.next();
        } else if (!guard.admits(context.request())) {
            beUnknown(context);
        } else {
            protect(context);
            admit(context);
        }
    }

    /** As any path that there is not. */
    private static void beUnknown(RoutingContext context) {
        if (context.request().method() == HttpMethod.OPTIONS) {
            // Quarkus REST answers so for every path, because there is a resource at /
            context.response().putHeader("allow", "HEAD, GET, OPTIONS").end();
        } else {
            ProblemResponse.end(context, ProblemCode.NOT_FOUND);
        }
    }

    private void admit(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = context.normalizedPath();
        ConsolePage page = new ConsolePage(context, guard, secrets, sessions.read(request));
        context.put(PAGE, page);
        ProblemResponse.answerWithPage(context, page::problem);
        if (!METHODS.contains(request.method())) {
            ProblemResponse.end(context, ProblemCode.METHOD_NOT_ALLOWED);
        } else if (!comesFromHere(request)) {
            ProblemResponse.end(context, ProblemCode.OTHER_SITE);
        } else if (path.startsWith(ASSETS)) {
            context.next();
        } else if (!page.isSignedIn() && !WITHOUT_SESSION.contains(path)) {
            askToSignIn(context);
        } else if (request.method() == HttpMethod.POST) {
            readForm(context, page);
        } else {
            enter(context, page);
        }
    }

    private void enter(RoutingContext context, ConsolePage page) {
        if (page.isSignedIn() && !context.normalizedPath().startsWith(LIVE)) {
            sessions.renew(context);
        }
        context.next();
    }

    private void readForm(RoutingContext context, ConsolePage page) {
        HttpServerRequest request = context.request();
        String type = Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_TYPE), "");
        if (!type.toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_FORM_URLENCODED)) {
            ProblemResponse.end(context, ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        } else if (!isShort(request)) {
            ProblemResponse.end(context, ProblemCode.PAYLOAD_TOO_LARGE);
        } else {
            long timer = context.vertx()
                    .setTimer(FORM_SECONDS * 1000L, late -> request.connection().close());
            context.addEndHandler(end -> context.vertx().cancelTimer(timer));
            Buffer body = Buffer.buffer();
            request.handler(body::appendBuffer)
                    .endHandler(whole -> {
                        context.vertx().cancelTimer(timer);
                        check(context, page, body.toString(StandardCharsets.UTF_8));
                    })
                    .resume();
        }
    }

    /** No browser sends a form in chunks, of which the length would not be known. */
    private static boolean isShort(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.length() <= 5 && Integer.parseInt(length) <= FORM_BYTES;
    }

    private void check(RoutingContext context, ConsolePage page, String body) {
        Form form;
        try {
            form = Form.parse(body);
        } catch (IllegalArgumentException malformed) {
            ProblemResponse.end(context, ProblemCode.MALFORMED_BODY);
            return;
        }
        // who signs in has no session yet, or one of another tab
        boolean needsToken = !context.normalizedPath().equals(SIGN_IN);
        if (needsToken && !(page.isSignedIn() && page.gave(form))) {
            ProblemResponse.end(context, ProblemCode.FORM_OUTDATED);
        } else {
            context.put(FORM, form);
            enter(context, page);
        }
    }

    /** By the browser's own word: another site may link to the console, and do nothing else. */
    private static boolean comesFromHere(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean reads = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
        if (site == null) {
            // a browser sends it by HTTPS and to localhost only
            String origin = request.getHeader(HttpHeaders.ORIGIN);
            return origin == null
                    ? reads
                    : origin.replaceFirst("^https?://", "").equals(request.getHeader(HttpHeaders.HOST));
        }
        boolean link = reads && "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
        return site.equals("same-origin") || (reads && site.equals("none")) || link;
    }

    private static void askToSignIn(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (context.request().getHeader("HX-Request") != null) {
            // a redirect would be followed by htmx, and put the page for signing in into a part of this one
            response.setStatusCode(401).putHeader("HX-Redirect", SIGN_IN).end();
        } else {
            response.setStatusCode(303).putHeader(HttpHeaders.LOCATION, SIGN_IN).end();
        }
    }

    private static void protect(RoutingContext context) {
        MultiMap headers = context.response().headers();
        // no other origin may read it
        headers.remove(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN);
        headers.remove(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS);
        headers.set("Content-Security-Policy", POLICY)
                // without a referrer the browser would not name the origin of a form either
                .set("Referrer-Policy", "same-origin")
                .set("X-Content-Type-Options", "nosniff")
                .set("Cross-Origin-Opener-Policy", "same-origin")
                .set("Cross-Origin-Resource-Policy", "same-origin");
        if (!context.normalizedPath().startsWith(ASSETS)) {
            headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        }
    }
}
