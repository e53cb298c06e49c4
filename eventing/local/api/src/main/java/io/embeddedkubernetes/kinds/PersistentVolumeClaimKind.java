package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.ResourceQuantity;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Map;

/** Claims. There is no controller of volumes, so nothing binds or expands one, and no StorageClass forbids it. */
final class PersistentVolumeClaimKind extends BuiltinKind {

    private static final Map<String, String> MODES = Map.of("ReadWriteOnce", "RWO", "ReadOnlyMany", "ROX",
            "ReadWriteMany", "RWX", "ReadWriteOncePod", "RWOP");
    private static final String UNSET = "<unset>";

    PersistentVolumeClaimKind() {
        super(Served.namespaced("", "persistentvolumeclaims", PersistentVolumeClaim.class).shortNames("pvc")
                .subresources("status"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.text("Status", PersistentVolumeClaimKind::status),
                Column.text("Volume", claim -> JsonTrees.text(claim, "spec", "volumeName")),
                Column.text("Capacity",
                        claim -> ifBound(claim, JsonTrees.text(claim, "status", "capacity", "storage"))),
                Column.text("Access Modes", claim -> ifBound(claim, modes(claim))),
                Column.text("StorageClass", claim -> JsonTrees.text(claim, "spec", "storageClassName")),
                Column.text("VolumeAttributesClass", claim -> orUnset(claim, "volumeAttributesClassName")),
                Column.age(), Column.wide("VolumeMode", claim -> orUnset(claim, "volumeMode")));
    }

    private static String status(JsonNode claim) {
        return JsonTrees.isMarkedForDeletion(claim) ? "Terminating" : JsonTrees.text(claim, "status", "phase");
    }

    private static String modes(JsonNode claim) {
        return String.join(",", JsonTrees.at(claim, "status", "accessModes").valueStream()
                .map(mode -> MODES.getOrDefault(mode.asText(), mode.asText())).toList());
    }

    private static String ifBound(JsonNode claim, String text) {
        return JsonTrees.text(claim, "spec", "volumeName").isEmpty() ? "" : text;
    }

    private static String orUnset(JsonNode claim, String field) {
        var text = JsonTrees.text(claim, "spec", field);
        return text.isEmpty() ? UNSET : text;
    }

    @Override
    public void checkReadable(ResourceType type, JsonNode claim) {
        for (var amount : JsonTrees.at(claim, "spec", "resources", "requests")) {
            if (ResourceQuantity.parse(amount.asText()).isEmpty()) {
                throw StatusError.unreadable(type, "quantities must match the regular expression '"
                        + ResourceQuantity.EXPRESSION + "'");
            }
        }
    }

    @Override
    public void fillDefaults(ObjectNode claim) {
        JsonTrees.setDefault(spec(claim), "volumeMode", "Filesystem");
        Resources.fillDefaults(JsonTrees.child(spec(claim), "resources"));
    }

    @Override
    public void fillOnCreate(ObjectNode claim) {
        JsonTrees.child(claim, "status").put("phase", "Pending");
    }

    @Override
    public void check(JsonNode claim, JsonNode old, Violations violations) {
        var spec = claim.path("spec");
        if (spec.path("accessModes").isEmpty()) {
            violations.required("spec.accessModes", "at least 1 access mode is required");
        }
        spec.path("accessModes").forEach(mode -> violations.oneOf("spec.accessModes", mode, "ReadOnlyMany",
                "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"));
        var size = size(spec);
        if (size.isEmpty()) {
            violations.required("spec.resources[storage]");
        } else if (ResourceQuantity.parse(size).orElseThrow().amount().signum() <= 0) {
            violations.invalid("spec.resources[storage]", size, "must be greater than zero");
        } else if (old != null) {
            checkChange(claim, old, violations);
        }
    }

    private static void checkChange(JsonNode claim, JsonNode old, Violations violations) {
        var isBound = JsonTrees.text(claim, "status", "phase").equals("Bound");
        if (!frozen(claim, isBound).equals(frozen(old, isBound))) {
            violations.forbidden("spec",
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }
        var capacity = JsonTrees.text(old, "status", "capacity", "storage");
        if (Resources.compare(size(claim.path("spec")), size(old.path("spec"))) < 0
                && Resources.compare(size(claim.path("spec")), capacity.isEmpty() ? "0" : capacity) <= 0) {
            violations.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }
    }

    /** The name of the volume may be set once. */
    private static JsonNode frozen(JsonNode claim, boolean isBound) {
        ObjectNode copy = claim.path("spec").deepCopy();
        if (isBound && copy.path("resources").path("requests") instanceof ObjectNode requests) {
            requests.remove("storage");
        }
        copy.remove("volumeName");
        return copy;
    }

    private static String size(JsonNode spec) {
        return JsonTrees.text(spec, "resources", "requests", "storage");
    }
}
