package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/**
 * Adds to a generated schema what annotations on Java types cannot express: which lists are maps or sets, so that several
 * field managers can share them, and which fields Kubernetes' own types require.
 */
final class StructuralSchema {

    /** Lists keyed by {@code name} in every pod template, as in Kubernetes' own types. */
    private static final List<String> NAMED = List.of("containers", "initContainers", "ephemeralContainers", "env",
            "volumes", "imagePullSecrets");

    private static final List<String> CONDITION = List.of("type", "status", "reason", "message", "lastTransitionTime");

    private static final List<String> QUANTITIES = List.of("limits", "requests", "overhead", "sizeLimit", "divisor");

    /** As controller-gen writes the schema of resource.Quantity. */
    private static final String QUANTITY = "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

    private StructuralSchema() {}

    static void complete(ObjectNode root) {
        ObjectNode properties = (ObjectNode) root.get("properties");
        requireOrDefaultSpec(root, properties);
        if (properties.at("/spec/properties/kernels") instanceof ObjectNode kernels) {
            kernels.put("x-kubernetes-list-type", "set");
        }
        if (properties.at("/status/properties/conditions") instanceof ObjectNode conditions) {
            keyed(conditions, "type", CONDITION);
        }
        properties.path("spec").findParents("containers").forEach(pod -> NAMED.forEach(name -> named(pod, name)));
        properties.path("spec").findParents("env").forEach(container -> named(container, "env"));
        QUANTITIES.forEach(name -> properties.path("spec").findValues(name).forEach(StructuralSchema::quantity));
        List.of("minimum", "maximum").forEach(bound -> root.findParents(bound).forEach(
                schema -> ((ObjectNode) schema).put(bound, schema.get(bound).longValue())));
        properties.path("spec").findValues("creationTimestamp").forEach(StructuralSchema::nullable);
        if (isOfKernel(properties) && properties.at("/spec/properties/template") instanceof ObjectNode template) {
            acceptLayoutOfTheGoOperator(template);
        }
    }

    /** Returns whether the resource describes the pod of a kernel. */
    private static boolean isOfKernel(ObjectNode properties) {
        return properties.at("/spec/properties/template/properties/spec").isObject()
                && !properties.at("/spec/properties/gateway").isObject();
    }

    /**
     * The examples of the Go operator have labels of a kernel's pod directly under {@code metadata}, and some its spec in another
     * template. A schema with properties cannot describe others, so a policy and the functions check the labels.
     */
    private static void acceptLayoutOfTheGoOperator(ObjectNode template) {
        ((ObjectNode) template.at("/properties/metadata"))
                .put("description",
                        "Metadata of the pod. Fields that an object's metadata does not have are used as labels of the pod, as in the examples of the Go operator. Write them under labels instead.")
                .put("x-kubernetes-preserve-unknown-fields", true);
        ObjectNode nested = ((ObjectNode) template.get("properties")).putObject("template")
                .put("description",
                        "Deprecated, for the examples of the Go operator. Write its spec as the spec of the outer template instead.")
                .put("type", "object");
        open(nested.putObject("properties").putObject("spec").put("description", "Spec of the pod."), "containers",
                "env");
        template.putArray("x-kubernetes-validations").addObject()
                .put("fieldPath", ".template")
                .put("message",
                        "template must not be set together with spec: write the pod's spec as spec, and remove template")
                .put("rule", "!has(self.template) || !has(self.spec)");
    }

    /** An absent spec defaults to an empty one if no field is required; otherwise the spec itself is required. */
    private static void requireOrDefaultSpec(ObjectNode root, ObjectNode properties) {
        ObjectNode spec = (ObjectNode) properties.get("spec");
        if (spec.at("/properties/gateway").isObject() || spec.at("/properties/cullIdleTimeout").isObject()) {
            spec.putObject("default");
        } else {
            root.putArray("required").add("spec");
        }
    }

    /** Describes an object of which only a list of objects is known, and in these the next one. Their elements must not be null. */
    private static void open(ObjectNode schema, String... lists) {
        schema.put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
        if (lists.length > 0) {
            open(schema.putObject("properties").putObject(lists[0]).put("type", "array").putObject("items"),
                    Arrays.copyOfRange(lists, 1, lists.length));
        }
    }

    private static void named(JsonNode parent, String list) {
        if (parent.get(list) instanceof ObjectNode schema && "array".equals(schema.path("type").asText())) {
            keyed(schema, "name", List.of("name"));
        }
    }

    private static void keyed(ObjectNode list, String key, List<String> required) {
        list.put("x-kubernetes-list-type", "map").putArray("x-kubernetes-list-map-keys").add(key);
        var names = ((ObjectNode) list.get("items")).putArray("required");
        required.forEach(names::add);
    }

    private static void quantity(JsonNode schema) {
        JsonNode quantity = schema.has("additionalProperties") ? schema.get("additionalProperties") : schema;
        if (quantity.path("x-kubernetes-int-or-string").asBoolean()) {
            ((ObjectNode) quantity).put("pattern", QUANTITY);
        }
    }

    /** {@code kubectl create --dry-run -o yaml} writes {@code creationTimestamp: null} into pod templates. */
    private static void nullable(JsonNode schema) {
        ((ObjectNode) schema).put("nullable", true);
    }
}
