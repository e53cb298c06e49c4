package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.resource.KindRules;
import io.embeddedkubernetes.resource.Violations;
import java.util.Set;

/** The rules for objects of one version of a custom resource definition. */
public record CustomRules(JsonNode schema, CelRules rules) implements KindRules {

    /** Rules may rely on the schema, so they do not run on an object that has one of these errors. */
    private static final Set<String> BLOCKING = Set.of("FieldValueTypeInvalid", "FieldValueNotSupported",
            "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany");

    @Override
    public NameForm nameForm() {
        return NameForm.SUBDOMAIN;
    }

    @Override
    public boolean isCustom() {
        return true;
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void fillDefaults(ObjectNode object) {
        SchemaRules.fillDefaults(object, schema);
    }

    @Override
    public void check(JsonNode object, JsonNode old, Violations violations) {
        violations.addAll(SchemaValidation.check(object, schema));
        if (violations.causes().stream().noneMatch(cause -> BLOCKING.contains(cause.reason()))) {
            violations.addAll(rules.check(object, old));
        } else if (!rules.isEmpty()) {
            // The real server's words, and its "<nil>" for the object as a whole.
            violations.invalidJson("<nil>", "null", "some validation rules were not checked because the object was "
                    + "invalid; correct the existing errors to complete validation");
        }
    }
}
