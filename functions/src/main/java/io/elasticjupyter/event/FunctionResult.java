package io.elasticjupyter.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The result of one call of a function. It is returned as a CloudEvent and written to the log as one line.
 *
 * @param type the type of the CloudEvent
 * @param outcome the outcome in one word; the extension attribute {@code outcome}
 * @param resource the subject of the call; the extension attributes {@code kind}, {@code namespace} and
 *     {@code name}
 * @param data the data of the CloudEvent, which is written as JSON
 * @param summary one sentence for the log
 * @param details further fields of the log line, of which {@code reason} is an extension attribute, too
 */
public record FunctionResult(String type, String outcome, Optional<ResourceId> resource, Object data, String summary,
        Map<String, Object> details) {

    /** Creates a result without a resource. */
    public FunctionResult(String type, String outcome, Object data, String summary) {
        this(type, outcome, Optional.empty(), data, summary, Map.of());
    }

    /** Returns this result with the resource that the call was about. */
    public FunctionResult about(ResourceId id) {
        return new FunctionResult(type, outcome, Optional.of(id), data, summary, details);
    }

    /** Returns the reason of the outcome, if there is one. */
    public Optional<String> reason() {
        return Optional.ofNullable(details.get("reason")).map(Object::toString).filter(reason -> !reason.isEmpty());
    }

    /** Returns this result with another field for the log line. */
    public FunctionResult with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(field, value);
        return new FunctionResult(type, outcome, resource, data, summary, more);
    }
}
