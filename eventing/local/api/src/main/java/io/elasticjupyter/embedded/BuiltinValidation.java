package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;

/** The mistakes in built-in objects that users really make; the real server checks more. */
final class BuiltinValidation {

    private final List<StatusError.Cause> causes = new ArrayList<>();

    static List<StatusError.Cause> check(ResourceType type, JsonNode object, JsonNode old) {
        var validation = new BuiltinValidation();
        validation.visit(type, object, old);
        return validation.causes;
    }

    private void visit(ResourceType type, JsonNode object, JsonNode old) {
        var spec = object.path("spec");
        switch (type.store()) {
            case "pods" -> {
                podSpec(spec, "spec");
                if (old != null) {
                    podUpdate(spec, old.path("spec"));
                }
            }
            case "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps" -> workload(spec, old);
            case "jobs.batch" -> podSpec(Json.at(spec, "template", "spec"), "spec.template.spec");
            case "services" -> service(spec);
            case "events" -> event(object);
            case "secrets" -> secret(object, old);
            case "configmaps" -> immutable(object, old, "data");
            case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io" ->
                roleBinding(object, old);
            case "customresourcedefinitions.apiextensions.k8s.io" -> causes.addAll(CustomResources.check(object));
            default -> {
            }
        }
    }

    private void workload(JsonNode spec, JsonNode old) {
        if (spec.path("replicas").asLong() < 0) {
            add("FieldValueInvalid", "spec.replicas",
                    "Invalid value: %s: must be greater than or equal to 0".formatted(spec.path("replicas")));
        }
        var selector = spec.path("selector");
        if (selector.isMissingNode()) {
            required("spec.selector", "");
        } else if (selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty()) {
            add("FieldValueInvalid", "spec.selector", "Invalid value: %s: empty selector is invalid for deployment"
                    .formatted(Json.compact(selector)));
        }
        var labels = Json.at(spec, "template", "metadata", "labels");
        if (selector.isMissingNode() || selector.path("matchLabels").properties().stream()
                .anyMatch(wanted -> !wanted.getValue().equals(labels.path(wanted.getKey())))) {
            add("FieldValueInvalid", "spec.template.metadata.labels",
                    "Invalid value: %s: `selector` does not match template `labels`"
                            .formatted(labels.isMissingNode() ? "null" : Json.compact(labels)));
        }
        podSpec(Json.at(spec, "template", "spec"), "spec.template.spec");
        if (old != null && !old.path("spec").path("selector").equals(selector)) {
            add("FieldValueInvalid", "spec.selector",
                    "Invalid value: %s: field is immutable".formatted(Json.compact(selector)));
        }
    }

    private void podSpec(JsonNode spec, String path) {
        if (spec.path("containers").isEmpty()) {
            required(path + ".containers", "");
        }
        var volumes = new HashSet<String>();
        for (var i = 0; i < spec.path("volumes").size(); i++) {
            var name = Json.text(spec.path("volumes").get(i), "name");
            var place = path + ".volumes[" + i + "].name";
            if (name.isEmpty()) {
                required(place, "");
            } else if (!volumes.add(name)) {
                add("FieldValueDuplicate", place, "Duplicate value: " + Json.quote(name));
            }
        }
        var names = new HashSet<String>();
        containers(spec.path("initContainers"), path + ".initContainers", names, volumes);
        containers(spec.path("containers"), path + ".containers", names, volumes);
    }

    private void containers(JsonNode containers, String path, HashSet<String> names, HashSet<String> volumes) {
        for (var i = 0; i < containers.size(); i++) {
            var container = containers.get(i);
            var place = path + "[" + i + "]";
            var name = Json.text(container, "name");
            if (name.isEmpty()) {
                required(place + ".name", "");
            } else if (!names.add(name)) {
                add("FieldValueDuplicate", place + ".name", "Duplicate value: " + Json.quote(name));
            }
            if (Json.text(container, "image").isEmpty()) {
                required(place + ".image", "");
            }
            for (var j = 0; j < container.path("env").size(); j++) {
                if (Json.text(container.path("env").get(j), "name").isEmpty()) {
                    required(place + ".env[" + j + "].name", "");
                }
            }
            for (var j = 0; j < container.path("ports").size(); j++) {
                var port = container.path("ports").get(j).path("containerPort").asLong();
                port(port, place + ".ports[" + j + "].containerPort", port == 0);
            }
            for (var j = 0; j < container.path("volumeMounts").size(); j++) {
                var mount = container.path("volumeMounts").get(j);
                var mountPath = place + ".volumeMounts[" + j + "]";
                if (!volumes.contains(Json.text(mount, "name"))) {
                    add("FieldValueNotFound", mountPath + ".name",
                            "Not found: " + Json.quote(Json.text(mount, "name")));
                }
                if (Json.text(mount, "mountPath").isEmpty()) {
                    required(mountPath + ".mountPath", "");
                }
            }
        }
    }

    /** Of a pod that exists only images, tolerations and deadlines may change. */
    private void podUpdate(JsonNode spec, JsonNode old) {
        if (!frozen(spec).equals(frozen(old))) {
            add("FieldValueForbidden", "spec",
                    "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
                            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
                            + "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be "
                            + "set to 1 if it was previously negative)");
        }
    }

    private static JsonNode frozen(JsonNode spec) {
        com.fasterxml.jackson.databind.node.ObjectNode copy = spec.deepCopy();
        copy.remove(List.of("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName",
                "ephemeralContainers", "schedulingGates"));
        Json.eachObject(copy.path("containers"), container -> container.remove("image"));
        Json.eachObject(copy.path("initContainers"), container -> container.remove("image"));
        return copy;
    }

    private void service(JsonNode spec) {
        var ports = spec.path("ports");
        var isHeadless = Json.text(spec, "clusterIP").equals("None");
        if (ports.isEmpty() && !isHeadless && !Json.text(spec, "type").equals("ExternalName")) {
            required("spec.ports", "");
        }
        var names = new HashSet<String>();
        for (var i = 0; i < ports.size(); i++) {
            var place = "spec.ports[" + i + "]";
            port(ports.get(i).path("port").asLong(), place + ".port", false);
            if (ports.get(i).path("targetPort").isNumber()) {
                port(ports.get(i).path("targetPort").asLong(), place + ".targetPort", false);
            }
            var name = Json.text(ports.get(i), "name");
            if (name.isEmpty() && ports.size() > 1) {
                required(place + ".name", "");
            } else if (!name.isEmpty() && !names.add(name)) {
                add("FieldValueDuplicate", place + ".name", "Duplicate value: " + Json.quote(name));
            }
        }
    }

    private void port(long port, String path, boolean isMissing) {
        if (isMissing) {
            required(path, "");
        } else if (port < 1 || port > 65535) {
            add("FieldValueInvalid", path,
                    "Invalid value: %d: must be between 1 and 65535, inclusive".formatted(port));
        }
    }

    private void event(JsonNode event) {
        var given = Json.text(event, "involvedObject", "namespace");
        var isNowhere = given.isEmpty() && Json.namespace(event).equals("default");
        if (!isNowhere && !given.equals(Json.namespace(event))) {
            causes.add(Names.invalid("involvedObject.namespace", given, "does not match event.namespace"));
        }
    }

    private void secret(JsonNode secret, JsonNode old) {
        if (old != null && !Json.text(old, "type").equals(Json.text(secret, "type"))) {
            add("FieldValueInvalid", "type",
                    "Invalid value: %s: field is immutable".formatted(Json.quote(Json.text(secret, "type"))));
        }
        immutable(secret, old, "data");
    }

    private void immutable(JsonNode object, JsonNode old, String field) {
        if (old != null && old.path("immutable").asBoolean() && !old.path(field).equals(object.path(field))) {
            add("FieldValueForbidden", field, "Forbidden: field is immutable when `immutable` is set");
        }
    }

    private void roleBinding(JsonNode binding, JsonNode old) {
        var role = binding.path("roleRef");
        if (Json.text(role, "name").isEmpty()) {
            required("roleRef.name", "");
        }
        if (!List.of("Role", "ClusterRole").contains(Json.text(role, "kind"))) {
            add("FieldValueNotSupported", "roleRef.kind",
                    "Unsupported value: %s: supported values: \"Role\", \"ClusterRole\""
                            .formatted(Json.quote(Json.text(role, "kind"))));
        }
        if (old != null && !old.path("roleRef").equals(role)) {
            add("FieldValueInvalid", "roleRef",
                    "Invalid value: {\"APIGroup\":%s,\"Kind\":%s,\"Name\":%s}: cannot change roleRef".formatted(
                            role.path("apiGroup"),
                            role.path("kind"), role.path("name")));
        }
    }

    static void checkBase64(ResourceType type, JsonNode object) {
        for (var entry : object.path(type.is("", "secrets") ? "data" : "binaryData").properties()) {
            try {
                Base64.getDecoder().decode(entry.getValue().asText());
            } catch (IllegalArgumentException e) {
                var valid = java.util.regex.Pattern.compile("[A-Za-z0-9+/]*").matcher(entry.getValue().asText());
                throw StatusError.badRequest(Admission.cannotHandle(type) + "illegal base64 data at input byte "
                        + (valid.lookingAt() ? valid.end() : 0));
            }
        }
    }

    private void required(String path, String message) {
        add("FieldValueRequired", path, "Required value" + (message.isEmpty() ? "" : ": " + message));
    }

    private void add(String reason, String path, String message) {
        causes.add(new StatusError.Cause(reason, message, path));
    }
}
