package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Names;
import io.embeddedkubernetes.resource.Violations;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the pods in Pods and in Deployments for the mistakes that users make; a real server checks more. */
final class PodSpecCheck {

    private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[ -<>-~]+");
    private static final List<String> SOURCES_OF_VALUES = List.of("fieldRef", "resourceFieldRef", "configMapKeyRef",
            "secretKeyRef", "fileKeyRef");
    private static final List<String> PROBE_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");

    /** Volume sources to the field that each needs. */
    private static final Map<String, String> NEEDED = Map.of("secret", "secretName", "configMap", "name",
            "persistentVolumeClaim", "claimName", "hostPath", "path");

    private final JsonNode spec;
    private final String path;
    private final Violations violations;
    private final Set<String> volumes = new HashSet<>();
    private final Set<String> containers = new HashSet<>();

    PodSpecCheck(JsonNode spec, String path, Violations violations) {
        this.spec = spec;
        this.path = path;
        this.violations = violations;
    }

    void run() {
        for (var i = 0; i < spec.path("volumes").size(); i++) {
            volume(spec.path("volumes").get(i), path + ".volumes[" + i + "]");
        }
        if (spec.path("containers").isEmpty()) {
            violations.required(path + ".containers");
        }
        containers("containers");
        containers("initContainers");
        if (spec.has("restartPolicy")) {
            violations.oneOf(path + ".restartPolicy", spec.path("restartPolicy"), "Always", "OnFailure", "Never");
        }
        if (spec.has("dnsPolicy")) {
            violations.oneOf(path + ".dnsPolicy", spec.path("dnsPolicy"), "ClusterFirstWithHostNet", "ClusterFirst",
                    "Default", "None");
        }
        Names.validateLabels(spec.path("nodeSelector"), path + ".nodeSelector", violations);
        var account = JsonTrees.text(spec, "serviceAccountName");
        if (!account.isEmpty()) {
            Names.checkSubdomain(path + ".serviceAccountName", account, violations);
        }
    }

    private void volume(JsonNode volume, String place) {
        var name = JsonTrees.text(volume, "name");
        var sources = volume.properties().stream().map(Map.Entry::getKey).filter(key -> !key.equals("name")).toList();
        for (var i = 1; i < sources.size(); i++) {
            violations.forbidden(place + "." + sources.get(i), "may not specify more than 1 volume type");
        }
        var isSound = sources.size() == 1;
        if (name.isEmpty()) {
            violations.required(place + ".name");
        } else if (!Names.checkLabelName(place + ".name", name, violations)) {
            isSound = false;
        } else if (volumes.contains(name)) {
            violations.duplicate(place + ".name", name);
        }
        if (sources.size() == 1 && NEEDED.containsKey(sources.getFirst())) {
            var needed = NEEDED.get(sources.getFirst());
            if (JsonTrees.text(volume, sources.getFirst(), needed).isEmpty()) {
                violations.required(place + "." + sources.getFirst() + "." + needed);
                isSound = false;
            }
        }
        if (isSound) {
            volumes.add(name);
        }
    }

    private void containers(String field) {
        for (var i = 0; i < spec.path(field).size(); i++) {
            container(spec.path(field).get(i), path + "." + field + "[" + i + "]", field.equals("initContainers"));
        }
    }

    private void container(JsonNode container, String place, boolean isInit) {
        var name = JsonTrees.text(container, "name");
        if (name.isEmpty()) {
            violations.required(place + ".name");
        } else {
            Names.checkLabelName(place + ".name", name, violations);
        }
        if (!isInit) {
            unique(name, place);
        }
        if (JsonTrees.text(container, "image").isEmpty()) {
            violations.required(place + ".image");
        }
        for (var j = 0; j < container.path("ports").size(); j++) {
            port(container.path("ports").get(j), place + ".ports[" + j + "]");
        }
        for (var j = 0; j < container.path("env").size(); j++) {
            environment(container.path("env").get(j), place + ".env[" + j + "]");
        }
        mounts(container.path("volumeMounts"), place + ".volumeMounts");
        for (var probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.has(probe) && PROBE_HANDLERS.stream().noneMatch(container.path(probe)::has)) {
                violations.required(place + "." + probe, "must specify a handler type");
            }
        }
        violations.oneOf(place + ".imagePullPolicy", container.path("imagePullPolicy"), "Always", "IfNotPresent",
                "Never");
        Resources.check(container.path("resources"), place + ".resources", violations);
        if (isInit) {
            unique(name, place);
        }
    }

    private void unique(String name, String place) {
        if (!name.isEmpty() && !containers.add(name)) {
            violations.duplicate(place + ".name", name);
        }
    }

    private void port(JsonNode port, String place) {
        if (port.has("name")) {
            Names.checkPortName(place + ".name", JsonTrees.text(port, "name"), violations);
        }
        var number = port.path("containerPort").asLong();
        if (number == 0) {
            violations.required(place + ".containerPort");
        } else {
            violations.port(place + ".containerPort", number);
        }
        violations.oneOf(place + ".protocol", port.path("protocol"), "SCTP", "TCP", "UDP");
    }

    private void environment(JsonNode variable, String place) {
        var name = JsonTrees.text(variable, "name");
        if (name.isEmpty()) {
            violations.required(place + ".name");
        } else if (!ENVIRONMENT_NAME.matcher(name).matches()) {
            violations.invalid(place + ".name", name,
                    "a valid environment variable name must consist only of printable ASCII characters other than '='");
        }
        if (!variable.has("valueFrom")) {
            return;
        }
        var from = variable.path("valueFrom");
        if (SOURCES_OF_VALUES.stream().noneMatch(from::has)) {
            violations.invalid(place + ".valueFrom", "", "must specify one of: `fieldRef`, `resourceFieldRef`, "
                    + "`configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        } else if (!JsonTrees.text(variable, "value").isEmpty()) {
            violations.invalid(place + ".valueFrom", "", "may not be specified when `value` is not empty");
        }
        for (var source : List.of("configMapKeyRef", "secretKeyRef")) {
            if (from.has(source) && JsonTrees.text(from, source, "key").isEmpty()) {
                violations.required(place + ".valueFrom." + source + ".key");
            }
        }
    }

    private void mounts(JsonNode mounts, String place) {
        var paths = new HashSet<String>();
        for (var j = 0; j < mounts.size(); j++) {
            var name = JsonTrees.text(mounts.get(j), "name");
            var mountPath = JsonTrees.text(mounts.get(j), "mountPath");
            if (name.isEmpty()) {
                violations.required(place + "[" + j + "].name");
            } else if (!volumes.contains(name)) {
                violations.notFound(place + "[" + j + "].name", name);
            }
            if (mountPath.isEmpty()) {
                violations.required(place + "[" + j + "].mountPath");
            } else if (!paths.add(mountPath)) {
                violations.invalid(place + "[" + j + "].mountPath", mountPath, "must be unique");
            }
        }
    }
}
