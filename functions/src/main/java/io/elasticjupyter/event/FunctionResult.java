package io.elasticjupyter.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one call of a function did. It becomes a CloudEvent and a line of the log.
 *
 * @param type of the CloudEvent
 * @param outcome in one word; the extension attribute {@code outcome}
 * @param resource the resource that the call was about; its extension attributes {@code kind}, {@code namespace} and
 *     {@code name}
 * @param data of the CloudEvent, written as JSON
 * @param summary one sentence for the log
 * @param details further fields of the log's line
 */
public record FunctionResult(String type, String outcome, Optional<ResourceId> resource, Object data, String summary,
        Map<String, Object> details) {

    /** Creates a result that is about no resource in particular. */
    public FunctionResult(String type, String outcome, Object data, String summary) {
        this(type, outcome, Optional.empty(), data, summary, Map.of());
    }

    /** Returns this result with the resource that the call was about. */
    public FunctionResult about(ResourceId id) {
        return new FunctionResult(type, outcome, Optional.of(id), data, summary, details);
    }

    /** Returns this result with one more field for the log's line. */
    public FunctionResult with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(field, value);
        return new FunctionResult(type, outcome, resource, data, summary, more);
    }
}
