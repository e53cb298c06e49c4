package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;

final class ConfigMapKind extends BuiltinKind {

    ConfigMapKind() {
        super(Served.namespaced("", "configmaps", ConfigMap.class).shortNames("cm"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(),
                Column.count("Data", o -> (long) o.path("data").size() + o.path("binaryData").size()), Column.age());
    }

    @Override
    public void checkReadable(ResourceType type, JsonNode object) {
        DataMaps.checkBase64(type, object.path("binaryData"));
    }

    @Override
    public void check(JsonNode map, JsonNode old, Violations violations) {
        DataMaps.checkKeys(map.path("data"), "data", violations);
        DataMaps.checkKeys(map.path("binaryData"), "binaryData", violations);
        DataMaps.checkSize(map, "[]", violations);
        DataMaps.checkImmutable(map, old, violations);
    }
}
