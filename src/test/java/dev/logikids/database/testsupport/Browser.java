package dev.logikids.database.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;

/** A Chromium of this machine that opens the console as an operator does. */
public final class Browser implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of("target", "console");
    private static final List<Viewport> VIEWPORTS =
            List.of(new Viewport("phone", 390, 844, true), new Viewport("desk", 1280, 900, false));
    private static final String AXE = resource("/axe.min.js");

    private final ChromeDriver driver;
    private final Path profile;
    private final String base;

    private record Viewport(String name, int width, int height, boolean mobile) {}

    private Browser(ChromeDriver driver, Path profile, String base) {
        this.driver = driver;
        this.profile = profile;
        this.base = base;
    }

    /**
     * Starts a browser with an empty profile. Aborts the test where the machine has no Chromium.
     *
     * @param base of all paths, without a closing slash
     */
    public static Browser start(String base) throws IOException {
        assumeInstalled();
        Path profile = Files.createTempDirectory("chromium");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(onPath("chromium").orElseThrow());
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                // a container's is small
                "--disable-dev-shm-usage",
                "--lang=en",
                "--user-data-dir=" + profile);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver").orElseThrow())
                .usingAnyFreePort()
                .withSilent(true)
                .build();
        return new Browser(new ChromeDriver(service, options), profile, base);
    }

    /** Aborts the test where there is no Chromium: call it before anything that takes time. */
    public static void assumeInstalled() {
        Assumptions.assumeTrue(
                onPath("chromium").isPresent() && onPath("chromedriver").isPresent(),
                "no browser: chromium and chromedriver are not both on the PATH");
    }

    private static Optional<File> onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst();
    }

    private static String resource(String name) {
        try (InputStream content = Browser.class.getResourceAsStream(name)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a path. */
    public void open(String path) {
        driver.get(base + path);
    }

    /** Signs in by the keyboard alone; returns once the next page is there. */
    public void signIn(String token) {
        open("/console/sign-in");
        type(token);
        press(Keys.ENTER);
        await("h1");
    }

    /** Types where the focus is. */
    public void type(String text) {
        driver.switchTo().activeElement().sendKeys(text);
    }

    public void press(Keys key) {
        driver.switchTo().activeElement().sendKeys(key);
    }

    /** Returns the first element that the CSS selector finds, once there is one. */
    public WebElement await(String selector) {
        return Patience.await()
                .until(() -> driver.findElements(By.cssSelector(selector)), found -> !found.isEmpty())
                .get(0);
    }

    /** Returns once the page has that text. */
    public void awaitText(String text) {
        // while a page loads there is none
        Patience.await()
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(text()).contains(text));
    }

    /** Returns what a person reads of the page. */
    public String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    /** For what this class does not have. */
    public ChromeDriver driver() {
        return driver;
    }

    /**
     * Looks at the page as it is at the width of a phone and of a desk, in light and in dark mode: axe-core finds nothing, and
     * nothing is wider than the screen. Leaves a screenshot of each in target/console.
     */
    public void judge(String name) {
        for (Viewport viewport : VIEWPORTS) {
            show(viewport);
            for (String scheme : schemes(viewport)) {
                driver.executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
                String shot = name + "-" + viewport.name() + "-" + scheme;
                screenshot(shot);
                assertThat(violations()).as("axe-core at %s", shot).isEmpty();
                assertThat((Long)
                                driver.executeScript("return document.documentElement.scrollWidth - window.innerWidth"))
                        .as("what is wider than the screen at %s", shot)
                        .isLessThanOrEqualTo(0);
            }
        }
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
        assertThat(complaints())
                .as("what the browser complains about at %s", name)
                .isEmpty();
    }

    /** Each colour and each width are looked at; all pairs under {@code -Pexhaustive}. */
    private static List<String> schemes(Viewport viewport) {
        if (Rounds.EXHAUSTIVE) {
            return List.of("light", "dark");
        }
        return List.of(viewport.mobile() ? "dark" : "light");
    }

    /** Scripts that failed, and what the content security policy refused, since the last look. */
    private List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getMessage())
                .filter(message -> message.contains("Uncaught") || message.contains("Content Security Policy"))
                .toList();
    }

    private void show(Viewport viewport) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width", viewport.width(),
                        "height", viewport.height(),
                        "deviceScaleFactor", 1,
                        "mobile", viewport.mobile()));
    }

    /** The whole page, also what a person has to scroll to. */
    private void screenshot(String name) {
        Object image = driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                .get("data");
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String) image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<?> violations() {
        driver.executeScript("if (!window.axe) {" + AXE + "}");
        return (List<?>) driver.executeAsyncScript("""
                const done = arguments[0];
                axe.run(document, {resultTypes: ['violations']}).then(
                  found => done(found.violations.map(violation => violation.id + ': ' + violation.help + ': '
                    + violation.nodes.map(node => node.html).join(' | '))),
                  failure => done(['axe-core failed: ' + failure]))
                """);
    }

    /** Ends the browser and removes its profile. */
    @Override
    public void close() throws IOException {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
