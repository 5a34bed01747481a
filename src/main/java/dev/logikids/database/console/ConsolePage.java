package dev.logikids.database.console;

import dev.logikids.database.admin.AdminGuard;
import dev.logikids.database.admin.Operator;
import dev.logikids.database.problem.ProblemCode;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.i18n.Localized;
import io.quarkus.qute.i18n.MessageBundles;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.NumberFormat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One request of the console: who asks, in which language, and what the frame around the content shows. Resource methods take
 * it as {@code @Context ConsolePage page}; {@link ConsoleGate} has made sure that there is a session where one is needed.
 */
public final class ConsolePage {

    private static final String NOTICE = "logikids-console-notice";
    // it is for the page that the browser asks for at once
    private static final Duration NOTICE_KEPT = Duration.ofSeconds(30);

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance problem(ProblemCode code);

        private Templates() {}
    }

    private final RoutingContext request;
    private final Language language;
    private final AdminGuard guard;
    private final Secrets secrets;
    private final Optional<Session> session;

    ConsolePage(RoutingContext request, AdminGuard guard, Secrets secrets, Optional<Session> session) {
        this.request = request;
        this.language = Language.of(request.request());
        this.guard = guard;
        this.secrets = secrets;
        this.session = session;
    }

    /** Returns the template with this frame, in the operator's language. */
    TemplateInstance show(TemplateInstance content) {
        return content.data("page", this)
                .data("notice", takeNotice())
                .setAttribute(MessageBundles.ATTRIBUTE_LOCALE, language.locale());
    }

    /** Returns the page that says what went wrong. */
    String problem(ProblemCode code) {
        return show(Templates.problem(code)).render();
    }

    /** Returns a part of a page, for htmx. */
    TemplateInstance showPart(TemplateInstance part) {
        return part.data("page", this).setAttribute(MessageBundles.ATTRIBUTE_LOCALE, language.locale());
    }

    /** After an action: the browser asks for the path, so that a reload does not repeat the action. */
    static Response redirect(String path) {
        // as text: Quarkus would complete it with http, and TLS may end before the service
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, path)
                .build();
    }

    /** The same, and the next page shows the notice once. */
    Response redirect(String path, Notice notice) {
        String sealed = seal().close(notice.kind() + "\n" + notice.text());
        request.response().addCookie(noticeCookie(sealed).setMaxAge(NOTICE_KEPT.toSeconds()));
        return redirect(path);
    }

    private Optional<Notice> takeNotice() {
        Cookie cookie = request.request().getCookie(NOTICE);
        if (cookie == null) {
            return Optional.empty();
        }
        String sealed = cookie.getValue();
        request.response().addCookie(noticeCookie("").setMaxAge(0));
        return seal().open(sealed)
                .map(text -> text.split("\n", 2))
                .map(parts -> new Notice(Notice.Kind.valueOf(parts[0]), parts[1]));
    }

    private static Cookie noticeCookie(String value) {
        return Cookie.cookie(NOTICE, value)
                .setPath("/console")
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT);
    }

    private Seal seal() {
        return secrets.seal("notice " + session.map(Session::id).orElse(""));
    }

    /** Seals what a link or a form has to name and nobody may read there, such as a user id: for this session only. */
    String reference(String text) {
        return references().close(text);
    }

    /** Returns what {@link #reference} sealed; empty for anything else. */
    Optional<String> dereference(String reference) {
        return references().open(reference);
    }

    private Seal references() {
        return secrets.seal("reference " + session().id());
    }

    /** The session, on every page but the one for signing in. */
    Session session() {
        return session.orElseThrow();
    }

    public boolean isSignedIn() {
        return session.isPresent();
    }

    /** Who acts, for {@link dev.logikids.database.admin.AdminActions}. */
    Operator operator() {
        return guard.operator(request.request(), session().operator());
    }

    /** The name of who is signed in. */
    public String getOperatorName() {
        return session().operator();
    }

    /** A bundle of messages in the operator's language, for what no template says. */
    <T> T messages(Class<T> bundle) {
        return MessageBundles.get(bundle, Localized.Literal.of(language.tag()));
    }

    /** What each form sends back in its field {@code csrf}. */
    public String getCsrf() {
        return secrets.csrfToken(session());
    }

    /** Whether the form is one of this session. */
    boolean gave(Form form) {
        return MessageDigest.isEqual(
                getCsrf().getBytes(StandardCharsets.UTF_8), form.text(Form.CSRF).getBytes(StandardCharsets.UTF_8));
    }

    public Language getLanguage() {
        return language;
    }

    /** Whether others in the network could read what this browser sends: neither by HTTPS nor to its own machine. */
    boolean isReadableOnTheWay() {
        String host = request.request().authority() == null
                ? ""
                : request.request().authority().host();
        boolean ownMachine = host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("127.0.0.1")
                || host.equals("[::1]");
        return !ownMachine && !SessionCookie.cameByHttps(request.request());
    }

    /** The languages that can be chosen instead. */
    public List<Language> getOtherLanguages() {
        return List.of(Language.values()).stream()
                .filter(other -> other != language)
                .toList();
    }

    /** The path of the request. */
    public String getPath() {
        return request.normalizedPath();
    }

    /** Whether the navigation marks that entry as the current one. */
    public boolean isIn(String section) {
        return getPath().equals(section) || getPath().startsWith(section + "/");
    }

    /** A measured number as its readers write it: with one decimal place below 100; a dash if there is none. */
    public String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        NumberFormat format = NumberFormat.getInstance(language.locale());
        format.setMaximumFractionDigits(value < 100 ? 1 : 0);
        return format.format(value);
    }

    /** Changes with the content of the assets, which the browser may keep. */
    public String getAssets() {
        return Assets.VERSION;
    }
}
