package io.embeddedkubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports run one way. */
class RoomsTest {

    private static final Path SOURCES = Path.of("src/main/java/io/embeddedkubernetes");
    private static final List<String> ORDER = List.of("json", "resource", "schema", "apply", "kinds", "store",
            "kubectl");
    private static final Pattern IMPORT = Pattern.compile("io\\.embeddedkubernetes\\.(?:([a-z]+)\\.)?[A-Z]");

    @ParameterizedTest
    @ValueSource(strings = {"json", "resource", "schema", "apply", "kinds", "store", "kubectl"})
    void importsOnlyRoomsBelow(String room) throws IOException {
        assertThat(importsOf(room)).isSubsetOf(ORDER.subList(0, ORDER.indexOf(room) + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = "transport")
    void importsNoRoom(String room) throws IOException {
        assertThat(importsOf(room)).isSubsetOf(room);
    }

    private static List<String> importsOf(String room) throws IOException {
        try (var files = Files.list(SOURCES.resolve(room))) {
            var texts = new StringBuilder();
            for (var file : files.filter(file -> !file.endsWith("package-info.java")).toList()) {
                texts.append(Files.readString(file));
            }
            return IMPORT.matcher(texts).results().map(RoomsTest::room).distinct().toList();
        }
    }

    private static String room(MatchResult found) {
        return found.group(1) == null ? "the room of EmbeddedApi" : found.group(1);
    }
}
