package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.List;

final class NamespaceKind extends BuiltinKind {

    NamespaceKind() {
        super(Served.inCluster("", "namespaces", Namespace.class).shortNames("ns").subresources("status", "finalize")
                .selectable("status.phase"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.text("Status", o -> JsonTrees.text(o, "status", "phase")),
                Column.age());
    }

    @Override
    public NameForm nameForm() {
        return NameForm.LABEL;
    }

    @Override
    public void fillDefaults(ObjectNode namespace) {
        JsonTrees.setDefault(JsonTrees.child(JsonTrees.metadata(namespace), "labels"), "kubernetes.io/metadata.name",
                JsonTrees.name(namespace));
    }

    @Override
    public void fillOnCreate(ObjectNode namespace) {
        spec(namespace).putArray("finalizers").add("kubernetes");
        JsonTrees.child(namespace, "status").put("phase", "Active");
    }

    @Override
    public void keepDecided(ObjectNode old, ObjectNode next) {
        next.set("spec", old.path("spec"));
    }
}
