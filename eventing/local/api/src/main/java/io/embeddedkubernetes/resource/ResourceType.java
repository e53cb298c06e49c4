package io.embeddedkubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One served resource in one version. Versions of the same resource share their objects in the store.
 *
 * @param store where the objects are kept: the group-resource of the storage form
 * @param schema OpenAPI schema of the whole object, metadata included
 * @param scale paths of the scale subresource, or null
 * @param rules what the server does with the objects besides storing them
 * @param view storage form and this version's form, one into the other
 */
public record ResourceType(String group, String version, String plural, String singular, String kind,
        boolean namespaced,
        List<String> shortNames, List<String> categories, Set<String> subresources, Scale scale,
        Supplier<JsonNode> schema, List<Column> columns, List<String> selectable, KindRules rules, String store,
        View view) {

    public static final List<String> VERBS = List.of("create", "delete", "deletecollection", "get", "list", "patch",
            "update",
            "watch");

    public record Scale(String specReplicas, String statusReplicas, String labelSelector) {}

    public record View(UnaryOperator<ObjectNode> fromStore, UnaryOperator<ObjectNode> toStore) {
        public static final View SAME = new View(UnaryOperator.identity(), UnaryOperator.identity());
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public String groupResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public boolean hasStatus() {
        return subresources.contains("status");
    }

    public boolean isCustom() {
        return rules.isCustom();
    }

    /** Returns whether objects are only created, never stored. */
    public boolean isReview() {
        return kind.endsWith("Review");
    }

    public boolean is(String otherGroup, String otherPlural) {
        return group.equals(otherGroup) && plural.equals(otherPlural);
    }

    public String path() {
        return (group.isEmpty() ? "/api/" : "/apis/") + apiVersion();
    }
}
