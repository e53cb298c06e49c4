package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.stream.Collectors;

/** Nodes. There is no controller of nodes, so none is tainted by its conditions. */
final class NodeKind extends BuiltinKind {

    private static final String ROLE = "node-role.kubernetes.io/";

    NodeKind() {
        super(Served.inCluster("", "nodes", Node.class).shortNames("no").subresources("status")
                .selectable("spec.unschedulable"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.text("Status", NodeKind::status),
                Column.text("Roles", NodeKind::roles), Column.age(),
                Column.text("Version", node -> info(node, "kubeletVersion")),
                Column.wide("Internal-IP", node -> address(node, "InternalIP")),
                Column.wide("External-IP", node -> address(node, "ExternalIP")),
                Column.wide("OS-Image", node -> orUnknown(info(node, "osImage"))),
                Column.wide("Kernel-Version", node -> orUnknown(info(node, "kernelVersion"))),
                Column.wide("Container-Runtime", node -> orUnknown(info(node, "containerRuntimeVersion"))));
    }

    private static String status(JsonNode node) {
        var ready = JsonTrees.at(node, "status", "conditions").valueStream()
                .filter(condition -> JsonTrees.text(condition, "type").equals("Ready")).findFirst()
                .map(condition -> JsonTrees.text(condition, "status").equals("True") ? "Ready" : "NotReady")
                .orElse("Unknown");
        return JsonTrees.at(node, "spec", "unschedulable").asBoolean() ? ready + ",SchedulingDisabled" : ready;
    }

    private static String roles(JsonNode node) {
        return orNone(JsonTrees.at(node, "metadata", "labels").properties().stream().map(label -> label.getKey())
                .filter(key -> key.startsWith(ROLE) && key.length() > ROLE.length())
                .map(key -> key.substring(ROLE.length())).sorted().collect(Collectors.joining(",")));
    }

    private static String info(JsonNode node, String field) {
        return JsonTrees.text(node, "status", "nodeInfo", field);
    }

    private static String address(JsonNode node, String type) {
        return JsonTrees.at(node, "status", "addresses").valueStream()
                .filter(address -> JsonTrees.text(address, "type").equals(type))
                .map(address -> JsonTrees.text(address, "address")).findFirst().orElse(NONE);
    }

    private static String orUnknown(String text) {
        return text.isEmpty() ? "<unknown>" : text;
    }

    @Override
    public boolean hasStatusOnCreate() {
        return true;
    }

    @Override
    public void fillDefaults(ObjectNode node) {
        var capacity = JsonTrees.at(node, "status", "capacity");
        if (!capacity.isEmpty() && JsonTrees.at(node, "status", "allocatable").isEmpty()) {
            JsonTrees.child(node, "status").set("allocatable", capacity.deepCopy());
        }
    }
}
