package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code kubectl get} shows of the built-in kinds. */
final class BuiltinColumns {

    private static final String NONE = "<none>";

    private BuiltinColumns() {}

    static List<Column> of(String store) {
        var columns = new ArrayList<Column>();
        if (!store.equals("events")) {
            columns.add(Column.nameOfObject());
        }
        columns.addAll(middle(store));
        if (!List.of("events", "customresourcedefinitions.apiextensions.k8s.io",
                "clusterroles.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io").contains(store)) {
            columns.add(Column.age());
        }
        columns.addAll(wide(store));
        return List.copyOf(columns);
    }

    private static List<Column> middle(String store) {
        return switch (store) {
            case "pods" -> List.of(Column.text("Ready", BuiltinColumns::podReady),
                    Column.text("Status", BuiltinColumns::podStatus),
                    Column.text("Restarts", BuiltinColumns::podRestarts));
            case "deployments.apps" -> List.of(
                    Column.text("Ready", o -> count(o, "status", "readyReplicas") + "/" + count(o, "spec", "replicas")),
                    Column.number("Up-to-date", o -> count(o, "status", "updatedReplicas")),
                    Column.number("Available", o -> count(o, "status", "availableReplicas")));
            case "replicasets.apps" -> List.of(Column.number("Desired", o -> count(o, "spec", "replicas")),
                    Column.number("Current", o -> count(o, "status", "replicas")),
                    Column.number("Ready", o -> count(o, "status", "readyReplicas")));
            case "statefulsets.apps" -> List.of(
                    Column.text("Ready",
                            o -> count(o, "status", "readyReplicas") + "/" + count(o, "spec", "replicas")));
            case "daemonsets.apps" -> List.of(
                    Column.number("Desired", o -> count(o, "status", "desiredNumberScheduled")),
                    Column.number("Current", o -> count(o, "status", "currentNumberScheduled")),
                    Column.number("Ready", o -> count(o, "status", "numberReady")),
                    Column.number("Up-to-date", o -> count(o, "status", "updatedNumberScheduled")),
                    Column.number("Available", o -> count(o, "status", "numberAvailable")), Column.text("Node Selector",
                            o -> pairs(Json.at(o, "spec", "template", "spec", "nodeSelector"))));
            case "services" -> List.of(Column.text("Type", o -> Json.text(o, "spec", "type")),
                    Column.text("Cluster-IP", o -> orNone(Json.text(o, "spec", "clusterIP"))),
                    Column.text("External-IP", BuiltinColumns::externalIp),
                    Column.text("Port(s)", BuiltinColumns::servicePorts));
            case "secrets" -> List.of(Column.text("Type", o -> Json.text(o, "type")),
                    Column.text("Data", o -> String.valueOf(o.path("data").size())));
            case "configmaps" ->
                List.of(Column.text("Data", o -> String.valueOf(o.path("data").size() + o.path("binaryData").size())));
            case "serviceaccounts" -> List.of(Column.number("Secrets", o -> (long) o.path("secrets").size()));
            case "namespaces" -> List.of(Column.text("Status", o -> Json.text(o, "status", "phase")));
            case "nodes" -> List.of(Column.text("Status", BuiltinColumns::nodeStatus),
                    Column.text("Roles", BuiltinColumns::nodeRoles),
                    Column.text("Version", o -> Json.text(o, "status", "nodeInfo", "kubeletVersion")));
            case "persistentvolumeclaims" -> List.of(Column.text("Status", o -> Json.text(o, "status", "phase")),
                    Column.text("Volume", o -> Json.text(o, "spec", "volumeName")),
                    Column.text("Capacity", o -> Json.text(o, "status", "capacity", "storage")),
                    Column.text("Access Modes", o -> join(Json.at(o, "status", "accessModes"))),
                    Column.text("StorageClass", o -> Json.text(o, "spec", "storageClassName")));
            case "events" -> List.of(Column.text("Last Seen", BuiltinColumns::eventLastSeen),
                    Column.text("Type", o -> Json.text(o, "type")), Column.text("Reason", o -> Json.text(o, "reason")),
                    Column.text("Object", BuiltinColumns::eventObject),
                    Column.wide("Subobject", o -> Json.text(o, "involvedObject", "fieldPath")), Column
                            .wide("Source",
                                    o -> Json.text(o, "source", "component").isEmpty()
                                            ? Json.text(o, "reportingComponent")
                                            : Json.text(o, "source", "component")),
                    Column.text("Message", o -> Json.text(o, "message").strip()));
            case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io" ->
                List.of(Column.text("Role",
                        o -> Json.text(o, "roleRef", "kind") + "/" + Json.text(o, "roleRef", "name")));
            case "clusterroles.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io",
                    "customresourcedefinitions.apiextensions.k8s.io" ->
                List.of(Column.text("Created At", o -> Json.text(o, "metadata", "creationTimestamp")));
            case "jobs.batch" -> List.of(Column.text("Status", BuiltinColumns::jobStatus),
                    Column.text("Completions", BuiltinColumns::jobCompletions),
                    Column.text("Duration", BuiltinColumns::jobDuration));
            case "cronjobs.batch" -> List.of(Column.text("Schedule", o -> Json.text(o, "spec", "schedule")),
                    Column.text("Timezone", o -> orNone(Json.text(o, "spec", "timeZone"))),
                    Column.text("Suspend", o -> capital(Json.at(o, "spec", "suspend").asBoolean())),
                    Column.number("Active", o -> (long) Json.at(o, "status", "active").size()), Column
                            .text("Last Schedule", o -> Json.text(o, "status", "lastScheduleTime").isEmpty()
                                    ? NONE
                                    : Age.since(Json.text(o, "status", "lastScheduleTime"))));
            case "leases.coordination.k8s.io" ->
                List.of(Column.text("Holder", o -> Json.text(o, "spec", "holderIdentity")));
            case "ingresses.networking.k8s.io" -> List.of(
                    Column.text("Class", o -> orNone(Json.text(o, "spec", "ingressClassName"))),
                    Column.text("Hosts", BuiltinColumns::ingressHosts), Column.text("Address", o -> ""),
                    Column.text("Ports", o -> Json.at(o, "spec", "tls").isEmpty() ? "80" : "80, 443"));
            case "networkpolicies.networking.k8s.io" -> List.of(
                    Column.text("Pod-Selector", o -> pairs(Json.at(o, "spec", "podSelector", "matchLabels"))));
            default -> List.of();
        };
    }

    private static List<Column> wide(String store) {
        return switch (store) {
            case "pods" -> List.of(Column.wide("IP", o -> orNone(Json.text(o, "status", "podIP"))),
                    Column.wide("Node", o -> orNone(Json.text(o, "spec", "nodeName"))),
                    Column.wide("Nominated Node", o -> orNone(Json.text(o, "status", "nominatedNodeName"))),
                    Column.wide("Readiness Gates", o -> NONE));
            case "deployments.apps", "replicasets.apps", "daemonsets.apps" ->
                List.of(Column.wide("Containers", o -> containers(o, "name")),
                        Column.wide("Images", o -> containers(o, "image")), Column.wide("Selector",
                                o -> pairs(Json.at(o, "spec", "selector", "matchLabels"))));
            case "statefulsets.apps" -> List.of(Column.wide("Containers", o -> containers(o, "name")),
                    Column.wide("Images", o -> containers(o, "image")));
            case "services" -> List.of(Column.wide("Selector", o -> pairs(Json.at(o, "spec", "selector"))));
            case "events" -> List.of(
                    Column.wide("First Seen", o -> Age.since(firstOf(o, "firstTimestamp", "eventTime"))),
                    Column.wide("Count", o -> String.valueOf(Math.max(1, o.path("count").asLong(1)))),
                    Column.wide("Name", Json::name));
            default -> List.of();
        };
    }

    private static String containers(JsonNode object, String field) {
        return Json.at(object, "spec", "template", "spec", "containers").valueStream().map(c -> c.path(field).asText())
                .collect(Collectors.joining(","));
    }

    private static long count(JsonNode object, String... path) {
        return Json.at(object, path).asLong();
    }

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    private static String capital(boolean value) {
        return value ? "True" : "False";
    }

    private static String join(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.joining(","));
    }

    private static String pairs(JsonNode map) {
        return orNone(map.properties().stream().map(e -> e.getKey() + "=" + e.getValue().asText())
                .collect(Collectors.joining(",")));
    }

    private static String podReady(JsonNode pod) {
        var statuses = Json.at(pod, "status", "containerStatuses");
        var ready = statuses.valueStream().filter(s -> s.path("ready").asBoolean()).count();
        return ready + "/" + Json.at(pod, "spec", "containers").size();
    }

    private static String podStatus(JsonNode pod) {
        var shown = Json.text(pod, "status", "reason");
        if (shown.isEmpty()) {
            shown = Json.text(pod, "status", "phase");
        }
        for (var status : Json.at(pod, "status", "containerStatuses")) {
            var waiting = Json.text(status, "state", "waiting", "reason");
            var terminated = Json.at(status, "state", "terminated");
            if (!waiting.isEmpty()) {
                shown = waiting;
            } else if (!terminated.isMissingNode()) {
                shown = terminated.path("reason").asText("ExitCode:" + terminated.path("exitCode").asLong());
            }
        }
        return Json.isMarkedForDeletion(pod) ? "Terminating" : shown;
    }

    private static String podRestarts(JsonNode pod) {
        return String.valueOf(Json.at(pod, "status", "containerStatuses").valueStream()
                .mapToLong(s -> s.path("restartCount").asLong()).sum());
    }

    private static String externalIp(JsonNode service) {
        var ips = join(Json.at(service, "spec", "externalIPs"));
        return switch (Json.text(service, "spec", "type")) {
            case "ExternalName" -> Json.text(service, "spec", "externalName");
            case "LoadBalancer" -> {
                var ingress = Json.at(service, "status", "loadBalancer", "ingress").valueStream()
                        .map(i -> i.path("ip").asText(i.path("hostname").asText())).collect(Collectors.joining(","));
                yield ingress.isEmpty() && ips.isEmpty() ? "<pending>" : ingress + ips;
            }
            default -> orNone(ips);
        };
    }

    private static String servicePorts(JsonNode service) {
        return orNone(Json.at(service, "spec", "ports").valueStream().map(port -> {
            var node = port.path("nodePort").asLong() > 0 ? ":" + port.path("nodePort").asLong() : "";
            return port.path("port").asLong() + node + "/" + port.path("protocol").asText();
        }).collect(Collectors.joining(",")));
    }

    private static String nodeStatus(JsonNode node) {
        var ready = "Unknown";
        for (var condition : Json.at(node, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                ready = Json.text(condition, "status").equals("True") ? "Ready" : "NotReady";
            }
        }
        return Json.at(node, "spec", "unschedulable").asBoolean() ? ready + ",SchedulingDisabled" : ready;
    }

    private static String nodeRoles(JsonNode node) {
        var prefix = "node-role.kubernetes.io/";
        return orNone(Json.at(node, "metadata", "labels").properties().stream().map(java.util.Map.Entry::getKey)
                .filter(key -> key.startsWith(prefix)).map(key -> key.substring(prefix.length()))
                .collect(Collectors.joining(",")));
    }

    private static String firstOf(JsonNode object, String... fields) {
        for (var field : fields) {
            if (!Json.text(object, field).isEmpty()) {
                return Json.text(object, field);
            }
        }
        return "";
    }

    private static String eventLastSeen(JsonNode event) {
        var last = Json.text(event, "series", "lastObservedTime");
        return Age.since(last.isEmpty() ? firstOf(event, "lastTimestamp", "firstTimestamp", "eventTime") : last);
    }

    private static String eventObject(JsonNode event) {
        var object = event.path("involvedObject");
        return Json.text(object, "kind").toLowerCase(java.util.Locale.ROOT) + "/" + Json.text(object, "name");
    }

    private static String jobStatus(JsonNode job) {
        for (var type : List.of("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet")) {
            for (var condition : Json.at(job, "status", "conditions")) {
                if (Json.text(condition, "type").equals(type) && Json.text(condition, "status").equals("True")) {
                    return type;
                }
            }
        }
        return Json.isMarkedForDeletion(job) ? "Terminating" : "Running";
    }

    private static String jobCompletions(JsonNode job) {
        var wanted = Json.at(job, "spec", "completions");
        return count(job, "status", "succeeded") + "/" + (wanted.isNumber() ? wanted.asLong() : 1);
    }

    private static String jobDuration(JsonNode job) {
        var start = Json.text(job, "status", "startTime");
        if (start.isEmpty()) {
            return "";
        }
        var end = Json.text(job, "status", "completionTime");
        return Age.of(Duration.between(Instant.parse(start), end.isEmpty() ? Instant.now() : Instant.parse(end)));
    }

    private static String ingressHosts(JsonNode ingress) {
        var hosts = Json.at(ingress, "spec", "rules").valueStream().map(r -> Json.text(r, "host"))
                .filter(host -> !host.isEmpty()).collect(Collectors.joining(","));
        return hosts.isEmpty() ? "*" : hosts;
    }
}
