package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.Violations;
import java.util.List;
import java.util.Set;

/** Role bindings and cluster role bindings. */
final class RoleBindingKind extends BuiltinKind {

    private static final String GROUP = "rbac.authorization.k8s.io";

    private final boolean isNamespaced;

    RoleBindingKind(Served served) {
        super(served);
        isNamespaced = served.namespaced();
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(),
                Column.text("Role",
                        o -> JsonTrees.text(o, "roleRef", "kind") + "/" + JsonTrees.text(o, "roleRef", "name")),
                Column.age(), Column.wide("Users", o -> subjects(o, "User")),
                Column.wide("Groups", o -> subjects(o, "Group")),
                Column.wide("ServiceAccounts", o -> subjects(o, "ServiceAccount")));
    }

    private static String subjects(JsonNode binding, String kind) {
        return String.join(", ", binding.path("subjects").valueStream()
                .filter(subject -> JsonTrees.text(subject, "kind").equals(kind))
                .map(subject -> kind.equals("ServiceAccount")
                        ? JsonTrees.text(subject, "namespace") + "/" + JsonTrees.text(subject, "name")
                        : JsonTrees.text(subject, "name"))
                .toList());
    }

    @Override
    public NameForm nameForm() {
        return NameForm.PATH_SEGMENT;
    }

    @Override
    public void fillDefaults(ObjectNode binding) {
        if (binding.path("roleRef") instanceof ObjectNode role) {
            JsonTrees.setDefault(role, "apiGroup", GROUP);
        }
        JsonTrees.eachObject(binding.path("subjects"), subject -> {
            if (Set.of("User", "Group").contains(JsonTrees.text(subject, "kind"))) {
                JsonTrees.setDefault(subject, "apiGroup", GROUP);
            }
        });
    }

    @Override
    public void check(JsonNode binding, JsonNode old, Violations violations) {
        var role = binding.path("roleRef");
        violations.oneOf("roleRef.apiGroup", role.path("apiGroup"), GROUP);
        if (isNamespaced) {
            violations.oneOf("roleRef.kind", role.path("kind"), "Role", "ClusterRole");
        } else {
            violations.oneOf("roleRef.kind", role.path("kind"), "ClusterRole");
        }
        if (JsonTrees.text(role, "name").isEmpty()) {
            violations.required("roleRef.name");
        }
        for (var i = 0; i < binding.path("subjects").size(); i++) {
            var subject = binding.path("subjects").get(i);
            if (JsonTrees.text(subject, "name").isEmpty()) {
                violations.required("subjects[" + i + "].name");
            }
            violations.oneOf("subjects[" + i + "].kind", subject.path("kind"), "ServiceAccount", "User", "Group");
        }
        if (old != null && !old.path("roleRef").equals(role)) {
            violations.invalidJson("roleRef", "{\"APIGroup\":%s,\"Kind\":%s,\"Name\":%s}"
                    .formatted(role.path("apiGroup"), role.path("kind"), role.path("name")), "cannot change roleRef");
        }
    }
}
