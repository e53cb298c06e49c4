package io.elasticjupyter.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.remote.RemoteWebDriver;

/** Chromium without a window: what a person at it sees and does. */
final class Browser implements AutoCloseable {

    private final ChromeDriverService service;
    private final RemoteWebDriver driver;
    private final Path screenshots;

    private Browser(ChromeDriverService service, RemoteWebDriver driver, Path screenshots) {
        this.service = service;
        this.driver = driver;
        this.screenshots = screenshots;
    }

    /** Skips the test where there is none on the PATH. */
    static void assumeInstalled() {
        assumeTrue(chromium().isPresent() && chromedriver().isPresent(),
                "no chromium and chromedriver on the PATH: on Debian, apt-get install chromium chromium-driver");
    }

    static Browser start(Path log, Path screenshots) throws Exception {
        Files.createDirectories(screenshots);
        // With both of them named, Selenium looks for nothing, and downloads nothing.
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(chromedriver().get())
                .usingAnyFreePort().withLogFile(log.toFile()).build();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium().get());
        // Neither Chromium's sandbox nor its shared memory is to be had in a container, as root.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                "--window-size=1200,800");
        service.start();
        try {
            // Selenium's own ChromeDriver warns that it does not know the newest Chromium's debugging protocol.
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

    /** The text that stands in all elements of that CSS selector, as it is on the page at this moment. */
    List<String> read(String selector) {
        return ((List<?>) driver.executeScript(
                "return [...document.querySelectorAll(arguments[0])].map(each => each.innerText.trim())", selector))
                .stream().map(String::valueOf).toList();
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** Presses these keys, of which the first is held down until the second is up. */
    void press(CharSequence held, CharSequence key) {
        new Actions(driver).keyDown(held).sendKeys(key).keyUp(held).perform();
    }

    void screenshot(String name) throws Exception {
        Files.write(screenshots.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** With the driver that started it. */
    @Override
    public void close() {
        try {
            driver.quit();
        } finally {
            service.stop();
        }
    }
}
