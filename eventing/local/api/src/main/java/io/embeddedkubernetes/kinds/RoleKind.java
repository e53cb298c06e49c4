package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.Violations;
import java.util.List;

/** Roles and cluster roles. */
final class RoleKind extends BuiltinKind {

    private final boolean isNamespaced;

    RoleKind(Served served) {
        super(served);
        isNamespaced = served.namespaced();
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.created());
    }

    @Override
    public NameForm nameForm() {
        return NameForm.PATH_SEGMENT;
    }

    @Override
    public void check(JsonNode role, JsonNode old, Violations violations) {
        for (var i = 0; i < role.path("rules").size(); i++) {
            rule(role.path("rules").get(i), "rules[" + i + "]", violations);
        }
    }

    private void rule(JsonNode rule, String path, Violations violations) {
        if (rule.path("verbs").isEmpty()) {
            violations.required(path + ".verbs", "verbs must contain at least one value");
        }
        var urls = rule.path("nonResourceURLs");
        if (!urls.isEmpty()) {
            if (isNamespaced) {
                violations.invalid(path + ".nonResourceURLs", urls,
                        "namespaced rules cannot apply to non-resource URLs");
            }
            if (!rule.path("resources").isEmpty() || !rule.path("apiGroups").isEmpty()) {
                violations.invalid(path + ".nonResourceURLs", urls,
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.path("apiGroups").isEmpty()) {
            violations.required(path + ".apiGroups", "resource rules must supply at least one api group");
        }
        if (rule.path("resources").isEmpty()) {
            violations.required(path + ".resources", "resource rules must supply at least one resource");
        }
    }
}
