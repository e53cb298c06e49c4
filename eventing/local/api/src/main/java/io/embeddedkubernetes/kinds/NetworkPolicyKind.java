package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.Names;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;

/** Network policies. Nothing enforces them here. */
final class NetworkPolicyKind extends BuiltinKind {

    private static final List<String> DIRECTIONS = List.of("ingress", "egress");

    NetworkPolicyKind() {
        super(Served.namespaced("networking.k8s.io", "networkpolicies", NetworkPolicy.class).shortNames("netpol"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(),
                Column.text("Pod-Selector", o -> pairs(JsonTrees.at(o, "spec", "podSelector", "matchLabels"))),
                Column.age());
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void fillDefaults(ObjectNode policy) {
        var spec = spec(policy);
        JsonTrees.child(spec, "podSelector");
        if (spec.path("policyTypes").isEmpty()) {
            var types = spec.putArray("policyTypes").add("Ingress");
            if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
            }
        }
        DIRECTIONS.forEach(direction -> JsonTrees.eachObject(spec.path(direction), rule -> JsonTrees
                .eachObject(rule.path("ports"), port -> JsonTrees.setDefault(port, "protocol", "TCP"))));
    }

    @Override
    public void check(JsonNode policy, JsonNode old, Violations violations) {
        var spec = policy.path("spec");
        selector(spec.path("podSelector"), "spec.podSelector", violations);
        for (var direction : DIRECTIONS) {
            var peers = direction.equals("ingress") ? "from" : "to";
            for (var i = 0; i < spec.path(direction).size(); i++) {
                var rule = spec.path(direction).get(i);
                var path = "spec." + direction + "[" + i + "].";
                for (var j = 0; j < rule.path("ports").size(); j++) {
                    port(rule.path("ports").get(j), path + "ports[" + j + "]", violations);
                }
                for (var j = 0; j < rule.path(peers).size(); j++) {
                    peer(rule.path(peers).get(j), path + peers + "[" + j + "]", violations);
                }
            }
        }
        for (var i = 0; i < spec.path("policyTypes").size(); i++) {
            violations.oneOf("spec.policyTypes[" + i + "]", spec.path("policyTypes").get(i), "Ingress", "Egress");
        }
    }

    private static void port(JsonNode port, String path, Violations violations) {
        violations.oneOf(path + ".protocol", port.path("protocol"), "TCP", "UDP", "SCTP");
        if (port.path("port").isNumber()) {
            violations.port(path + ".port", port.path("port").asLong());
        } else if (port.has("port")) {
            Names.checkPortName(path + ".port", JsonTrees.text(port, "port"), violations);
        }
    }

    private static void peer(JsonNode peer, String path, Violations violations) {
        var isSelector = peer.has("podSelector") || peer.has("namespaceSelector");
        if (!isSelector && !peer.has("ipBlock")) {
            violations.required(path, "must specify a peer");
        } else if (isSelector && peer.has("ipBlock")) {
            violations.forbidden(path, "may not specify both ipBlock and another peer");
        }
        selector(peer.path("podSelector"), path + ".podSelector", violations);
        selector(peer.path("namespaceSelector"), path + ".namespaceSelector", violations);
        if (peer.has("ipBlock") && JsonTrees.text(peer, "ipBlock", "cidr").isEmpty()) {
            violations.required(path + ".ipBlock.cidr");
        }
    }

    private static void selector(JsonNode selector, String path, Violations violations) {
        Names.validateLabels(selector.path("matchLabels"), path + ".matchLabels", violations);
    }
}
