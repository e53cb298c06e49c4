package io.embeddedkubernetes.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The part of JSONPath that printer columns and the scale subresource use. */
public record JsonPath(List<Function<JsonNode, Stream<JsonNode>>> steps) {

    private static final Pattern STEP = Pattern.compile("\\.?\\['((?:[^'\\\\]|\\\\.)*)'\\]" + "|\\[(-?\\d+)\\]"
            + "|\\[?\\.?\\*\\]?"
            + "|\\[\\?\\(\\s*@\\.?([^=!<>\\s)]*)\\s*(==|!=)\\s*(?:'([^']*)'|\"([^\"]*)\"|([^)\\s]*))\\s*\\)\\]"
            + "|\\.((?:[^.\\[\\]\\\\]|\\\\.)+)");

    /** @throws IllegalArgumentException when the path cannot be read */
    public static JsonPath of(String path) {
        var rest = path.strip();
        if (rest.startsWith("{") && rest.endsWith("}")) {
            rest = rest.substring(1, rest.length() - 1);
        }
        if (rest.startsWith("$")) {
            rest = rest.substring(1);
        }
        var steps = new ArrayList<Function<JsonNode, Stream<JsonNode>>>();
        while (!rest.isEmpty() && !rest.equals(".")) {
            var matcher = STEP.matcher(rest);
            if (!matcher.lookingAt()) {
                throw new IllegalArgumentException("unrecognized JSONPath: " + path);
            }
            steps.add(step(matcher));
            rest = rest.substring(matcher.end());
        }
        return new JsonPath(steps);
    }

    private static Function<JsonNode, Stream<JsonNode>> step(java.util.regex.Matcher matcher) {
        if (matcher.group(1) != null || matcher.group(8) != null) {
            var raw = matcher.group(1) != null ? matcher.group(1) : matcher.group(8);
            var key = raw.replaceAll("\\\\(.)", "$1");
            return node -> Stream.ofNullable(node.get(key));
        }
        if (matcher.group(2) != null) {
            var index = Integer.parseInt(matcher.group(2));
            return node -> Stream.ofNullable(node.get(index < 0 ? node.size() + index : index));
        }
        if (matcher.group(4) != null) {
            var inner = of("." + matcher.group(3));
            var value = matcher.group(5) != null
                    ? matcher.group(5)
                    : matcher.group(6) != null ? matcher.group(6) : matcher.group(7);
            var equal = matcher.group(4).equals("==");
            return node -> node.valueStream().filter(
                    item -> inner.find(item).stream().anyMatch(found -> found.asText().equals(value)) == equal);
        }
        return JsonNode::valueStream;
    }

    List<JsonNode> find(JsonNode root) {
        var found = Stream.of(root);
        for (var step : steps) {
            found = found.flatMap(step);
        }
        return found.toList();
    }

    /** @return the first match, or null */
    public JsonNode first(JsonNode root) {
        var found = find(root);
        return found.isEmpty() ? null : found.getFirst();
    }
}
