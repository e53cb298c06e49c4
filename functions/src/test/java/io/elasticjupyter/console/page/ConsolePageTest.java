package io.elasticjupyter.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.console.policy.ConsoleFilter;
import io.elasticjupyter.console.policy.ConsoleView;
import io.elasticjupyter.console.policy.ConsoleView.Amounts;
import io.elasticjupyter.console.policy.ConsoleView.Choice;
import io.elasticjupyter.console.policy.ConsoleView.Choices;
import io.elasticjupyter.console.policy.ConsoleView.EventRow;
import io.elasticjupyter.console.policy.ConsoleView.GatewayRow;
import io.elasticjupyter.console.policy.ConsoleView.GivenBackRow;
import io.elasticjupyter.console.policy.ConsoleView.KernelRow;
import io.elasticjupyter.console.policy.ConsoleView.NotebookRow;
import io.elasticjupyter.console.policy.ConsoleView.Totals;
import io.elasticjupyter.console.policy.ConsoleView.WaitingRow;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** The page's HTML. */
class ConsolePageTest {

    private static final String TIME = "2026-12-01T12:00:00Z";

    private static final String HOSTILE = "\"'><script src=//evil></script><img onerror=x>&amp;\u202Eabc\u0000";

    private static KernelRow kernel(String text, String name) {
        return new KernelRow(text, name, text, text, text, text, text, "idle", 2, 1500L, 3L << 30, TIME, TIME,
                "2026-12-01T13:00:00Z", TIME, text, true);
    }

    private static ConsoleView view(String text, List<KernelRow> kernels) {
        Amounts amounts = new Amounts(4, 1, 2, 3);
        List<Choice> choices = List.of(new Choice(text, 1));
        return new ConsoleView(TIME, List.of(text), List.of(), new Totals(1, 0, 1, amounts, amounts, amounts), kernels,
                List.of(new WaitingRow(text, text, true, TIME, 1, 1, 1, text)),
                List.of(new GatewayRow(text, text, true, text, 1, 0, 3600, TIME)),
                List.of(new NotebookRow(text, text, text, text, false, false, text)),
                List.of(new GivenBackRow(text, 1, 1, 1, 1, 1, 1)),
                List.of(new EventRow(TIME, true, text, text, text, text, text)),
                new Choices(choices, choices, choices));
    }

    private static String html(ConsoleView view, ConsoleFilter filter, int from) {
        return new ConsolePage(view, filter, from, true, true, Guide.local(view, "http://gateway/{namespace}/{name}"))
                .html();
    }

    @Test
    void hostileTextAddsNoMarkup() {
        String plain = html(view("text", List.of(kernel("text", "text"))), ConsoleFilter.ALL, 0);
        ConsoleFilter filter = new ConsoleFilter(Optional.of(HOSTILE), Optional.of(HOSTILE), Optional.empty());
        String hostile = html(view(HOSTILE, List.of(kernel(HOSTILE, HOSTILE))), filter, 0);

        assertThat(elements(hostile)).isEqualTo(elements(plain));
        assertThat(hostile).doesNotContain("<script src=//", "<img", "\u202E", "\u0000");
    }

    private static List<String> elements(String html) {
        return java.util.regex.Pattern.compile("</?[a-zA-Z!][a-zA-Z0-9]*").matcher(html).results()
                .map(result -> result.group()).toList();
    }

    /** What a Content-Security-Policy without 'unsafe-inline' would not run. */
    @Test
    void thereIsNoInlineScriptOrStyle() {
        String html = html(view("text", List.of(kernel("text", "text"))), ConsoleFilter.ALL, 0);

        assertThat(html).doesNotContain(" style=", "<style", "javascript:").doesNotContainPattern(" on[a-z]+=")
                .contains("<script src=\"/console/console.js\" defer=\"\"></script>");
    }

    @Test
    void theMarkupIsWellFormed() throws Exception {
        String html = html(view("text", List.of(kernel("text", "text"))), ConsoleFilter.ALL, 0);
        String xml = html.replace("<!DOCTYPE html>", "").replaceAll("<(meta|link|input)([^>]*)>", "<$1$2/>");

        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)));

        var cells = document.getElementsByTagName("td");
        assertThat(IntStream.range(0, cells.getLength())).isNotEmpty().allSatisfy(
                i -> assertThat(((Element) cells.item(i)).getAttribute("data-label")).isNotEmpty());
        var headings = document.getElementsByTagName("th");
        assertThat(IntStream.range(0, headings.getLength())).isNotEmpty().allSatisfy(
                i -> assertThat(((Element) headings.item(i)).getAttribute("scope")).isEqualTo("col"));
    }

    @Test
    void aViewIsALink() {
        ConsoleFilter filter = new ConsoleFilter(Optional.of("team"), Optional.of("a&b"), Optional.empty());

        assertThat(html(view("text", List.of(kernel("text", "text"))), filter, 0))
                .contains("href=\"/console?namespace=team&amp;owner=a%26b\"")
                .contains("href=\"/console?namespace=text&amp;owner=a%26b\"")
                .contains("href=\"/console/api/v1/cluster?namespace=team&amp;owner=a%26b\"");
    }

    @Test
    void manyKernelsAreOnSeveralPages() {
        List<KernelRow> kernels = IntStream.range(0, 2500).mapToObj(i -> kernel("text", "kernel-" + i + "-")).toList();

        String second = html(view("text", kernels), ConsoleFilter.ALL, 1000);

        assertThat(second).contains("Kernels 1001 to 2000 of 2500.", "href=\"/console?from=2000\"",
                "href=\"/console\" rel=\"prev\"", "kernel-1000-", "kernel-1999-")
                .doesNotContain("kernel-999-", "kernel-2000-");
        assertThat(html(view("text", kernels), ConsoleFilter.ALL, 99_999)).contains("Kernels 2001 to 2500 of 2500.");
    }

    @Test
    void whatTheCallerMayNotReadIsNamed() {
        ConsoleView view = view("text", List.of());
        ConsoleView hidden = new ConsoleView(view.time(), List.of(), List.of("jupyterkernels", "jupyternotebooks"),
                view.totals(), List.of(), view.waiting(), view.gateways(), List.of(), view.givenBack(), view.events(),
                view.choices());

        assertThat(html(hidden, ConsoleFilter.ALL, 0)).contains("You may not list jupyterkernels here.",
                "You may not list jupyternotebooks here.", "There is no namespace");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 s", "119, 119 s", "120, 2 min", "7199, 119 min", "7260, 2 h 1 min", "200000, 2 days 7 h",
            "-5, 0 s"})
    void durationsHaveOneOrTwoUnits(long seconds, String text) {
        assertThat(Words.duration(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @Test
    void amountsAreRounded() {
        assertThat(List.of(Words.cpus(500), Words.cpus(2000), Words.cpus(12_345), Words.memory(3L << 30),
                Words.memory(512L << 20))).containsExactly("0.50", "2", "12.3", "3 GiB", "0.50 GiB");
    }
}
