package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What one version of a custom resource definition demands of its objects. */
record CustomRules(JsonNode schema, CelRules rules) {

    /** Rules may rely on the schema, so they do not run on an object that has one of these errors. */
    private static final Set<String> BLOCKING = Set.of("FieldValueTypeInvalid", "FieldValueNotSupported",
            "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany");

    /** @param found what is wrong with the metadata */
    List<StatusError.Cause> check(JsonNode object, JsonNode old, List<StatusError.Cause> found) {
        var causes = new ArrayList<>(SchemaValidation.check(object, schema));
        if (Stream.concat(found.stream(), causes.stream()).noneMatch(cause -> BLOCKING.contains(cause.reason()))) {
            causes.addAll(rules.check(object, old));
        } else if (!rules.isEmpty()) {
            causes.add(new StatusError.Cause("FieldValueInvalid", "Invalid value: null: some validation rules were not "
                    + "checked because the object was invalid; correct the existing errors to complete validation",
                    "<nil>"));
        }
        return causes;
    }
}
