package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.Timestamps;
import io.embeddedkubernetes.resource.Violations;
import io.embeddedkubernetes.schema.BuiltinSchemas;
import io.fabric8.kubernetes.api.model.Event;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Events, which are served in two groups under different names of their fields. */
final class EventKind extends BuiltinKind {

    /** Name of a field in the core group to its name in events.k8s.io. */
    private static final Map<String, String> RENAMED = Map.of("involvedObject", "regarding", "message", "note",
            "reportingComponent", "reportingController", "source", "deprecatedSource", "firstTimestamp",
            "deprecatedFirstTimestamp", "lastTimestamp", "deprecatedLastTimestamp", "count", "deprecatedCount");

    EventKind() {
        super(Served.namespaced("", "events", Event.class).shortNames("ev").selectable("involvedObject.kind",
                "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
                "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source",
                "type"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.text("Last Seen", EventKind::lastSeen),
                Column.text("Type", o -> JsonTrees.text(o, "type")),
                Column.text("Reason", o -> JsonTrees.text(o, "reason")), Column.text("Object", EventKind::object),
                Column.wide("Subobject", o -> JsonTrees.text(o, "involvedObject", "fieldPath")),
                Column.wide("Source", EventKind::source),
                Column.text("Message", o -> JsonTrees.text(o, "message").strip()),
                Column.wide("First Seen", o -> Timestamps.since(firstOf(o, "firstTimestamp", "eventTime"))),
                Column.wideCount("Count", o -> Math.max(1, o.path("count").asLong(1))), Column.wideName());
    }

    @Override
    public void check(JsonNode event, JsonNode old, Violations violations) {
        var given = JsonTrees.text(event, "involvedObject", "namespace");
        var isNowhere = given.isEmpty() && JsonTrees.namespace(event).equals("default");
        if (!isNowhere && !given.equals(JsonTrees.namespace(event))) {
            violations.invalid("involvedObject.namespace", given, "does not match event.namespace");
        }
    }

    private static String lastSeen(JsonNode event) {
        var last = JsonTrees.text(event, "series", "lastObservedTime");
        return Timestamps.since(last.isEmpty() ? firstOf(event, "lastTimestamp", "firstTimestamp", "eventTime") : last);
    }

    private static String object(JsonNode event) {
        var object = event.path("involvedObject");
        return JsonTrees.text(object, "kind").toLowerCase(Locale.ROOT) + "/" + JsonTrees.text(object, "name");
    }

    private static String source(JsonNode event) {
        var component = JsonTrees.text(event, "source", "component");
        return component.isEmpty() ? JsonTrees.text(event, "reportingComponent") : component;
    }

    private static String firstOf(JsonNode object, String... fields) {
        for (var field : fields) {
            if (!JsonTrees.text(object, field).isEmpty()) {
                return JsonTrees.text(object, field);
            }
        }
        return "";
    }

    /** The same objects in events.k8s.io. */
    static ResourceType inEventsGroup(ResourceType core) {
        return new ResourceType("events.k8s.io", "v1", core.plural(), core.singular(), core.kind(), true,
                core.shortNames(), List.of(), core.subresources(), null,
                () -> BuiltinSchemas.of(io.fabric8.kubernetes.api.model.events.v1.Event.class), core.columns(),
                core.selectable(), core.rules(), core.store(), new ResourceType.View(
                        event -> rename(event, "events.k8s.io/v1", true), event -> rename(event, "v1", false)));
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
