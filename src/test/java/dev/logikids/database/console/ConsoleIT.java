package dev.logikids.database.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.Browser;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** What an operator sees of the packaged service, in a browser: one visit, page after page. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {

    private static final String TOKEN = "an-admin-token-of-the-integration-tests";

    private static TcpProxy network;
    private static ServiceProcess service;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        Browser.assumeInstalled();
        network = TcpProxy.to(TestPostgreSql.server().createDatabase());
        service = ServiceProcess.start(
                ServiceProcess.application(), Map.of("DATABASE_URL", network.databaseUrl(), "ADMIN_TOKEN", TOKEN));
        browser = Browser.start(service.uri().toString());
        service.awaitStatus("/q/health/ready", 200);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (service != null) {
            service.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @Test
    @Order(1)
    void aWrongTokenIsRefusedAndTheRightOneAccepted() {
        browser.open("/console");
        browser.await("#token");
        browser.judge("sign-in");
        browser.type("wrong");
        browser.press(Keys.ENTER);
        browser.awaitText("This is not the admin token.");

        browser.type(TOKEN);
        browser.press(Keys.ENTER);
        browser.awaitText("Sign out");
        assertThat(browser.text()).contains("Overview", "ready", "Connection pool");
    }

    @Test
    @Order(2)
    void theKeyboardReachesTheContentFirst() {
        browser.open("/console");
        browser.press(Keys.TAB);
        assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Skip to the content");
        browser.press(Keys.ENTER);
        assertThat(browser.driver().executeScript("return document.activeElement.id"))
                .isEqualTo("content");
    }

    @Test
    @Order(3)
    void theOverviewShowsLoadAndWhoBlocksWhom() throws Exception {
        for (int i = 0; i < 60; i++) {
            service.api().get("/api/status");
        }
        try (Connection first = TestPostgreSql.connectTo(network.databaseUrl());
                Connection second = TestPostgreSql.connectTo(network.databaseUrl())) {
            first.setAutoCommit(false);
            // not a table: its lock would hold up the look at the schema too
            run(first, "SELECT pg_advisory_xact_lock(4711)");
            CompletableFuture<Void> waiting =
                    CompletableFuture.runAsync(() -> run(second, "SELECT pg_advisory_xact_lock(4711)"));
            browser.open("/console");
            browser.awaitText("Blocked by");
            browser.await("figure .uplot canvas");
            browser.judge("overview");
            first.rollback();
            waiting.join();
        }
        browser.driver().executeScript("htmx.trigger('#now', 'refresh')");
        browser.awaitText("No session waits for another.");
        assertThat(browser.driver().findElements(By.cssSelector("figure .uplot canvas")))
                .hasSize(3);
        browser.driver().findElement(By.cssSelector("summary")).click();
        browser.awaitText("The highest of each figure in five minutes");
    }

    @Test
    @Order(4)
    void theMigrationsAndTheirSql() {
        // on a busy machine the first look may take longer than the page waits; it then says: try again
        Patience.await().until(() -> {
            browser.open("/console/migrations");
            return browser.text().contains("001_init.sql");
        });
        browser.judge("migrations");
        browser.driver().findElement(By.linkText("003_user_accounts.sql")).click();
        browser.awaitText("CREATE TABLE");
        browser.judge("migration");
    }

    @Test
    @Order(5)
    void theAuditInGerman() {
        browser.open("/console/audit");
        browser.awaitText("refused");
        browser.driver().findElement(By.linkText("Deutsch")).click();
        browser.awaitText("abgelehnt");
        browser.judge("audit");
        browser.driver().findElement(By.linkText("English")).click();
        browser.awaitText("refused");
    }

    @Test
    @Order(6)
    void whatThereIsNot() {
        browser.open("/console/nothing");
        browser.awaitText("There is no such page");
    }

    @Test
    @Order(7)
    void aDatabaseThatIsSilentIsSaidAtOnce() {
        network.stall();
        browser.open("/console");
        browser.awaitText("The database does not answer.");
        browser.open("/console/migrations");
        browser.awaitText("The database does not answer.");
        network.restore();
    }

    @Test
    @Order(8)
    void signingOutEndsItAndAnOperatorSignsInWithoutTheDatabaseToo() {
        network.refuse();
        browser.open("/console");
        browser.driver().findElement(By.xpath("//button[.='Sign out']")).click();
        browser.await("#token");
        browser.open("/console/audit");
        browser.await("#token");

        browser.type(TOKEN);
        browser.press(Keys.ENTER);
        browser.awaitText("The database does not answer.");
        network.restore();
    }

    private static void run(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
