package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.List;

/** Defaults of the pods in Pods and in Deployments. */
final class PodSpecDefaults {

    private PodSpecDefaults() {}

    static void fill(ObjectNode spec) {
        JsonTrees.setDefault(spec, "restartPolicy", "Always");
        JsonTrees.setDefault(spec, "dnsPolicy", "ClusterFirst");
        JsonTrees.setDefault(spec, "terminationGracePeriodSeconds", 30);
        JsonTrees.setDefault(spec, "schedulerName", "default-scheduler");
        JsonTrees.setDefault(spec, "securityContext", JsonTrees.object());
        if (!JsonTrees.text(spec, "serviceAccountName").isEmpty()) {
            spec.set("serviceAccount", spec.get("serviceAccountName"));
        }
        JsonTrees.eachObject(spec.path("containers"), PodSpecDefaults::container);
        JsonTrees.eachObject(spec.path("initContainers"), PodSpecDefaults::container);
        JsonTrees.eachObject(spec.path("volumes"), PodSpecDefaults::volume);
    }

    private static void container(ObjectNode container) {
        JsonTrees.setDefault(container, "terminationMessagePath", "/dev/termination-log");
        JsonTrees.setDefault(container, "terminationMessagePolicy", "File");
        JsonTrees.setDefault(container, "resources", JsonTrees.object());
        Resources.fillDefaults(JsonTrees.child(container, "resources"));
        var image = JsonTrees.text(container, "image");
        var tag = image.substring(image.lastIndexOf('/') + 1);
        JsonTrees.setDefault(container, "imagePullPolicy",
                !tag.contains(":") && !tag.contains("@") || tag.endsWith(":latest") ? "Always" : "IfNotPresent");
        JsonTrees.eachObject(container.path("ports"), port -> JsonTrees.setDefault(port, "protocol", "TCP"));
        JsonTrees.eachObject(container.path("env"), env -> {
            if (JsonTrees.at(env, "valueFrom", "fieldRef") instanceof ObjectNode ref) {
                JsonTrees.setDefault(ref, "apiVersion", "v1");
            }
        });
        for (var probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.path(probe) instanceof ObjectNode found) {
                probe(found);
            }
        }
    }

    private static void probe(ObjectNode probe) {
        JsonTrees.setDefault(probe, "timeoutSeconds", 1);
        JsonTrees.setDefault(probe, "periodSeconds", 10);
        JsonTrees.setDefault(probe, "successThreshold", 1);
        JsonTrees.setDefault(probe, "failureThreshold", 3);
        if (probe.path("httpGet") instanceof ObjectNode get) {
            JsonTrees.setDefault(get, "scheme", "HTTP");
            JsonTrees.setDefault(get, "path", "/");
        }
    }

    private static void volume(ObjectNode volume) {
        for (var source : List.of("configMap", "secret", "downwardAPI", "projected")) {
            if (volume.path(source) instanceof ObjectNode found) {
                JsonTrees.setDefault(found, "defaultMode", 420);
            }
        }
        if (volume.path("hostPath") instanceof ObjectNode path && !path.has("type")) {
            path.put("type", "");
        }
        if (volume.size() == 1) {
            volume.putObject("emptyDir");
        }
    }
}
