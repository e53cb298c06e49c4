package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;

/** Storage classes. Nothing creates volumes of them. */
final class StorageClassKind extends BuiltinKind {

    StorageClassKind() {
        super(Served.inCluster("storage.k8s.io", "storageclasses", StorageClass.class).shortNames("sc"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.text("Provisioner", o -> JsonTrees.text(o, "provisioner")),
                Column.text("VolumeBindingMode", o -> JsonTrees.text(o, "volumeBindingMode")), Column.age());
    }

    @Override
    public void fillDefaults(ObjectNode storageClass) {
        JsonTrees.setDefault(storageClass, "reclaimPolicy", "Delete");
        JsonTrees.setDefault(storageClass, "volumeBindingMode", "Immediate");
    }
}
