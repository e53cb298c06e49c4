package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;

/** Claims of volumes. Nothing binds them. */
final class PersistentVolumeClaimKind extends BuiltinKind {

    PersistentVolumeClaimKind() {
        super(Served.namespaced("", "persistentvolumeclaims", PersistentVolumeClaim.class).shortNames("pvc")
                .subresources("status"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.text("Status", o -> JsonTrees.text(o, "status", "phase")),
                Column.text("Volume", o -> JsonTrees.text(o, "spec", "volumeName")),
                Column.text("StorageClass", o -> JsonTrees.text(o, "spec", "storageClassName")), Column.age());
    }

    @Override
    public void fillDefaults(ObjectNode claim) {
        JsonTrees.setDefault(spec(claim), "volumeMode", "Filesystem");
        JsonTrees.setDefault(JsonTrees.child(claim, "status"), "phase", "Pending");
    }
}
