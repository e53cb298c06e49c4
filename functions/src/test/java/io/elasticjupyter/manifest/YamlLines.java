package io.elasticjupyter.manifest;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The lines of a YAML file in block style, with changes at entries that JSON Pointers name. All other lines remain as they are,
 * comments included. New lines are indented like the entry.
 */
final class YamlLines {

    private final List<String> lines;
    private final List<Node> documents;
    private final Map<Integer, List<String>> before = new TreeMap<>();
    private final Map<Integer, List<String>> after = new TreeMap<>();
    private final TreeSet<Integer> removed = new TreeSet<>();

    YamlLines(String text) {
        lines = text.lines().toList();
        documents = StreamSupport.stream(new Yaml(new LoaderOptions()).composeAll(new StringReader(text))
                .spliterator(), false).toList();
    }

    /**
     * An entry of a mapping or an item of a list.
     *
     * @param first the index of its first line
     * @param last the index of its last line
     * @param indent the number of spaces before its key or value
     */
    private record Entry(int first, int last, int indent) {}

    /** Returns the lines of an entry, without its indentation. */
    List<String> entry(int document, String pointer) {
        Entry entry = find(document, pointer);
        return IntStream.rangeClosed(entry.first, entry.last).mapToObj(lines::get)
                .map(line -> line.substring(Math.min(entry.indent, line.length()))).toList();
    }

    /** Replaces an entry. */
    void replace(int document, String pointer, List<String> replacement) {
        Entry entry = find(document, pointer);
        insert(before, entry.first, entry.indent, replacement);
        remove(entry);
    }

    /** Removes an entry and the comment above it. */
    void remove(int document, String pointer) {
        Entry entry = find(document, pointer);
        remove(entry);
        for (int line = entry.first - 1; line >= 0 && lines.get(line).strip().startsWith("#"); line--) {
            removed.add(line);
        }
    }

    private void remove(Entry entry) {
        IntStream.rangeClosed(entry.first, entry.last).forEach(removed::add);
    }

    /** Keeps an entry under the condition's else branch, and has the alternative in its place otherwise. */
    void either(int document, String pointer, String condition, List<String> alternative) {
        Entry entry = find(document, pointer);
        insert(before, entry.first, entry.indent, List.of("{{- if " + condition + " }}"));
        insert(before, entry.first, entry.indent, alternative);
        insert(before, entry.first, entry.indent, List.of("{{- else }}"));
        insert(after, entry.last, entry.indent, List.of("{{- end }}"));
    }

    /** Inserts lines above an entry. */
    void insertBefore(int document, String pointer, List<String> inserted) {
        Entry entry = find(document, pointer);
        insert(before, entry.first, entry.indent, inserted);
    }

    /** Inserts lines below an entry. */
    void insertAfter(int document, String pointer, List<String> inserted) {
        Entry entry = find(document, pointer);
        insert(after, entry.last, entry.indent, inserted);
    }

    /** Appends an item to a list, under a condition. */
    void append(int document, String pointer, String condition, List<String> item) {
        Entry last = find(document, pointer + "/" + (((SequenceNode) node(document, pointer)).getValue().size() - 1));
        insert(after, last.last, last.indent - 2, List.of("{{- if " + condition + " }}"));
        insert(after, last.last, last.indent - 2, IntStream.range(0, item.size())
                .mapToObj(i -> (i == 0 ? "- " : "  ") + item.get(i)).toList());
        insert(after, last.last, last.indent - 2, List.of("{{- end }}"));
    }

    /** Keeps a document under a condition. */
    void onlyIf(int document, String condition) {
        Node root = documents.get(document);
        insert(before, root.getStartMark().getLine(), 0, List.of("{{- if " + condition + " }}"));
        insert(after, lastLine(root), 0, List.of("{{- end }}"));
    }

    private void insert(Map<Integer, List<String>> where, int line, int indent, List<String> inserted) {
        where.computeIfAbsent(line, _ -> new ArrayList<>())
                .addAll(inserted.stream().map(each -> each.isEmpty() ? "" : " ".repeat(indent) + each).toList());
    }

    /** Returns the changed text. */
    String text() {
        return String.join("\n", IntStream.range(0, lines.size()).boxed().flatMap(line -> Stream.of(
                before.getOrDefault(line, List.of()).stream(),
                Stream.of(lines.get(line)).filter(_ -> !removed.contains(line)),
                after.getOrDefault(line, List.of()).stream()).flatMap(each -> each)).toList()) + "\n";
    }

    private Entry find(int document, String pointer) {
        Node parent = node(document, pointer.substring(0, pointer.lastIndexOf('/')));
        String key = key(pointer.substring(pointer.lastIndexOf('/') + 1));
        if (parent instanceof SequenceNode list) {
            Node item = list.getValue().get(Integer.parseInt(key));
            return new Entry(item.getStartMark().getLine(), lastLine(item), item.getStartMark().getColumn());
        }
        NodeTuple tuple = tuple((MappingNode) parent, key);
        return new Entry(tuple.getKeyNode().getStartMark().getLine(), lastLine(tuple.getValueNode()),
                tuple.getKeyNode().getStartMark().getColumn());
    }

    private Node node(int document, String pointer) {
        Node node = documents.get(document);
        for (String part : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/")) {
            node = node instanceof SequenceNode list
                    ? list.getValue().get(Integer.parseInt(part))
                    : tuple((MappingNode) node, key(part)).getValueNode();
        }
        return node;
    }

    private static NodeTuple tuple(MappingNode mapping, String key) {
        return mapping.getValue().stream().filter(each -> ((ScalarNode) each.getKeyNode()).getValue().equals(key))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no field '" + key + "' at "
                        + mapping.getStartMark()));
    }

    private static String key(String part) {
        return part.replace("~1", "/").replace("~0", "~");
    }

    /** The end mark of a block is at the next token, below comments and empty lines. */
    private int lastLine(Node node) {
        return switch (node) {
            case MappingNode mapping when mapping.getFlowStyle() != FlowStyle.FLOW ->
                mapping.getValue().stream().mapToInt(each -> lastLine(each.getValueNode())).max().orElseThrow();
            case SequenceNode list when list.getFlowStyle() != FlowStyle.FLOW ->
                list.getValue().stream().mapToInt(this::lastLine).max().orElseThrow();
            default -> lastContent(node);
        };
    }

    private int lastContent(Node node) {
        int line = node.getEndMark().getLine();
        if (line > node.getStartMark().getLine() && node.getEndMark().getColumn() == 0) {
            line--;
        }
        while (line >= lines.size() || lines.get(line).isBlank()) {
            line--;
        }
        return line;
    }
}
