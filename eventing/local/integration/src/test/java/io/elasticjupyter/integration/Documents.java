package io.elasticjupyter.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * YAML documents from one source: a file, or a block of a Markdown page.
 *
 * @param place the file or block
 * @param all the documents
 */
record Documents(String place, List<JsonNode> all) {

    static final Path ROOT = Path.of(System.getProperty("repository.root"));

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```ya?ml\\n(.*?)^\\1```");

    /** Parses the documents of a YAML text. */
    static List<JsonNode> parse(String yaml) {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return values.readAll().stream().filter(JsonNode::isObject).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the documents of every YAML file under a directory. */
    static List<Documents> under(String folder) {
        return files(folder, ".yaml").map(file -> new Documents(name(file), parse(read(file)))).toList();
    }

    /** Reads the documents of every YAML block in the user documentation. */
    static List<Documents> onPages() {
        List<Documents> blocks = new ArrayList<>();
        Stream.concat(Stream.of(ROOT.resolve("README.md")), files("docs", ".md")).forEach(page -> {
            Matcher block = BLOCK.matcher(read(page));
            for (int i = 1; block.find(); i++) {
                blocks.add(new Documents(name(page) + ", block " + i,
                        parse(block.group(2).stripTrailing().stripIndent())));
            }
        });
        return blocks;
    }

    /** Returns only the documents that match. */
    Documents only(Predicate<JsonNode> wanted) {
        return new Documents(place, all.stream().filter(wanted).toList());
    }

    static boolean isOurs(JsonNode document) {
        return document.path("apiVersion").asText().startsWith("kubeflow.tkestack.io/");
    }

    static boolean isObject(JsonNode document) {
        return document.has("apiVersion") && document.has("kind") && document.at("/metadata/name").isTextual();
    }

    private static Stream<Path> files(String folder, String ending) {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(ending) && Files.isRegularFile(file))
                    .filter(file -> isOutsideSources(ROOT.resolve(folder).relativize(file)))
                    .sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Excludes source and build directories, and the templates of the Helm chart. */
    private static boolean isOutsideSources(Path file) {
        return StreamSupport.stream(file.spliterator(), false).map(Path::toString)
                .noneMatch(part -> Set.of("src", "target", "templates").contains(part));
    }

    private static String name(Path file) {
        return ROOT.relativize(file).toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return place;
    }
}
