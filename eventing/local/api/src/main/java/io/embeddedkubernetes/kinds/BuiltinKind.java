package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.KindRules;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.Violations;
import io.embeddedkubernetes.schema.BuiltinSchemas;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One built-in kind: how it is served, what is filled in, what is refused, and what {@code kubectl get} shows. */
abstract class BuiltinKind implements KindRules {

    static final String NONE = "<none>";

    private static final ResourceType.Scale REPLICAS = new ResourceType.Scale(".spec.replicas", ".status.replicas",
            ".spec.selector");

    /** How a kind is served. All are of version v1. */
    record Served(String group, String plural, Class<? extends KubernetesResource> model, boolean namespaced,
            List<String> shortNames, List<String> categories, Set<String> subresources, List<String> selectable) {

        static Served namespaced(String group, String plural, Class<? extends KubernetesResource> model) {
            return new Served(group, plural, model, true, List.of(), List.of(), Set.of(), List.of());
        }

        static Served inCluster(String group, String plural, Class<? extends KubernetesResource> model) {
            return new Served(group, plural, model, false, List.of(), List.of(), Set.of(), List.of());
        }

        Served shortNames(String... names) {
            return new Served(group, plural, model, namespaced, List.of(names), categories, subresources, selectable);
        }

        Served categories(String... names) {
            return new Served(group, plural, model, namespaced, shortNames, List.of(names), subresources, selectable);
        }

        Served subresources(String... names) {
            return new Served(group, plural, model, namespaced, shortNames, categories, Set.of(names), selectable);
        }

        Served selectable(String... fields) {
            return new Served(group, plural, model, namespaced, shortNames, categories, subresources, List.of(fields));
        }
    }

    private final Served served;

    BuiltinKind(Served served) {
        this.served = served;
    }

    final ResourceType type() {
        var kind = served.model().getSimpleName();
        var store = served.group().isEmpty() ? served.plural() : served.plural() + "." + served.group();
        return new ResourceType(served.group(), "v1", served.plural(), kind.toLowerCase(Locale.ROOT), kind,
                served.namespaced(), served.shortNames(), served.categories(), served.subresources(),
                served.subresources().contains("scale") ? REPLICAS : null, () -> BuiltinSchemas.of(served.model()),
                columns(), served.selectable(), this, store, ResourceType.View.SAME);
    }

    /** Returns all columns, name and age included. */
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.age());
    }

    @Override
    public NameForm nameForm() {
        return NameForm.SUBDOMAIN;
    }

    @Override
    public final boolean isCustom() {
        return false;
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public void fillDefaults(ObjectNode object) {
        // Most kinds have none.
    }

    @Override
    public void check(JsonNode object, JsonNode old, Violations violations) {
        // Some kinds take anything that fits their schema.
    }

    static ObjectNode spec(ObjectNode object) {
        return JsonTrees.child(object, "spec");
    }

    static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    static String pairs(JsonNode map) {
        return orNone(String.join(",",
                map.properties().stream().map(e -> e.getKey() + "=" + e.getValue().asText()).toList()));
    }

    static String join(JsonNode list) {
        return String.join(",", list.valueStream().map(JsonNode::asText).toList());
    }
}
