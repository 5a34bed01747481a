package dev.logikids.database.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets into the console, by which cookie and which form, and what every page is sent with. No browser is needed. */
@QuarkusTest
class ConsoleTest extends ApiTest {

    private static final String TOKEN = "logikids-development-admin-token";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String COOKIE = "logikids-console";
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    @Inject
    Secrets secrets;

    private ApiClient browser;

    @BeforeEach
    void open() {
        browser = api.with("Sec-Fetch-Site", "same-origin");
    }

    private Answer signIn(ApiClient client, String token) {
        return client.postText("/console/sign-in", FORM, "token=" + token);
    }

    private ApiClient signedIn() {
        return browser.with("Cookie", cookieOf(signIn(browser, TOKEN)));
    }

    private static String cookieOf(Answer answer) {
        assertThat(answer.header("Set-Cookie")).as(answer.whole()).isNotEmpty();
        return answer.header("Set-Cookie").split(";")[0];
    }

    private static String csrf(Answer page) {
        Matcher field = CSRF.matcher(page.body());
        assertThat(field.find()).as(page.whole()).isTrue();
        return field.group(1);
    }

    // ---- what every page is sent with ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console",
                "/console/live/overview",
                "/console/migrations",
                "/console/migrations/001_init.sql",
                "/console/audit",
                "/console/nothing",
                "/console/sign-in"
            })
    void everyPageHasTheSameProtection(String path) {
        for (ApiClient client : List.of(browser, signedIn())) {
            Answer answer = client.get(path);
            assertThat(answer.header("Content-Security-Policy"))
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                    .contains("form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("same-origin");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.body()).doesNotContain(" style=", " onclick=", "<script>");
        }
    }

    @Test
    void noOtherOriginMayReadAPage() {
        Answer answer = signedIn().with("Origin", "http://elsewhere.example").get("/console");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void allPagesAreThere() {
        ApiClient operator = signedIn();
        assertThat(operator.get("/console").whole())
                .startsWith("200")
                .contains("<h1>Overview</h1>", "/console/sign-out");
        assertThat(operator.get("/console/migrations").whole())
                .startsWith("200")
                .contains("001_init.sql");
        assertThat(operator.get("/console/migrations/001_init.sql").whole())
                .startsWith("200")
                .contains("<pre");
        assertThat(operator.get("/console/audit").whole()).startsWith("200").contains("Sign in");
        assertThat(operator.get("/console/live/overview").whole())
                .startsWith("200")
                .contains("hx-swap-oob");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/nothing",
                "/console/migrations/999_nothing.sql",
                "/console/migrations/..%2F..%2Fapplication.properties"
            })
    void whatThereIsNotIsAPageThatSaysSo(String path) {
        Answer answer = signedIn().get(path);
        assertThat(answer.whole()).startsWith("404").contains("<h1>There is no such page</h1>");
        assertThat(answer.header("Content-Type")).startsWith("text/html");
    }

    @Test
    void assetsAreKeptByTheBrowserAndNoOtherFilesAreServed() {
        String folder = "/console/assets/" + Assets.VERSION;
        assertThat(browser.get(folder + "/htmx.js").header("Cache-Control")).contains("immutable");
        assertThat(browser.get(folder + "/console.css").header("Content-Type")).startsWith("text/css");
        for (String path : List.of(
                folder + "/application.properties",
                folder + "/../../../application.properties",
                folder + "/%2e%2e%2fapplication.properties",
                "/console/assets/0/htmx.js",
                "/webjars/htmx.org/2.0.4/dist/htmx.min.js",
                "/META-INF/resources/webjars/htmx.org/2.0.4/dist/htmx.min.js")) {
            assertThat(browser.get(path).status()).as(path).isIn(303, 404);
        }
    }

    // ---- who does not get in ----

    @Test
    void itDoesNotExistForOtherNetworks() {
        // a forwarding that nobody vouches for
        ApiClient stranger = api.with("X-Forwarded-For", "203.0.113.9").with("X-Request-Id", "same");
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "OPTIONS")) {
            for (ApiClient client : List.of(
                    stranger,
                    stranger.with("Origin", "http://elsewhere.example"),
                    stranger.with("Accept", "application/problem+json"),
                    stranger.with("Cookie", COOKIE + "=x"))) {
                Answer unknown = client.send(method, "/nothing").join();
                for (String path :
                        List.of("/console", "/console/sign-in", "/console/audit", "/console/assets/x/htmx.js")) {
                    Answer answer = client.send(method, path).join();
                    assertThat(answer.whole()).as(method + " " + path).isEqualTo(unknown.whole());
                    assertThat(answer.headers().map())
                            .as(method + " " + path)
                            .isEqualTo(unknown.headers().map());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/console", "/console/", "/console/audit", "/console;x=1", "/console/audit;x", "/console/./audit"
            })
    void aPageAsksToSignIn(String path) {
        Answer answer = browser.get(path);
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo("/console/sign-in");
    }

    @Test
    void aPartOfAPageLeadsTheBrowserToTheSignIn() {
        Answer answer = browser.with("HX-Request", "true").get("/console/live/overview");
        assertThat(answer.whole()).isEqualTo("401 ");
        assertThat(answer.header("HX-Redirect")).isEqualTo("/console/sign-in");
    }

    @Test
    void aWrongTokenBeginsNoSession() {
        for (String token : List.of("", "wrong", TOKEN + "x", TOKEN.toUpperCase(), "%00")) {
            Answer answer = signIn(browser, token);
            assertThat(answer.whole()).startsWith("401").contains("This is not the admin token.");
            assertThat(answer.headers().map()).doesNotContainKey("set-cookie");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void onlyReadingAndFormsAreAllowed(String method) {
        assertThat(signedIn().send(method, "/console/sign-out").join().status()).isEqualTo(405);
        assertThat(signedIn()
                        .with("X-HTTP-Method-Override", "POST")
                        .get("/console/sign-out")
                        .status())
                .isIn(404, 405);
    }

    // ---- the cookie ----

    @Test
    void theCookieIsOnlyForTheServiceAndForThisConsole() {
        assertThat(signIn(browser, TOKEN).header("Set-Cookie"))
                .startsWith(COOKIE + "=")
                .contains("Path=/console", "HTTPOnly", "SameSite=Strict")
                .doesNotContain("Secure", "Domain", "Max-Age", "Expires");
    }

    @Test
    void byHttpsTheCookieIsSecureAndBoundToTheHost() {
        // which the browser says; TLS ends before the service
        Answer answer = signIn(browser.with("Origin", "https://console.example"), TOKEN);
        assertThat(answer.header("Set-Cookie"))
                .startsWith("__Host-" + COOKIE + "=")
                .contains("Path=/;", "Secure", "HTTPOnly", "SameSite=Strict")
                .doesNotContain("Domain");
        String cookie = cookieOf(answer);
        assertThat(browser.with("Cookie", cookie).get("/console").status()).isEqualTo(200);
        assertThat(browser.with("Cookie", cookie.replace("__Host-", ""))
                        .get("/console")
                        .status())
                .as("under the name that other hosts could set")
                .isEqualTo(303);
    }

    @Test
    void aForgedOrCutCookieIsNone() {
        String cookie = cookieOf(signIn(browser, TOKEN));
        String value = cookie.substring(cookie.indexOf('=') + 1);
        Stream<String> others = Stream.of(
                "",
                "=",
                "x",
                "\"\"",
                "A".repeat(200),
                value + "A",
                value.substring(0, value.length() - 1),
                value.substring(1),
                value.substring(0, 10),
                (value.charAt(0) == 'A' ? "B" : "A") + value.substring(1),
                secrets.seal("notice ").close("x\n" + Instant.now() + "\nid\nadmin"),
                secrets.seal("session " + COOKIE).close("no session"),
                secrets.seal("session " + COOKIE).close(Instant.now() + "\nyesterday\nid\nadmin"));
        others.forEach(other -> assertThat(browser.with("Cookie", COOKIE + "=" + other)
                        .get("/console")
                        .status())
                .as(other)
                .isEqualTo(303));
    }

    private Answer overviewWith(Duration sinceLastPage, Duration sinceSignIn, String path) {
        Instant now = Instant.now();
        String text = String.join(
                "\n",
                now.minus(sinceLastPage).toString(),
                now.minus(sinceSignIn).toString(),
                "id",
                "token");
        return browser.with(
                        "Cookie",
                        COOKIE + "=" + secrets.seal("session " + COOKIE).close(text))
                .get(path);
    }

    @Test
    void aSessionEndsWhenItIsIdleAndAfterADay() {
        Duration minute = Duration.ofMinutes(1);
        assertThat(overviewWith(Duration.ofMinutes(29), Duration.ofHours(7), "/console")
                        .status())
                .isEqualTo(200);
        assertThat(overviewWith(SessionCookie.IDLE, SessionCookie.IDLE, "/console")
                        .status())
                .isEqualTo(303);
        assertThat(overviewWith(minute, SessionCookie.LONGEST, "/console").status())
                .isEqualTo(303);
        assertThat(overviewWith(Duration.ofMinutes(-10), minute, "/console").status())
                .as("of a time to come")
                .isEqualTo(303);
    }

    @Test
    void aPageKeepsTheSessionAliveAndWhatTheBrowserAsksForByItselfDoesNot() {
        Duration earlier = Duration.ofMinutes(10);
        assertThat(overviewWith(earlier, earlier, "/console").header("Set-Cookie"))
                .startsWith(COOKIE + "=");
        assertThat(overviewWith(earlier, earlier, "/console/live/overview")
                        .headers()
                        .map())
                .doesNotContainKey("set-cookie");
    }

    @Test
    void signingOutRemovesTheCookie() {
        ApiClient operator = signedIn();
        Answer answer = operator.postText("/console/sign-out", FORM, "csrf=" + csrf(operator.get("/console")));
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.headers().allValues("Set-Cookie"))
                .hasSize(2)
                .allMatch(cookie -> cookie.contains("Max-Age=0"));
    }

    // ---- forms ----

    @Test
    void aFormNeedsTheTokenOfItsOwnSession() {
        ApiClient operator = signedIn();
        String own = csrf(operator.get("/console"));
        String others = csrf(signedIn().get("/console"));
        for (String body :
                List.of("", "csrf=", "csrf=x", "csrf=" + others, "x=" + own, "csrf=" + others + "&csrf=" + own)) {
            Answer answer = operator.postText("/console/sign-out", FORM, body);
            assertThat(answer.whole()).as(body).startsWith("403").contains("This form is outdated");
        }
        assertThat(operator.postText("/console/sign-out", FORM, "csrf=" + own).status())
                .isEqualTo(303);
    }

    @Test
    void aFormOfAnotherSiteIsRefused() {
        ApiClient operator = api.with("Cookie", cookieOf(signIn(browser, TOKEN)));
        String form = "csrf=" + csrf(operator.get("/console"));
        for (Map<String, String> headers : List.of(
                Map.of("Sec-Fetch-Site", "cross-site"),
                Map.of("Sec-Fetch-Site", "same-site"),
                Map.of("Sec-Fetch-Site", "none"),
                Map.of("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"),
                Map.of("Origin", "http://elsewhere.example"),
                Map.of("Origin", "null"),
                Map.of("Origin", "http://" + service.getAuthority() + ".elsewhere.example"),
                Map.<String, String>of())) {
            ApiClient sender = operator;
            for (Map.Entry<String, String> header : new TreeMap<>(headers).entrySet()) {
                sender = sender.with(header.getKey(), header.getValue());
            }
            assertThat(sender.postText("/console/sign-out", FORM, form).whole())
                    .as(headers.toString())
                    .startsWith("403")
                    .contains("Another site sent this request");
            assertThat(signIn(sender, TOKEN).status()).as(headers.toString()).isEqualTo(403);
        }
        assertThat(operator.with("Origin", "http://" + service.getAuthority())
                        .postText("/console/sign-out", FORM, form)
                        .status())
                .as("a browser without Sec-Fetch-Site")
                .isEqualTo(303);
    }

    @Test
    void anotherSiteMayLinkAndNotEmbed() {
        ApiClient elsewhere = signedIn().with("Sec-Fetch-Site", "cross-site");
        assertThat(elsewhere.with("Sec-Fetch-Mode", "navigate").get("/console").status())
                .isEqualTo(200);
        assertThat(elsewhere.with("Sec-Fetch-Mode", "no-cors").get("/console").status())
                .isEqualTo(403);
        assertThat(elsewhere
                        .with("Sec-Fetch-Mode", "no-cors")
                        .get("/console/assets/" + Assets.VERSION + "/console.js")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aFormIsShortAndAForm() {
        ApiClient operator = signedIn();
        String csrf = "csrf=" + csrf(operator.get("/console"));
        assertThat(operator.postText("/console/sign-out", FORM, csrf + "&x=" + "x".repeat(20_000))
                        .status())
                .isEqualTo(413);
        assertThat(operator.postText("/console/sign-out", "text/plain", csrf).status())
                .isEqualTo(415);
        assertThat(operator.postText("/console/sign-out", "multipart/form-data; boundary=x", csrf)
                        .status())
                .isEqualTo(415);
        assertThat(operator.postText("/console/sign-out", FORM, csrf + "&x=%").status())
                .isIn(303, 400);
    }

    @Test
    void aFormInChunksIsRefused() throws Exception {
        String request =
                "POST /console/sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: "
                        + FORM + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n7\r\ntoken=x\r\n0\r\n\r\n";
        assertThat(RawHttp.exchange(URI.create(service.toString()), RawHttp.bytes(request))
                        .statuses())
                .containsExactly("413");
    }

    // ---- languages ----

    @Test
    void theBrowserOrTheOperatorChoosesTheLanguage() {
        assertThat(browser.with("Accept-Language", "de-CH,en;q=0.5")
                        .get("/console/sign-in")
                        .body())
                .contains("<html lang=\"de\">", "<h1>Anmelden</h1>");
        for (String other : List.of("fr", "", "*", "en-US,de;q=0.9", "\u0000;;q=x")) {
            if (!other.contains("\u0000")) {
                assertThat(browser.with("Accept-Language", other)
                                .get("/console/sign-in")
                                .body())
                        .as(other)
                        .contains("<html lang=\"en\">");
            }
        }
        Answer chosen = browser.get("/console/language?to=de&back=/console/sign-in");
        assertThat(chosen.header("Location")).isEqualTo("/console/sign-in");
        assertThat(browser.with("Cookie", cookieOf(chosen))
                        .get("/console/sign-in")
                        .body())
                .contains("<html lang=\"de\">");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://elsewhere.example",
                "//elsewhere.example",
                "/console/../nothing",
                "/console%0d%0aX:y",
                "/api",
                ""
            })
    void choosingTheLanguageLeadsNowhereElse(String back) {
        Answer answer = browser.get("/console/language?to=de&back=" + back);
        assertThat(answer.header("Location")).isEqualTo("/console");
    }

    @Test
    void everyTextIsThereInBothLanguages() throws Exception {
        Properties german = new Properties();
        german.load(new java.io.InputStreamReader(
                getClass().getResourceAsStream("/messages/console_de.properties"), StandardCharsets.UTF_8));
        assertThat(german.stringPropertyNames())
                .containsExactlyInAnyOrderElementsOf(Stream.of(ConsoleMessages.class.getDeclaredMethods())
                        .map(Method::getName)
                        .toList());
    }

    // ---- the audit ----

    @Test
    void theAuditIsPagedAndFiltered() {
        for (int i = 0; i < 51; i++) {
            signIn(browser, "wrong");
        }
        ApiClient operator = signedIn();
        Answer first = operator.get("/console/audit?action=sign_in&outcome=refused");
        assertThat(first.body().split("<tr>", -1)).hasSize(52);
        Matcher older = Pattern.compile("href=\"(/console/audit\\?[^\"]*after=[^\"]*)\"")
                .matcher(first.body());
        assertThat(older.find()).isTrue();
        Answer second = operator.get(older.group(1).replace("&amp;", "&"));
        assertThat(second.body()).contains("Newest", "refused");
        assertThat(operator.get("/console/audit?action=clean_up&outcome=refused")
                        .body())
                .contains("Nothing found");
        assertThat(operator.get("/console/audit?action=%27&outcome=x&after=x").status())
                .isEqualTo(200);
    }
}
