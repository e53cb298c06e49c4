package io.embeddedkubernetes.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.ResourceType;
import java.util.List;

/** The forms of objects between which clients choose: complete, as a table, or metadata only. */
public enum Representation {

    OBJECT, TABLE, METADATA;

    public static Representation of(String accept) {
        for (var range : accept.split(",")) {
            if (range.contains("json")) {
                return range.contains("as=Table")
                        ? TABLE
                        : range.contains("as=PartialObjectMetadata") ? METADATA : OBJECT;
            }
        }
        return OBJECT;
    }

    public ObjectNode one(ResourceType type, ObjectNode object, String includeObject) {
        return switch (this) {
            case OBJECT -> object;
            case METADATA -> metadataOf(object);
            case TABLE -> table(type, List.of(object), listMeta(JsonTrees.text(object, "metadata", "resourceVersion")),
                    includeObject, true);
        };
    }

    public ObjectNode list(ResourceType type, List<ObjectNode> objects, ObjectNode metadata, String includeObject) {
        if (this == TABLE) {
            return table(type, objects, metadata, includeObject, true);
        }
        var list = JsonTrees.object();
        list.put("kind", this == METADATA ? "PartialObjectMetadataList" : type.kind() + "List");
        list.put("apiVersion", this == METADATA ? "meta.k8s.io/v1" : type.apiVersion());
        list.set("metadata", metadata);
        var items = list.putArray("items");
        for (var object : objects) {
            if (this == METADATA) {
                items.add(metadataOf(object));
            } else {
                items.add(type.isCustom() ? object : untyped(object));
            }
        }
        return list;
    }

    /** Returns the object of a watch event. Only the first table of a stream has column definitions. */
    public ObjectNode event(ResourceType type, ObjectNode object, String includeObject, boolean first) {
        return this == TABLE
                ? table(type, List.of(object), listMeta(JsonTrees.text(object, "metadata", "resourceVersion")),
                        includeObject,
                        first)
                : one(type, object, includeObject);
    }

    public static ObjectNode listMeta(String resourceVersion) {
        return JsonTrees.object().put("resourceVersion", resourceVersion);
    }

    private static ObjectNode untyped(ObjectNode object) {
        var shallow = JsonTrees.object();
        shallow.setAll(object);
        return shallow.remove(List.of("apiVersion", "kind"));
    }

    private static ObjectNode metadataOf(ObjectNode object) {
        var partial = JsonTrees.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        return partial.set("metadata", object.path("metadata"));
    }

    private static ObjectNode table(ResourceType type, List<ObjectNode> objects, ObjectNode metadata,
            String includeObject, boolean withColumns) {
        var table = JsonTrees.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        var columns = table.putArray("columnDefinitions");
        if (withColumns) {
            type.columns().forEach(column -> columns.add(column.definition()));
        }
        var rows = table.putArray("rows");
        for (var object : objects) {
            var row = rows.addObject();
            var cells = row.putArray("cells");
            var stored = type.view().toStore().apply(object);
            type.columns().forEach(column -> cells.add(column.cell().apply(stored)));
            switch (includeObject) {
                case "None" -> {
                }
                case "Object" -> row.set("object", object);
                default -> row.set("object", metadataOf(object));
            }
        }
        return table;
    }
}
