package io.elasticjupyter.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page lists every reason that the functions give a {@code Ready} condition, and no other. */
class TroubleshootingPageTest {

    private static final Path SOURCES = Manifests.ROOT.resolve("functions/src/main/java");

    /** The literal or constant that is the reason, or the one that replaces a missing reason of Kubernetes. */
    private static final Pattern REASON = Pattern.compile("""
            (?x)
            (?: Readiness \\s* \\. \\s* (?:waiting|fault|ready) \\( | new \\s TerminalException \\(
              | new \\s Readiness \\( State\\.\\w+ , | requireNonNullElse \\( [\\w.()]+ \\.getReason\\(\\) , )
            \\s* (?: "([A-Z][A-Za-z]+)" | (?: \\w+ \\. )? ([A-Z][A-Z_]+) )
            """);

    private static final Pattern CONSTANT = Pattern.compile("static final String ([A-Z_]+) = \"([A-Z][A-Za-z]+)\";");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[A-Z][A-Za-z]+`(?:, `[A-Z][A-Za-z]+`)*) \\|");

    private static final Pattern WORD = Pattern.compile("[A-Za-z]+");

    @Test
    void everyReasonOfTheCodeHasARow() throws IOException {
        Set<String> reasons = reasonsInCode();
        assertThat(reasons).contains("Ready", "NameTaken", "GatewayPending", "Unschedulable", "QuotaExceeded");

        assertThat(reasonsOnPage("### Reasons set by the functions")).isEqualTo(reasons);
    }

    @Test
    void aReasonOfKubernetesIsNotOneOfTheFunctions() throws IOException {
        assertThat(reasonsOnPage("### Reasons set by Kubernetes")).contains("OOMKilled", "ImagePullBackOff")
                .doesNotContainAnyElementsOf(reasonsInCode());
    }

    private static Set<String> reasonsInCode() throws IOException {
        String sources;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            sources = files.filter(each -> each.toString().endsWith(".java")).map(TroubleshootingPageTest::read)
                    .collect(Collectors.joining());
        }
        Map<String, String> constants = CONSTANT.matcher(sources).results().collect(
                Collectors.toMap(constant -> constant.group(1), constant -> constant.group(2), (one, other) -> one));
        return REASON.matcher(sources).results()
                .map(reason -> reason.group(1) == null ? constants.get(reason.group(2)) : reason.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> reasonsOnPage(String heading) throws IOException {
        String page = Files.readString(Manifests.ROOT.resolve("docs/troubleshooting.md"));
        String section = page.substring(page.indexOf(heading + "\n") + heading.length());
        Set<String> reasons = new TreeSet<>();
        Matcher row = ROW.matcher(section.substring(0, section.indexOf("\n#")));
        while (row.find()) {
            Matcher word = WORD.matcher(row.group(1));
            while (word.find()) {
                reasons.add(word.group());
            }
        }
        return reasons;
    }
}
