package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What one version of a custom resource definition demands of its objects. */
record CustomRules(JsonNode schema, CelRules rules) {

    List<StatusError.Cause> check(JsonNode object, JsonNode old) {
        var causes = new ArrayList<>(SchemaValidation.check(object, schema));
        if (causes.stream().noneMatch(cause -> cause.reason().equals("FieldValueTypeInvalid"))) {
            causes.addAll(rules.check(object, old));
        }
        return causes;
    }
}
