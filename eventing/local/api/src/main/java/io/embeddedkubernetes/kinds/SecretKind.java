package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

final class SecretKind extends BuiltinKind {

    SecretKind() {
        super(Served.namespaced("", "secrets", Secret.class).selectable("type"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.text("Type", o -> JsonTrees.text(o, "type")),
                Column.count("Data", o -> (long) o.path("data").size()), Column.age());
    }

    @Override
    public void checkReadable(ResourceType type, JsonNode object) {
        DataMaps.checkBase64(type, object.path("data"));
    }

    @Override
    public void fillDefaults(ObjectNode secret) {
        JsonTrees.setDefault(secret, "type", "Opaque");
        for (var entry : secret.path("stringData").properties()) {
            JsonTrees.child(secret, "data").put(entry.getKey(), Base64.getEncoder()
                    .encodeToString(entry.getValue().asText().getBytes(StandardCharsets.UTF_8)));
        }
        secret.remove("stringData");
    }

    @Override
    public void check(JsonNode secret, JsonNode old, Violations violations) {
        DataMaps.checkKeys(secret.path("data"), "data", violations);
        DataMaps.checkSize(secret, "data", violations);
        if (old != null && !JsonTrees.text(old, "type").equals(JsonTrees.text(secret, "type"))) {
            violations.invalid("type", JsonTrees.text(secret, "type"), "field is immutable");
        }
        DataMaps.checkImmutable(secret, old, violations);
    }
}
