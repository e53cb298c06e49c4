package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;

/** Volumes. Nothing binds claims to them. */
final class PersistentVolumeKind extends BuiltinKind {

    PersistentVolumeKind() {
        super(Served.inCluster("", "persistentvolumes", PersistentVolume.class).shortNames("pv")
                .subresources("status"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(),
                Column.text("Capacity", o -> JsonTrees.text(o, "spec", "capacity", "storage")),
                Column.text("Status", o -> JsonTrees.text(o, "status", "phase")),
                Column.text("StorageClass", o -> JsonTrees.text(o, "spec", "storageClassName")), Column.age());
    }

    @Override
    public void fillDefaults(ObjectNode volume) {
        JsonTrees.setDefault(spec(volume), "persistentVolumeReclaimPolicy", "Retain");
        JsonTrees.setDefault(spec(volume), "volumeMode", "Filesystem");
        JsonTrees.setDefault(JsonTrees.child(volume, "status"), "phase", "Pending");
    }
}
