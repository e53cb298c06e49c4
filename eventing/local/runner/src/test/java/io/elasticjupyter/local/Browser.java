package io.elasticjupyter.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.RemoteWebDriver;

/** Headless Chromium, with the operations that a user of a page performs. */
final class Browser implements AutoCloseable {

    private final ChromeDriverService service;
    private final RemoteWebDriver driver;
    private final Path screenshots;

    private Browser(ChromeDriverService service, RemoteWebDriver driver, Path screenshots) {
        this.service = service;
        this.driver = driver;
        this.screenshots = screenshots;
    }

    /** Skips the test when Chromium is not on the PATH. */
    static void assumeInstalled() {
        assumeTrue(chromium().isPresent() && chromedriver().isPresent(),
                "chromium and chromedriver are not on the PATH: on Debian, apt-get install chromium chromium-driver");
    }

    /** @param arguments more arguments of Chromium */
    static Browser start(Path log, Path screenshots, String... arguments) throws Exception {
        Files.createDirectories(screenshots);
        // With both paths set, Selenium neither searches for a browser nor downloads one.
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(chromedriver().get())
                .usingAnyFreePort().withLogFile(log.toFile()).build();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium().get());
        // As root in a container, neither Chromium's sandbox nor its shared memory is available.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                "--window-size=1000,600");
        options.addArguments(arguments);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.WARNING);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        service.start();
        try {
            // Selenium's own ChromeDriver warns that it does not support the newest Chromium's debugging protocol.
            return new Browser(service, new RemoteWebDriver(service.getUrl(), options), screenshots);
        } catch (RuntimeException | Error e) {
            service.stop();
            throw e;
        }
    }

    private static Optional<File> chromium() {
        return onPath("chromium", "chromium-browser", "google-chrome");
    }

    private static Optional<File> chromedriver() {
        return onPath("chromedriver");
    }

    private static Optional<File> onPath(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> new File(folder, name)))
                .filter(File::canExecute).findFirst();
    }

    void open(URI page) {
        driver.get(page.toString());
    }

    /** Returns the current text of all elements that match a CSS selector. */
    List<String> read(String selector) {
        return ((List<?>) driver.executeScript(
                "return [...document.querySelectorAll(arguments[0])].map(each => each.innerText.trim())", selector))
                .stream().map(String::valueOf).toList();
    }

    /** Returns the result of a script. */
    Object run(String script) {
        return driver.executeScript(script);
    }

    /** Returns what a script passes to the function that is its last argument. */
    Object runAsync(String script) {
        return driver.executeAsyncScript(script);
    }

    /** Returns the warnings and errors in the browser's console since the last call, such as those of a Content-Security-Policy. */
    List<String> problems() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage).toList();
    }

    void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** Presses a key. */
    void press(CharSequence key) {
        new Actions(driver).sendKeys(key).perform();
    }

    /** Presses two keys; the first is held down until the second is released. */
    void press(CharSequence held, CharSequence key) {
        new Actions(driver).keyDown(held).sendKeys(key).keyUp(held).perform();
    }

    void screenshot(String name) throws Exception {
        Files.write(screenshots.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** Also stops the driver. */
    @Override
    public void close() {
        try {
            driver.quit();
        } finally {
            service.stop();
        }
    }
}
