package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import java.util.List;

/** Priority classes of pods. {@code globalDefault} is stored, and gives no pod its priority. */
final class PriorityClassKind extends BuiltinKind {

    private static final long HIGHEST = 1_000_000_000;

    PriorityClassKind() {
        super(Served.inCluster("scheduling.k8s.io", "priorityclasses", PriorityClass.class).shortNames("pc"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), new Column("Value", "integer", "", "", 0, o -> o.path("value")),
                new Column("Global-Default", "boolean", "", "", 0,
                        o -> BooleanNode.valueOf(o.path("globalDefault").asBoolean())),
                Column.age(), Column.text("PreemptionPolicy", o -> JsonTrees.text(o, "preemptionPolicy")));
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void fillDefaults(ObjectNode object) {
        JsonTrees.setDefault(object, "value", 0);
        JsonTrees.setDefault(object, "preemptionPolicy", "PreemptLowerPriority");
    }

    @Override
    public void check(JsonNode object, JsonNode old, Violations violations) {
        if (object.path("value").asLong() > HIGHEST) {
            violations.forbidden("value",
                    "maximum allowed value of a user defined priority is " + HIGHEST);
        }
        violations.oneOf("preemptionPolicy", object.path("preemptionPolicy"), "Never", "PreemptLowerPriority");
        if (old != null && !old.path("value").equals(object.path("value"))) {
            violations.forbidden("value", "may not be changed in an update.");
        }
        if (old != null && !old.path("preemptionPolicy").equals(object.path("preemptionPolicy"))) {
            violations.invalid("preemptionPolicy", object.path("preemptionPolicy"), "field is immutable");
        }
    }
}
