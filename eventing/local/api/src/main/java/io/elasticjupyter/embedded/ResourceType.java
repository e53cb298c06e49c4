package io.elasticjupyter.embedded;

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
record ResourceType(String group, String version, String plural, String singular, String kind, boolean namespaced,
        List<String> shortNames, List<String> categories, Set<String> subresources, Scale scale,
        Supplier<JsonNode> schema, List<Column> columns, List<String> selectable, KindRules rules, String store,
        View view) {

    static final List<String> VERBS = List.of("create", "delete", "deletecollection", "get", "list", "patch", "update",
            "watch");

    record Scale(String specReplicas, String statusReplicas, String labelSelector) {}

    record View(UnaryOperator<ObjectNode> fromStore, UnaryOperator<ObjectNode> toStore) {
        static final View SAME = new View(UnaryOperator.identity(), UnaryOperator.identity());
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    String groupResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    boolean hasStatus() {
        return subresources.contains("status");
    }

    boolean isCustom() {
        return rules.isCustom();
    }

    /** Kinds that exist only as a question and its answer. */
    boolean isReview() {
        return kind.endsWith("Review");
    }

    boolean is(String otherGroup, String otherPlural) {
        return group.equals(otherGroup) && plural.equals(otherPlural);
    }

    String path() {
        return (group.isEmpty() ? "/api/" : "/apis/") + apiVersion();
    }
}
