package io.elasticjupyter.local;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.local.Page.Command;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages refer to exists: files, headings of other pages, Maven modules, profiles, properties and test classes. */
class DocumentationTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
    private static final Pattern FILE_OPTION = Pattern.compile("\\s-[fk] +([^\\s'\"]+)");
    private static final Pattern MODULE = Pattern.compile("-pl +(\\S+)");
    private static final Pattern PROFILE = Pattern.compile("\\s-P(\\w+)");
    private static final Pattern PROPERTY = Pattern.compile("\\s-D([\\w.-]+)(?:='?([^'\\s\"]*))?");
    private static final Pattern COLUMN_GAP = Pattern.compile(" {2,}");
    private static final Pattern OF_OUR_KINDS = Pattern
            .compile("kubectl get (jgw|jnb|jk|jks)(,(jgw|jnb|jk|jks))*(\\s|$)");

    /** Properties of Maven and of its plugins. */
    private static final Set<String> OF_MAVEN = Set.of("test", "skipTests", "surefire.failIfNoSpecifiedTests");

    private static final String SOURCES = sources();

    static List<Page> pages() {
        return Page.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void linksLeadToFilesAndHeadings(Page page) {
        String prose = FENCE.matcher(page.text()).replaceAll("");
        assertThat(LINK.matcher(prose).results().map(link -> link.group(1)).filter(link -> !isElsewhere(link))
                .filter(link -> !exists(page, link))).as("broken links").isEmpty();
    }

    @Test
    void everyPageIsInTheListOfPages() {
        Path list = Page.ROOT.resolve("docs/README.md");
        assertThat(LINK.matcher(read(list)).results().map(link -> list.resolveSibling(link.group(1)).normalize()))
                .containsAll(Page.all().stream().map(page -> Page.ROOT.resolve(page.name()))
                        .filter(page -> page.getParent().endsWith("docs") && !page.equals(list)).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void filesOfCommandsExist(Page page) {
        assertThat(commands(page, "kubectl").flatMap(command -> FILE_OPTION.matcher(command.text()).results()
                .map(file -> file.group(1))).filter(file -> file.matches("(deploy|eventing|docs|functions)\\b.*"))
                .filter(file -> !Files.exists(Page.ROOT.resolve(file)))).as("missing files").isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void mavenKnowsTheOptions(Page page) {
        commands(page, "mvn").forEach(command -> {
            String text = " " + command.text();
            assertThat(values(MODULE, text).flatMap(modules -> Arrays.stream(modules.split(","))))
                    .allSatisfy(module -> assertThat(Page.ROOT.resolve(module).resolve("pom.xml")).exists());
            assertThat(values(PROFILE, text))
                    .allSatisfy(profile -> assertThat(SOURCES).contains("<id>" + profile + "</id>"));
            PROPERTY.matcher(text).results().forEach(property -> checkProperty(property));
        });
    }

    private static void checkProperty(MatchResult property) {
        if (property.group(1).equals("test")) {
            String name = property.group(2).replaceAll("^.*\\.", "").replace("*", "\\w*");
            assertThat(Pattern.compile("class " + name + "\\b").matcher(SOURCES).find())
                    .as("a test class " + property.group(2)).isTrue();
        } else if (!OF_MAVEN.contains(property.group(1))) {
            assertThat(SOURCES.contains("\"" + property.group(1) + "\"") || SOURCES.contains("<" + property.group(1)))
                    .as("the property " + property.group(1)).isTrue();
        }
    }

    /** The columns of the kinds, in the CRDs, are those of the tables that {@code kubectl get} prints. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void tablesHaveTheColumnsOfAKind(Page page) {
        Set<List<String>> columns = CustomResources.read().stream()
                .flatMap(definition -> definition.getSpec().getVersions().stream()).map(DocumentationTest::columns)
                .collect(toSet());
        assertThat(commands(page, "kubectl").filter(command -> OF_OUR_KINDS.matcher(command.text()).lookingAt())
                .flatMap(command -> command.output().stream()).filter(line -> line.startsWith("NAME "))
                .map(line -> List.of(COLUMN_GAP.split(line.strip()))))
                .allSatisfy(table -> assertThat(columns).contains(table));
    }

    private static List<String> columns(CustomResourceDefinitionVersion version) {
        return Stream.concat(Stream.of("NAME"), version.getAdditionalPrinterColumns().stream()
                .filter(column -> column.getPriority() == 0).map(column -> column.getName().toUpperCase(Locale.ROOT)))
                .toList();
    }

    private static Stream<Command> commands(Page page, String program) {
        return page.commands().stream().filter(command -> command.runs(program));
    }

    private static Stream<String> values(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1));
    }

    private static boolean isElsewhere(String link) {
        return link.matches("[a-z]+:.*");
    }

    private static boolean exists(Page page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? Page.ROOT.resolve(page.name())
                : Page.ROOT.resolve(page.name()).resolveSibling(parts[0]).normalize();
        return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    /** Returns the anchors that code hosts make of the headings of a page. */
    private static Set<String> anchors(Path file) {
        String text = FENCE.matcher(Page.read(Page.ROOT.relativize(file).toString()).text()).replaceAll("");
        return HEADING.matcher(text).results().map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-')).collect(toSet());
    }

    /** Returns the text of all Java sources and POMs. */
    private static String sources() {
        return Stream.of("pom.xml", "functions", "eventing", "deploy").map(Page.ROOT::resolve)
                .flatMap(DocumentationTest::files)
                .filter(file -> file.toString().endsWith(".java") || file.endsWith("pom.xml"))
                .filter(file -> !file.toString().contains("/target/")).map(DocumentationTest::read).collect(joining());
    }

    private static Stream<Path> files(Path directory) {
        try {
            return Files.walk(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
