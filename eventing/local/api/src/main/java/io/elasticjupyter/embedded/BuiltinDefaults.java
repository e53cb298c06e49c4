package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/** Defaults of the built-in kinds, as far as users and controllers see them. */
final class BuiltinDefaults {

    private static final Set<String> WITH_GENERATION = Set.of("pods", "deployments.apps", "replicasets.apps",
            "statefulsets.apps", "daemonsets.apps", "jobs.batch", "cronjobs.batch", "ingresses.networking.k8s.io",
            "networkpolicies.networking.k8s.io", "poddisruptionbudgets.policy", "endpointslices.discovery.k8s.io",
            "customresourcedefinitions.apiextensions.k8s.io");

    private BuiltinDefaults() {}

    static boolean hasGeneration(ResourceType type) {
        return type.isCustom() || WITH_GENERATION.contains(type.store());
    }

    static void fill(ResourceType type, ObjectNode object) {
        var spec = object.path("spec") instanceof ObjectNode found ? found : Json.object();
        switch (type.store()) {
            case "pods" -> {
                podSpec(spec);
                Json.setDefault(spec, "enableServiceLinks", true);
            }
            case "deployments.apps" -> deployment(spec);
            case "replicasets.apps" -> {
                Json.setDefault(spec, "replicas", 1);
                template(spec);
            }
            case "statefulsets.apps" -> statefulSet(spec);
            case "daemonsets.apps" -> {
                template(spec);
                Json.setDefault(spec, "revisionHistoryLimit", 10);
                rollingUpdate(spec, "updateStrategy", "maxUnavailable", Json.parse("1"));
            }
            case "jobs.batch" -> job(spec);
            case "cronjobs.batch" -> {
                Json.setDefault(spec, "concurrencyPolicy", "Allow");
                Json.setDefault(spec, "suspend", false);
                Json.setDefault(spec, "successfulJobsHistoryLimit", 3);
                Json.setDefault(spec, "failedJobsHistoryLimit", 1);
                if (Json.at(spec, "jobTemplate", "spec", "template") instanceof ObjectNode template) {
                    template(Json.object().set("template", template));
                }
            }
            case "services" -> service(spec);
            case "secrets" -> secret(object);
            case "persistentvolumeclaims" -> Json.setDefault(spec, "volumeMode", "Filesystem");
            case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io" ->
                roleBinding(object);
            case "namespaces" -> {
                Json.setDefault(Json.child(Json.metadata(object), "labels"), "kubernetes.io/metadata.name",
                        Json.name(object));
            }
            case "customresourcedefinitions.apiextensions.k8s.io" -> CustomResources.fillDefaults(spec);
            default -> {
            }
        }
    }

    /** What the server decides when an object is created; nobody owns these fields. */
    static void fillOnCreate(ResourceType type, ObjectNode object, AddressPool addresses) {
        switch (type.store()) {
            case "pods" -> {
                var status = Json.child(object, "status");
                status.removeAll();
                status.put("phase", "Pending").put("qosClass", qosClass(object));
                var spec = Json.child(object, "spec");
                Json.setDefault(spec, "preemptionPolicy", "PreemptLowerPriority");
                Json.setDefault(spec, "priority", 0);
                tolerateLostNodes(spec);
            }
            case "namespaces" -> {
                Json.child(object, "spec").putArray("finalizers").add("kubernetes");
                Json.child(object, "status").put("phase", "Active");
            }
            case "services" -> addresses.assign(object);
            case "persistentvolumeclaims" -> Json.child(object, "status").put("phase", "Pending");
            case "customresourcedefinitions.apiextensions.k8s.io" -> CustomResources.establish(object);
            case "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch",
                    "cronjobs.batch", "poddisruptionbudgets.policy" ->
                Json.child(object, "status");
            default -> {
            }
        }
        if (object.path("status").isEmpty() && object.has("status") && type.store().equals("replicasets.apps")) {
            Json.child(object, "status").put("replicas", 0L);
        }
    }

    private static void tolerateLostNodes(ObjectNode spec) {
        var tolerations = spec.path("tolerations") instanceof ArrayNode found ? found : spec.putArray("tolerations");
        for (var taint : new String[]{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
            if (tolerations.valueStream().noneMatch(t -> Json.text(t, "key").equals(taint))) {
                tolerations.addObject().put("key", taint).put("operator", "Exists").put("effect", "NoExecute")
                        .put("tolerationSeconds", 300L);
            }
        }
    }

    private static String qosClass(JsonNode pod) {
        var all = true;
        var any = false;
        for (var container : Json.at(pod, "spec", "containers")) {
            var limits = Json.at(container, "resources", "limits");
            any |= !limits.isEmpty() || !Json.at(container, "resources", "requests").isEmpty();
            var requests = Json.at(container, "resources", "requests");
            all &= limits.has("cpu") && limits.has("memory") && (requests.isEmpty() || requests.equals(limits));
        }
        return any ? all ? "Guaranteed" : "Burstable" : "BestEffort";
    }

    private static void deployment(ObjectNode spec) {
        Json.setDefault(spec, "progressDeadlineSeconds", 600);
        Json.setDefault(spec, "replicas", 1);
        Json.setDefault(spec, "revisionHistoryLimit", 10);
        var strategy = Json.child(spec, "strategy");
        Json.setDefault(strategy, "type", "RollingUpdate");
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            var rolling = Json.child(strategy, "rollingUpdate");
            Json.setDefault(rolling, "maxSurge", "25%");
            Json.setDefault(rolling, "maxUnavailable", "25%");
        }
        template(spec);
    }

    private static void statefulSet(ObjectNode spec) {
        Json.setDefault(spec, "replicas", 1);
        Json.setDefault(spec, "revisionHistoryLimit", 10);
        Json.setDefault(spec, "podManagementPolicy", "OrderedReady");
        rollingUpdate(spec, "updateStrategy", "partition", Json.parse("0"));
        template(spec);
    }

    private static void rollingUpdate(ObjectNode spec, String field, String setting, JsonNode value) {
        var strategy = Json.child(spec, field);
        Json.setDefault(strategy, "type", "RollingUpdate");
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            Json.setDefault(Json.child(strategy, "rollingUpdate"), setting, value);
        }
    }

    private static void job(ObjectNode spec) {
        Json.setDefault(spec, "backoffLimit", 6);
        Json.setDefault(spec, "completionMode", "NonIndexed");
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1L);
        }
        Json.setDefault(spec, "parallelism", 1);
        Json.setDefault(spec, "podReplacementPolicy", "TerminatingOrFailed");
        Json.setDefault(spec, "suspend", false);
        template(spec);
    }

    private static void template(ObjectNode spec) {
        if (spec.path("template") instanceof ObjectNode template) {
            podSpec(Json.child(template, "spec"));
        }
    }

    private static void podSpec(ObjectNode spec) {
        Json.setDefault(spec, "restartPolicy", "Always");
        Json.setDefault(spec, "dnsPolicy", "ClusterFirst");
        Json.setDefault(spec, "terminationGracePeriodSeconds", 30);
        Json.setDefault(spec, "schedulerName", "default-scheduler");
        Json.setDefault(spec, "securityContext", Json.object());
        if (!Json.text(spec, "serviceAccountName").isEmpty()) {
            spec.set("serviceAccount", spec.get("serviceAccountName"));
        }
        Json.eachObject(spec.path("containers"), BuiltinDefaults::container);
        Json.eachObject(spec.path("initContainers"), BuiltinDefaults::container);
        Json.eachObject(spec.path("volumes"), BuiltinDefaults::volume);
    }

    private static void container(ObjectNode container) {
        Json.setDefault(container, "terminationMessagePath", "/dev/termination-log");
        Json.setDefault(container, "terminationMessagePolicy", "File");
        Json.setDefault(container, "resources", Json.object());
        var image = Json.text(container, "image");
        var tag = image.substring(image.lastIndexOf('/') + 1);
        Json.setDefault(container, "imagePullPolicy",
                !tag.contains(":") && !tag.contains("@") || tag.endsWith(":latest") ? "Always" : "IfNotPresent");
        Json.eachObject(container.path("ports"), port -> Json.setDefault(port, "protocol", "TCP"));
        Json.eachObject(container.path("env"), env -> {
            if (Json.at(env, "valueFrom", "fieldRef") instanceof ObjectNode ref) {
                Json.setDefault(ref, "apiVersion", "v1");
            }
        });
        for (var probe : new String[]{"livenessProbe", "readinessProbe", "startupProbe"}) {
            if (container.path(probe) instanceof ObjectNode found) {
                probe(found);
            }
        }
    }

    private static void probe(ObjectNode probe) {
        Json.setDefault(probe, "timeoutSeconds", 1);
        Json.setDefault(probe, "periodSeconds", 10);
        Json.setDefault(probe, "successThreshold", 1);
        Json.setDefault(probe, "failureThreshold", 3);
        if (probe.path("httpGet") instanceof ObjectNode get) {
            Json.setDefault(get, "scheme", "HTTP");
            Json.setDefault(get, "path", "/");
        }
    }

    private static void volume(ObjectNode volume) {
        for (var source : new String[]{"configMap", "secret", "downwardAPI", "projected"}) {
            if (volume.path(source) instanceof ObjectNode found) {
                Json.setDefault(found, "defaultMode", 420);
            }
        }
        if (volume.path("hostPath") instanceof ObjectNode path && !path.has("type")) {
            path.put("type", "");
        }
        if (volume.size() == 1) {
            volume.putObject("emptyDir");
        }
    }

    private static void service(ObjectNode spec) {
        Json.setDefault(spec, "type", "ClusterIP");
        Json.setDefault(spec, "sessionAffinity", "None");
        if (!Json.text(spec, "type").equals("ExternalName")) {
            Json.setDefault(spec, "internalTrafficPolicy", "Cluster");
        }
        Json.eachObject(spec.path("ports"), port -> {
            Json.setDefault(port, "protocol", "TCP");
            Json.setDefault(port, "targetPort", port.path("port"));
        });
    }

    private static void secret(ObjectNode secret) {
        Json.setDefault(secret, "type", "Opaque");
        for (var entry : secret.path("stringData").properties()) {
            Json.child(secret, "data").put(entry.getKey(), Base64.getEncoder()
                    .encodeToString(entry.getValue().asText().getBytes(StandardCharsets.UTF_8)));
        }
        secret.remove("stringData");
    }

    private static void roleBinding(ObjectNode binding) {
        if (binding.path("roleRef") instanceof ObjectNode role) {
            Json.setDefault(role, "apiGroup", "rbac.authorization.k8s.io");
        }
        Json.eachObject(binding.path("subjects"), subject -> {
            var kind = Json.text(subject, "kind");
            if (kind.equals("User") || kind.equals("Group")) {
                Json.setDefault(subject, "apiGroup", "rbac.authorization.k8s.io");
            }
        });
    }
}
