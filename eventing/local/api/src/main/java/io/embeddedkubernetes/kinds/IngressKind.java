package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.List;

/** Ingresses. No controller serves them here. */
final class IngressKind extends BuiltinKind {

    IngressKind() {
        super(Served.namespaced("networking.k8s.io", "ingresses", Ingress.class).shortNames("ing")
                .subresources("status"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(),
                Column.text("Class", ingress -> orNone(JsonTrees.text(ingress, "spec", "ingressClassName"))),
                Column.text("Hosts", IngressKind::hosts), Column.text("Address", IngressKind::addresses),
                Column.text("Ports", ingress -> ingress.path("spec").path("tls").isEmpty() ? "80" : "80, 443"),
                Column.age());
    }

    private static String hosts(JsonNode ingress) {
        var hosts = String.join(",", JsonTrees.at(ingress, "spec", "rules").valueStream()
                .map(rule -> JsonTrees.text(rule, "host")).filter(host -> !host.isEmpty()).toList());
        return hosts.isEmpty() ? "*" : hosts;
    }

    private static String addresses(JsonNode ingress) {
        return String.join(",", JsonTrees.at(ingress, "status", "loadBalancer", "ingress").valueStream()
                .map(address -> JsonTrees.text(address, address.has("hostname") ? "hostname" : "ip")).toList());
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void check(JsonNode ingress, JsonNode old, Violations violations) {
        var spec = ingress.path("spec");
        if (spec.path("rules").isEmpty() && !spec.has("defaultBackend")) {
            violations.invalid("spec", "null", "either `defaultBackend` or `rules` must be specified");
        }
        for (var i = 0; i < spec.path("rules").size(); i++) {
            var paths = JsonTrees.at(spec.path("rules").get(i), "http", "paths");
            for (var j = 0; j < paths.size(); j++) {
                path(paths.get(j), "spec.rules[" + i + "].http.paths[" + j + "]", violations);
            }
        }
    }

    private static void path(JsonNode path, String field, Violations violations) {
        if (!path.has("pathType")) {
            violations.required(field + ".pathType", "pathType must be specified");
            return;
        }
        violations.oneOf(field + ".pathType", path.path("pathType"), "Exact", "ImplementationSpecific", "Prefix");
        var text = JsonTrees.text(path, "path");
        if (!JsonTrees.text(path, "pathType").equals("ImplementationSpecific") && !text.startsWith("/")) {
            violations.invalid(field + ".path", text, "must be an absolute path");
        }
    }
}
