package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * OpenAPI schemas of the built-in kinds, read off the client's model classes. How lists and maps merge is no part of
 * those classes, so it stands here in one table.
 */
public final class BuiltinSchemas {

    private static final String PORTS = "containerPort protocol";

    /** Lists that merge by key, and by which; both for server-side apply and for strategic merge (by the first key). */
    private static final Map<String, String> LIST_KEYS = Map.ofEntries(Map.entry("PodSpec.containers", "name"),
            Map.entry("PodSpec.initContainers", "name"), Map.entry("PodSpec.ephemeralContainers", "name"),
            Map.entry("PodSpec.volumes", "name"), Map.entry("PodSpec.imagePullSecrets", "name"),
            Map.entry("PodSpec.hostAliases", "ip"), Map.entry("PodSpec.resourceClaims", "name"),
            Map.entry("PodSpec.schedulingGates", "name"),
            Map.entry("PodSpec.topologySpreadConstraints", "topologyKey whenUnsatisfiable"),
            Map.entry("Container.env", "name"), Map.entry("Container.ports", PORTS),
            Map.entry("Container.volumeMounts", "mountPath"), Map.entry("Container.volumeDevices", "devicePath"),
            Map.entry("EphemeralContainer.env", "name"), Map.entry("EphemeralContainer.ports", PORTS),
            Map.entry("EphemeralContainer.volumeMounts", "mountPath"),
            Map.entry("EphemeralContainer.volumeDevices", "devicePath"),
            Map.entry("ContainerStatus.volumeMounts", "mountPath"),
            Map.entry("ContainerStatus.allocatedResourcesStatus", "name"),
            Map.entry("ResourceRequirements.claims", "name"), Map.entry("ResourceStatus.resources", "resourceID"),
            Map.entry("PodStatus.conditions", "type"), Map.entry("PodStatus.podIPs", "ip"),
            Map.entry("PodStatus.resourceClaimStatuses", "name"), Map.entry("ServiceSpec.ports", "port protocol"),
            Map.entry("ServiceStatus.conditions", "type"), Map.entry("ServiceAccount.secrets", "name"),
            Map.entry("NamespaceStatus.conditions", "type"), Map.entry("NodeStatus.conditions", "type"),
            Map.entry("NodeStatus.addresses", "type"), Map.entry("DeploymentStatus.conditions", "type"),
            Map.entry("CustomResourceDefinitionStatus.conditions", "type"),
            Map.entry("ObjectMeta.ownerReferences", "uid"));

    private static final Set<String> SETS = Set.of("ObjectMeta.finalizers");

    private static final Set<String> ATOMIC = Set.of("LabelSelector", "ConfigMapKeySelector", "SecretKeySelector",
            "ObjectFieldSelector", "ResourceFieldSelector", "LocalObjectReference", "TypedLocalObjectReference",
            "ObjectReference", "SecretReference", "NodeSelector", "NodeSelectorTerm", "RoleRef",
            "Subject", "OwnerReference", "PodSpec.nodeSelector",
            "ServiceSpec.selector", "FileKeySelector");

    private static final Set<String> BYTES = Set.of("Secret.data", "ConfigMap.binaryData");

    private static final Map<Class<?>, ObjectNode> BY_CLASS = new ConcurrentHashMap<>();

    private BuiltinSchemas() {}

    /** Shared: do not change it. */
    public static JsonNode of(Class<?> model) {
        var known = BY_CLASS.get(model);
        if (known == null) {
            known = build(model);
            BY_CLASS.put(model, known);
        }
        return known;
    }

    public static JsonNode objectMeta() {
        return of(ObjectMeta.class);
    }

    private static ObjectNode build(Class<?> model) {
        var schema = JsonTrees.object().put("type", "object");
        schema.put("x-kubernetes-go-type", model.getSimpleName());
        if (ATOMIC.contains(model.getSimpleName())) {
            schema.put("x-kubernetes-map-type", "atomic");
        }
        var properties = schema.putObject("properties");
        for (var type = model; type != Object.class; type = type.getSuperclass()) {
            for (var field : type.getDeclaredFields()) {
                var name = field.getAnnotation(JsonProperty.class);
                if (name != null) {
                    properties.set(name.value().isEmpty() ? field.getName() : name.value(), property(model, field));
                }
            }
        }
        if (model == ObjectMeta.class) {
            date(properties, "creationTimestamp", "deletionTimestamp");
        }
        return schema;
    }

    private static void date(ObjectNode properties, String... names) {
        for (var name : names) {
            ((ObjectNode) properties.get(name)).put("format", "date-time");
        }
    }

    private static ObjectNode property(Class<?> owner, Field field) {
        var schema = of(field.getGenericType());
        var place = owner.getSimpleName() + "." + field.getName();
        var keys = LIST_KEYS.get(place);
        if (keys != null) {
            schema.put("x-kubernetes-list-type", "map");
            var list = schema.putArray("x-kubernetes-list-map-keys");
            List.of(keys.split(" ")).forEach(list::add);
            schema.put("x-kubernetes-patch-merge-key", keys.split(" ")[0]);
            schema.put("x-kubernetes-patch-strategy", place.equals("PodSpec.volumes") ? "merge,retainKeys" : "merge");
            if (keys.endsWith("protocol")) {
                ((ObjectNode) schema.get("items")).withObject("properties").withObject("protocol").put("default",
                        "TCP");
            }
        } else if (SETS.contains(place)) {
            schema.put("x-kubernetes-list-type", "set").put("x-kubernetes-patch-strategy", "merge");
        } else if (schema.has("items")) {
            schema.put("x-kubernetes-list-type", "atomic");
        } else if (ATOMIC.contains(place)) {
            schema.put("x-kubernetes-map-type", "atomic");
        } else if (BYTES.contains(place)) {
            ((ObjectNode) schema.get("additionalProperties")).put("format", "byte");
        } else if (place.equals("DeploymentSpec.strategy")) {
            schema.put("x-kubernetes-patch-strategy", "retainKeys");
        }
        return schema;
    }

    private static ObjectNode of(Type type) {
        return switch (type) {
            case ParameterizedType generic when generic.getRawType() == List.class -> {
                var schema = JsonTrees.object().put("type", "array");
                schema.set("items", of(generic.getActualTypeArguments()[0]));
                yield schema;
            }
            case ParameterizedType generic when generic.getRawType() == Map.class -> {
                var schema = JsonTrees.object().put("type", "object");
                schema.set("additionalProperties", of(generic.getActualTypeArguments()[1]));
                yield schema;
            }
            case ParameterizedType generic -> of(generic.getRawType());
            case Class<?> model -> ofClass(model);
            default -> anything();
        };
    }

    private static ObjectNode ofClass(Class<?> model) {
        if (model == String.class || model == MicroTime.class || model.isEnum()) {
            return JsonTrees.object().put("type", "string");
        }
        if (model == Integer.class) {
            return JsonTrees.object().put("type", "integer").put("format", "int32");
        }
        if (model == Long.class) {
            return JsonTrees.object().put("type", "integer").put("format", "int64");
        }
        if (model == Boolean.class) {
            return JsonTrees.object().put("type", "boolean");
        }
        if (Number.class.isAssignableFrom(model)) {
            return JsonTrees.object().put("type", "number").put("format", "double");
        }
        if (model == IntOrString.class || model == Quantity.class) {
            return JsonTrees.object().put("x-kubernetes-int-or-string", true).put("x-kubernetes-go-type",
                    model.getSimpleName());
        }
        if (model == FieldsV1.class || model == JSONSchemaProps.class || model.isInterface() || model == Object.class
                || !model.getName().startsWith("io.fabric8.kubernetes.api.model.")
                || model.getSimpleName().equals("RawExtension") || JsonNode.class.isAssignableFrom(model)) {
            return anything();
        }
        return ((ObjectNode) of(model)).deepCopy();
    }

    private static ObjectNode anything() {
        return JsonTrees.object().put("x-kubernetes-preserve-unknown-fields", true);
    }
}
