package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.ResourceQuantity;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.Violations;
import java.util.List;
import java.util.Set;

/** What containers request and where their limits are. */
final class Resources {

    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");
    private static final List<String> FIELDS = List.of("limits", "requests");

    private Resources() {}

    /** @throws StatusError 400 when an amount cannot be read */
    static void checkReadable(ResourceType type, JsonNode pod) {
        for (var field : List.of("containers", "initContainers")) {
            for (var container : pod.path(field)) {
                for (var kind : FIELDS) {
                    for (var amount : JsonTrees.at(container, "resources", kind)) {
                        if (ResourceQuantity.parse(amount.asText()).isEmpty()) {
                            throw StatusError.unreadable(type, "quantities must match the regular expression '"
                                    + ResourceQuantity.EXPRESSION + "'");
                        }
                    }
                }
            }
        }
    }

    static void fillDefaults(ObjectNode resources) {
        for (var kind : FIELDS) {
            if (resources.path(kind) instanceof ObjectNode amounts) {
                amounts.properties().forEach(entry -> ResourceQuantity.parse(entry.getValue().asText())
                        .ifPresent(amount -> amounts.put(entry.getKey(), amount.canonical())));
            }
        }
    }

    /** In a Pod, but not in a template, a limit is a request too. */
    static void requestLimits(ObjectNode container) {
        for (var entry : JsonTrees.at(container, "resources", "limits").properties()) {
            JsonTrees.setDefault(JsonTrees.child(JsonTrees.child(container, "resources"), "requests"), entry.getKey(),
                    entry.getValue());
        }
    }

    static String qosClass(JsonNode pod) {
        var all = true;
        var any = false;
        for (var container : pod.path("containers")) {
            var limits = JsonTrees.at(container, "resources", "limits");
            any |= !limits.isEmpty() || !JsonTrees.at(container, "resources", "requests").isEmpty();
            var requests = JsonTrees.at(container, "resources", "requests");
            all &= limits.has("cpu") && limits.has("memory") && (requests.isEmpty() || requests.equals(limits));
        }
        return any ? all ? "Guaranteed" : "Burstable" : "BestEffort";
    }

    static void check(JsonNode resources, String path, Violations violations) {
        var limits = resources.path("limits");
        for (var entry : limits.properties()) {
            amount(entry.getKey(), entry.getValue().asText(), path + ".limits[" + entry.getKey() + "]", violations);
        }
        for (var entry : resources.path("requests").properties()) {
            var name = entry.getKey();
            var text = entry.getValue().asText();
            amount(name, text, path + ".requests[" + name + "]", violations);
            var isExtended = isExtended(name);
            if (!limits.has(name)) {
                if (isExtended) {
                    violations.required(path + ".limits", "Limit must be set for non overcommitable resources");
                }
                continue;
            }
            var limit = limits.path(name).asText();
            var order = compare(text, limit);
            if (isExtended && order != 0) {
                violations.invalid(path + ".requests", text, "must be equal to %s limit of %s".formatted(name, limit));
            } else if (order > 0) {
                violations.invalid(path + ".requests", text,
                        "must be less than or equal to %s limit of %s".formatted(name, limit));
            }
        }
    }

    static int compare(String first, String second) {
        return ResourceQuantity.parse(first).orElseThrow().amount()
                .compareTo(ResourceQuantity.parse(second).orElseThrow().amount());
    }

    private static boolean isExtended(String name) {
        return name.contains("/") && !name.contains("kubernetes.io/");
    }

    private static void amount(String name, String text, String path, Violations violations) {
        if (!name.contains("/") && !STANDARD.contains(name) && !name.startsWith("hugepages-")) {
            violations.invalid(path, name, "must be a standard resource type or fully qualified");
            violations.invalid(path, name, "must be a standard resource for containers");
            return;
        }
        var amount = ResourceQuantity.parse(text).orElseThrow();
        if (amount.isNegative()) {
            violations.invalid(path, text, "must be greater than or equal to 0");
        }
        if (isExtended(name) && !amount.isWhole()) {
            violations.invalid(path, text, "must be an integer");
        }
    }
}
