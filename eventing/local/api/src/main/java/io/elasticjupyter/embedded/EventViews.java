package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The events of events.k8s.io, which are the core ones under other field names. */
final class EventViews {

    /** Core name to newer name. */
    private static final Map<String, String> RENAMED = Map.of("involvedObject", "regarding", "message", "note",
            "reportingComponent", "reportingController", "source", "deprecatedSource", "firstTimestamp",
            "deprecatedFirstTimestamp", "lastTimestamp", "deprecatedLastTimestamp", "count", "deprecatedCount");

    private EventViews() {}

    static ResourceType newer(ResourceType core) {
        return new ResourceType("events.k8s.io", "v1", core.plural(), core.singular(), core.kind(), true,
                core.shortNames(), List.of(), core.subresources(), null,
                () -> BuiltinSchemas.of(io.fabric8.kubernetes.api.model.events.v1.Event.class), core.columns(),
                core.selectable(), null, core.store(), new ResourceType.View(EventViews::newer, EventViews::core));
    }

    private static ObjectNode newer(ObjectNode event) {
        return rename(event, "events.k8s.io/v1", true);
    }

    private static ObjectNode core(ObjectNode event) {
        return rename(event, "v1", false);
    }

    private static ObjectNode rename(ObjectNode event, String apiVersion, boolean forward) {
        var out = event.deepCopy();
        RENAMED.forEach((core, newer) -> {
            var value = out.remove(forward ? core : newer);
            if (value != null) {
                out.set(forward ? newer : core, value);
            }
        });
        return out.put("apiVersion", apiVersion);
    }
}
