package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Defaults of the pods in Pods and in Deployments. */
final class PodSpecDefaults {

    private PodSpecDefaults() {}

    static void fill(ObjectNode spec) {
        Json.setDefault(spec, "restartPolicy", "Always");
        Json.setDefault(spec, "dnsPolicy", "ClusterFirst");
        Json.setDefault(spec, "terminationGracePeriodSeconds", 30);
        Json.setDefault(spec, "schedulerName", "default-scheduler");
        Json.setDefault(spec, "securityContext", Json.object());
        if (!Json.text(spec, "serviceAccountName").isEmpty()) {
            spec.set("serviceAccount", spec.get("serviceAccountName"));
        }
        Json.eachObject(spec.path("containers"), PodSpecDefaults::container);
        Json.eachObject(spec.path("initContainers"), PodSpecDefaults::container);
        Json.eachObject(spec.path("volumes"), PodSpecDefaults::volume);
    }

    private static void container(ObjectNode container) {
        Json.setDefault(container, "terminationMessagePath", "/dev/termination-log");
        Json.setDefault(container, "terminationMessagePolicy", "File");
        Json.setDefault(container, "resources", Json.object());
        Resources.fillDefaults(Json.child(container, "resources"));
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
        for (var probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
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
        for (var source : List.of("configMap", "secret", "downwardAPI", "projected")) {
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
}
