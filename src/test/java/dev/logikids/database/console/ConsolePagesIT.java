package dev.logikids.database.console;

import static dev.logikids.database.testsupport.ApiTest.registration;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.Browser;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The pages invites, accounts and storage as the support desk uses them: a browser, the keyboard, a printer. */
@Order(2)
class ConsolePagesIT {

    private static final String ADMIN_TOKEN = "the-admin-token-of-the-browser-tests";

    private static final String NOTE = "Class 3b, Lindenschule";

    /** What Quarkus can log of requests. */
    private static final Map<String, String> TALKATIVE = Map.of(
            "ADMIN_TOKEN", ADMIN_TOKEN,
            "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true",
            "QUARKUS_LOG_LEVEL", "DEBUG");

    private final String databaseUrl = TestPostgreSql.server().createDatabase();
    private final Rows rows = new Rows(databaseUrl);
    private final Set<String> secrets = new LinkedHashSet<>(Set.of(ADMIN_TOKEN, NOTE));

    private ServiceProcess service;

    private void start(Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("DATABASE_URL", databaseUrl);
        service = ServiceProcess.start(ServiceProcess.application(), environment);
        service.awaitStatus("/q/health/ready", 200);
    }

    @AfterEach
    void stop() throws Exception {
        // not close(): statements are made to fail, which is logged with a stack trace
        service.kill();
    }

    @Test
    void theWorkOfASupportDesk() throws Exception {
        start(Map.of("ADMIN_TOKEN", ADMIN_TOKEN));
        // so that the list has several pages
        rows.run("INSERT INTO invite_codes (code, created_at, expires_at, note)"
                + " SELECT 'OLD' || i, 1700000000000 + i, 1, 'Class ' || i % 9 FROM generate_series(1, 60) AS i");
        try (Browser browser = Browser.start(service.uri().toString())) {
            browser.signIn(ADMIN_TOKEN);
            String code = createAndPrint(browser);
            Answer entry = service.api().post("/api/auth/register", registration(Rows.newUserId(), code));
            assertThat(entry.status()).isEqualTo(201);
            String id = entry.json().getJsonObject("account").getString("user_id");
            secrets.addAll(List.of(id, code));
            pageThroughInvites(browser);
            revoke(browser, code);
            assertThat(service.api()
                            .get("/api/auth/verify", entry.text("accessToken"))
                            .status())
                    .isEqualTo(401);
            eraseByKeyboard(browser, id);
            assertThat(rows.number("SELECT count(*) FROM user_accounts")).isZero();
            browser.open("/console/storage");
            browser.judge("storage");
            german(browser);
        }
        assertThat(secretsThatCameOut()).isEmpty();
    }

    /** PostgreSQL quotes the values of a row in its errors. */
    @Test
    void noIdCodeOrNoteReachesTheLogOrTheMetrics() throws Exception {
        start(TALKATIVE);
        String code = rows.invite();
        String id = Rows.newUserId();
        secrets.addAll(List.of(id, code));
        service.api().post("/api/auth/register", registration(id, code));
        Visitor operator = Visitor.signedIn(service.api(), ADMIN_TOKEN);
        everyAction(operator, id, code);
        List<String> tables = List.of("invite_codes", "user_accounts", "refresh_tokens", "admin_audit");
        tables.forEach(table -> rows.run("ALTER TABLE " + table + " ADD CONSTRAINT never CHECK (false) NOT VALID"));
        everyAction(operator, id, code);
        tables.forEach(table -> rows.run("ALTER TABLE " + table + " DROP CONSTRAINT never"));
        operator.open("/console/accounts").send("/console/accounts/find", Map.of("search", id));
        operator.open(operator.links("/console/accounts/erase").get(0))
                .send("/console/accounts/erase", Map.of("beginning", id.substring(0, 8)));
        assertThat(service.output()).contains("POST /console/invites");
        assertThat(secretsThatCameOut()).isEmpty();
    }

    private static void everyAction(Visitor operator, String id, String code) {
        operator.open("/console/invites");
        operator.sent("/console/invites", Map.of("count", "2", "note", NOTE, "days", "7"));
        operator.sent("/console/invites/search", Map.of("contains", code));
        operator.sent("/console/invites/search", Map.of("contains", id));
        operator.sent("/console/invites/search", Map.of("contains", NOTE));
        operator.open(
                operator.links("/console/invites/remove").stream().findFirst().orElse("/console/invites"));
        operator.open("/console/accounts");
        operator.sent("/console/accounts/find", Map.of("search", id + " " + code));
        operator.send("/console/accounts/find", Map.of("search", code));
        for (String action : List.of("export", "end-session", "end-sessions", "revoke", "restore")) {
            operator.open("/console/accounts").send("/console/accounts/find", Map.of("search", id));
            if (operator.page().contains("/console/accounts/" + action + "\"")) {
                operator.sent("/console/accounts/" + action, Map.of());
            }
        }
        // beside the console's own ways
        operator.open("/console/accounts/" + id);
        operator.open("/console/invites/" + code + "?code=" + code);
        operator.open("/console/accounts?view=" + id + "&account=" + id);
    }

    private List<String> secretsThatCameOut() throws Exception {
        String all = service.output() + service.management().get("/q/metrics").body();
        return all.lines()
                .filter(line -> secrets.stream()
                        .anyMatch(secret -> line.toLowerCase(Locale.ROOT).contains(secret.toLowerCase(Locale.ROOT))))
                .limit(20)
                .toList();
    }

    /** Returns one of the codes. */
    private static String createAndPrint(Browser browser) throws Exception {
        browser.open("/console/invites");
        browser.judge("invites");
        fill(browser, "count", "30");
        fill(browser, "note", NOTE);
        browser.press(Keys.ENTER);
        browser.awaitText("30 invites have been created.");
        browser.judge("new-invites");
        List<String> codes =
                browser.await("#codes").getDomProperty("value").lines().toList();
        assertThat(codes).hasSize(30);
        browser.await("a[href*='/cards']").click();
        browser.await(".sheet svg");
        browser.judge("cards");
        print(browser, codes);
        return codes.get(3);
    }

    /** As PDF: three sheets, all codes, nothing of the console. */
    private static void print(Browser browser, List<String> codes) throws Exception {
        Object pdf = browser.driver()
                .executeCdpCommand("Page.printToPDF", Map.of("preferCSSPageSize", true))
                .get("data");
        byte[] content = Base64.getDecoder().decode((String) pdf);
        Files.write(Path.of("target", "console", "cards.pdf"), content);
        String plain = new String(content, StandardCharsets.ISO_8859_1);
        assertThat(plain.split("/Type /Page\\b", -1))
                .as("sheets, and what is before the first")
                .hasSize(4);
        browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
        assertThat(browser.text()).contains(codes).doesNotContain("Back to all invites");
        browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
    }

    private static void pageThroughInvites(Browser browser) {
        browser.open("/console/invites");
        browser.await("a[rel=next]").click();
        browser.await("a[rel=prev]");
        assertThat(browser.text()).contains("OLD1").doesNotContain("Lindenschule");
        browser.await("a[rel=prev]").click();
        browser.awaitText("Lindenschule");
        browser.await("a[href*='/remove']").click();
        browser.awaitText("Remove this invite?");
        browser.judge("remove-invite");
    }

    private static void revoke(Browser browser, String code) {
        browser.open("/console/accounts");
        browser.judge("accounts");
        fill(browser, "search", code.toLowerCase(Locale.ROOT));
        browser.press(Keys.ENTER);
        browser.await("form[action$='/revoke'] button");
        browser.judge("account");
        browser.await("form[action$='/revoke'] button").click();
        browser.awaitText("The account is revoked");
    }

    /** The mouse is not touched: every step is reached by the tab key. */
    private static void eraseByKeyboard(Browser browser, String id) {
        tabTo(browser, "a[href*='/erase']");
        browser.press(Keys.ENTER);
        browser.awaitText("Erase this account?");
        browser.judge("erase-account");
        tabTo(browser, "#beginning");
        browser.type(id.substring(0, 8));
        tabTo(browser, "button.danger");
        browser.press(Keys.ENTER);
        browser.awaitText("The account has been erased for good");
    }

    private static void tabTo(Browser browser, String selector) {
        WebElement target = browser.await(selector);
        for (int i = 0; i < 60; i++) {
            if (browser.driver().switchTo().activeElement().equals(target)) {
                return;
            }
            browser.press(Keys.TAB);
        }
        throw new AssertionError("the keyboard does not reach " + selector);
    }

    private static void german(Browser browser) {
        browser.await("a[hreflang=de]").click();
        browser.awaitText("Nächstes Aufräumen");
        browser.open("/console/invites");
        browser.judge("invites-de");
        browser.open("/console/accounts");
        browser.judge("accounts-de");
    }

    private static void fill(Browser browser, String field, String text) {
        WebElement input = browser.await("#" + field);
        input.clear();
        input.sendKeys(text);
        assertThat(browser.driver().findElement(By.id(field)).getDomProperty("value"))
                .isEqualTo(text);
    }
}
