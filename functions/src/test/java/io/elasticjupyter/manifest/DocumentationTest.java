package io.elasticjupyter.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages refer to exists: pages, headings, images, and the files in commands. */
class DocumentationTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w*)$.*?^ *```$");
    private static final Pattern FILE = Pattern.compile("(?<=[ '\"=])(?:deploy|eventing|functions|docs)/[\\w./-]*\\w");

    /** Pages of the next release that are linked before they are written. */
    private static final Set<String> EXPECTED = Set.of("migrating.md", "reclaim.md", "CHANGELOG.md");

    @Test
    void everyLinkHasATarget() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String link : all(LINK, withoutBlocks(page))) {
                if (!link.matches("[a-z]+:.*") && !EXPECTED.contains(link) && !exists(page, link)) {
                    broken.add(Manifests.ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageIsInTheListOfPages() throws IOException {
        Path list = Manifests.ROOT.resolve("docs/README.md");
        List<Path> linked = all(LINK, Files.readString(list)).stream()
                .map(link -> list.resolveSibling(link).normalize())
                .toList();

        assertThat(linked).containsAll(pages().stream().filter(page -> page.getParent().endsWith("docs"))
                .filter(page -> !page.equals(list)).toList());
    }

    @Test
    void everyFileInACommandExists() throws IOException {
        List<String> files = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            BLOCK.matcher(Files.readString(page)).results().filter(block -> block.group(1).equals("console"))
                    .map(MatchResult::group).flatMap(block -> all(FILE, block).stream())
                    .filter(file -> !file.contains("/target")).forEach(file -> {
                        files.add(file);
                        if (!Files.exists(Manifests.ROOT.resolve(file))) {
                            missing.add(Manifests.ROOT.relativize(page) + ": " + file);
                        }
                    });
        }
        assertThat(files).contains("deploy/samples/quickstart.yaml");
        assertThat(missing).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(Manifests.ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(Manifests.ROOT.resolve("README.md")),
                    files.filter(file -> file.toString().endsWith(".md")).sorted()).toList();
        }
    }

    private static boolean exists(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
    }

    /** Returns the anchors that code hosts give the headings of a page. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        all(HEADING, withoutBlocks(page)).forEach(heading -> anchors.add(heading.toLowerCase(Locale.ROOT)
                .replaceAll("\\]\\([^)]*\\)", "").replaceAll("[^\\w -]", "").replace(' ', '-')));
        return anchors;
    }

    private static String withoutBlocks(Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.groupCount() == 0 ? found.group() : found.group(1))
                .toList();
    }
}
