package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

final class PodKind extends BuiltinKind {

    PodKind() {
        super(Served.namespaced("", "pods", Pod.class).shortNames("po").categories("all").subresources("status")
                .selectable("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                        "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.text("Ready", PodKind::ready),
                Column.text("Status", PodKind::status), Column.text("Restarts", PodKind::restarts), Column.age(),
                Column.wide("IP", o -> orNone(JsonTrees.text(o, "status", "podIP"))),
                Column.wide("Node", o -> orNone(JsonTrees.text(o, "spec", "nodeName"))),
                Column.wide("Nominated Node", o -> orNone(JsonTrees.text(o, "status", "nominatedNodeName"))),
                Column.wide("Readiness Gates", o -> NONE));
    }

    private static String ready(JsonNode pod) {
        var statuses = JsonTrees.at(pod, "status", "containerStatuses");
        var ready = statuses.valueStream().filter(s -> s.path("ready").asBoolean()).count();
        return ready + "/" + JsonTrees.at(pod, "spec", "containers").size();
    }

    private static String status(JsonNode pod) {
        var shown = JsonTrees.text(pod, "status", "reason");
        if (shown.isEmpty()) {
            shown = JsonTrees.text(pod, "status", "phase");
        }
        for (var status : JsonTrees.at(pod, "status", "containerStatuses")) {
            var waiting = JsonTrees.text(status, "state", "waiting", "reason");
            var terminated = JsonTrees.at(status, "state", "terminated");
            if (!waiting.isEmpty()) {
                shown = waiting;
            } else if (!terminated.isMissingNode()) {
                shown = terminated.path("reason").asText("ExitCode:" + terminated.path("exitCode").asLong());
            }
        }
        return JsonTrees.isMarkedForDeletion(pod) ? "Terminating" : shown;
    }

    private static String restarts(JsonNode pod) {
        return String.valueOf(JsonTrees.at(pod, "status", "containerStatuses").valueStream()
                .mapToLong(s -> s.path("restartCount").asLong()).sum());
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public boolean isReturnedWhenDeleted() {
        return true;
    }

    @Override
    public void checkReadable(ResourceType type, JsonNode object) {
        Resources.checkReadable(type, object.path("spec"));
    }

    @Override
    public void fillDefaults(ObjectNode pod) {
        PodSpecDefaults.fill(spec(pod));
        JsonTrees.setDefault(spec(pod), "enableServiceLinks", true);
        JsonTrees.eachObject(spec(pod).path("containers"), Resources::requestLimits);
        JsonTrees.eachObject(spec(pod).path("initContainers"), Resources::requestLimits);
    }

    @Override
    public void fillOnCreate(ObjectNode pod) {
        var status = JsonTrees.child(pod, "status");
        status.removeAll();
        status.put("phase", "Pending").put("qosClass", Resources.qosClass(pod.path("spec")));
        var spec = spec(pod);
        JsonTrees.setDefault(spec, "preemptionPolicy", "PreemptLowerPriority");
        JsonTrees.setDefault(spec, "priority", 0);
        tolerateLostNodes(spec);
    }

    private static void tolerateLostNodes(ObjectNode spec) {
        var tolerations = spec.path("tolerations") instanceof ArrayNode found ? found : spec.putArray("tolerations");
        for (var taint : List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")) {
            if (tolerations.valueStream().noneMatch(t -> JsonTrees.text(t, "key").equals(taint))) {
                tolerations.addObject().put("key", taint).put("operator", "Exists").put("effect", "NoExecute")
                        .put("tolerationSeconds", 300L);
            }
        }
    }

    @Override
    public void check(JsonNode pod, JsonNode old, Violations violations) {
        new PodSpecCheck(pod.path("spec"), "spec", violations).run();
        if (old != null && !frozen(pod.path("spec")).equals(frozen(old.path("spec")))) {
            violations.forbidden("spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
                            + "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be "
                            + "set to 1 if it was previously negative)");
        }
    }

    /** Of a pod that exists only images, tolerations and deadlines may change. */
    private static JsonNode frozen(JsonNode spec) {
        ObjectNode copy = spec.deepCopy();
        copy.remove(List.of("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName",
                "ephemeralContainers", "schedulingGates"));
        JsonTrees.eachObject(copy.path("containers"), container -> container.remove("image"));
        JsonTrees.eachObject(copy.path("initContainers"), container -> container.remove("image"));
        return copy;
    }
}
