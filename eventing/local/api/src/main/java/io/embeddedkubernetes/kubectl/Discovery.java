package io.embeddedkubernetes.kubectl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.kinds.Catalog;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import java.util.List;

/** Describes groups, versions and resources. */
public record Discovery(Catalog catalog) {

    public static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private static final List<String> SUBRESOURCE_VERBS = List.of("get", "patch", "update");

    public static ObjectNode version() {
        return JsonTrees.object().put("major", "1").put("minor", "36").put("gitVersion", "v1.36.0+embedded")
                .put("gitCommit", "").put("gitTreeState", "clean").put("buildDate", "2026-01-01T00:00:00Z")
                .put("goVersion", "none").put("compiler", "javac").put("platform", "java");
    }

    /** Returns the aggregated discovery document of the core group or of the named groups. */
    public ObjectNode aggregated(boolean core) {
        var list = JsonTrees.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        var items = list.putArray("items");
        catalog.groups().forEach((group, versions) -> {
            if (group.isEmpty() != core) {
                return;
            }
            var item = items.addObject();
            var metadata = item.putObject("metadata");
            if (!core) {
                metadata.put("name", group);
            }
            var list2 = item.putArray("versions");
            for (var version : versions) {
                var node = list2.addObject().put("version", version).put("freshness", "Current");
                var resources = node.putArray("resources");
                of(group, version).forEach(type -> resource(resources.addObject(), type));
            }
        });
        return list;
    }

    private List<ResourceType> of(String group, String version) {
        return catalog.types().stream().filter(t -> t.group().equals(group) && t.version().equals(version)).toList();
    }

    private static void resource(ObjectNode node, ResourceType type) {
        node.put("resource", type.plural());
        kind(node.putObject("responseKind"), type);
        node.put("scope", type.namespaced() ? "Namespaced" : "Cluster").put("singularResource", type.singular());
        strings(node.putArray("verbs"), verbs(type));
        lists(node, type);
        if (!type.subresources().isEmpty()) {
            var subresources = node.putArray("subresources");
            for (var name : type.subresources().stream().sorted().toList()) {
                var sub = subresources.addObject().put("subresource", name);
                var kind = sub.putObject("responseKind");
                if (name.equals("scale")) {
                    kind.put("group", "autoscaling").put("version", "v1").put("kind", "Scale");
                } else {
                    kind(kind, type);
                }
                strings(sub.putArray("verbs"), name.equals("finalize") ? List.of("update") : SUBRESOURCE_VERBS);
            }
        }
    }

    private static void kind(ObjectNode node, ResourceType type) {
        node.put("group", type.group()).put("version", type.version()).put("kind", type.kind());
    }

    private static void lists(ObjectNode node, ResourceType type) {
        if (!type.shortNames().isEmpty()) {
            strings(node.putArray("shortNames"), type.shortNames());
        }
        if (!type.categories().isEmpty()) {
            strings(node.putArray("categories"), type.categories());
        }
    }

    private static List<String> verbs(ResourceType type) {
        return type.isReview() ? List.of("create") : ResourceType.VERBS;
    }

    private static void strings(ArrayNode list, List<String> values) {
        values.forEach(list::add);
    }

    public static ObjectNode coreVersions() {
        var node = JsonTrees.object().put("kind", "APIVersions");
        node.putArray("versions").add("v1");
        node.putArray("serverAddressByClientCIDRs");
        return node;
    }

    public ObjectNode groups() {
        var list = JsonTrees.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        var groups = list.putArray("groups");
        catalog.groups().forEach((group, versions) -> {
            if (!group.isEmpty()) {
                groups.add(group(group, versions));
            }
        });
        return list;
    }

    /** @throws StatusError 404 when there is no such group */
    public ObjectNode group(String name) {
        var versions = catalog.groups().get(name);
        if (versions == null || name.isEmpty()) {
            throw StatusError.pageNotFound();
        }
        var group = JsonTrees.object().put("kind", "APIGroup").put("apiVersion", "v1");
        return group.setAll(group(name, versions));
    }

    private static ObjectNode group(String name, List<String> versions) {
        var node = JsonTrees.object().put("name", name);
        var list = node.putArray("versions");
        versions.forEach(v -> list.addObject().put("groupVersion", name + "/" + v).put("version", v));
        node.set("preferredVersion", list.get(0));
        return node;
    }

    /** @throws StatusError 404 when the version has no resources */
    public ObjectNode resources(String group, String version) {
        var types = of(group, version);
        if (types.isEmpty()) {
            throw catalog.isBuiltin(group) ? StatusError.noSuchPath() : StatusError.pageNotFound();
        }
        var list = JsonTrees.object().put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion",
                types.getFirst().apiVersion());
        var resources = list.putArray("resources");
        for (var type : types) {
            var node = resources.addObject().put("name", type.plural()).put("singularName", type.singular())
                    .put("namespaced", type.namespaced()).put("kind", type.kind());
            strings(node.putArray("verbs"), verbs(type));
            lists(node, type);
            for (var name : type.subresources().stream().sorted().toList()) {
                var sub = resources.addObject().put("name", type.plural() + "/" + name).put("singularName", "")
                        .put("namespaced", type.namespaced());
                if (name.equals("scale")) {
                    sub.put("group", "autoscaling").put("version", "v1").put("kind", "Scale");
                } else {
                    sub.put("kind", type.kind());
                }
                strings(sub.putArray("verbs"), name.equals("finalize") ? List.of("update") : SUBRESOURCE_VERBS);
            }
        }
        return list;
    }
}
