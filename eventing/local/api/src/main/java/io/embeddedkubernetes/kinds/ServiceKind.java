package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.Names;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.Service;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

final class ServiceKind extends BuiltinKind {

    private static final List<String> DECIDED = List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy");

    private final AddressPool addresses = new AddressPool();

    ServiceKind() {
        super(Served.namespaced("", "services", Service.class).shortNames("svc").categories("all")
                .subresources("status").selectable("spec.clusterIP", "spec.type"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(), Column.text("Type", o -> JsonTrees.text(o, "spec", "type")),
                Column.text("Cluster-IP", o -> orNone(JsonTrees.text(o, "spec", "clusterIP"))),
                Column.text("External-IP", ServiceKind::externalIp), Column.text("Port(s)", ServiceKind::ports),
                Column.age(), Column.wide("Selector", o -> pairs(JsonTrees.at(o, "spec", "selector"))));
    }

    private static String externalIp(JsonNode service) {
        var ips = join(JsonTrees.at(service, "spec", "externalIPs"));
        return switch (JsonTrees.text(service, "spec", "type")) {
            case "ExternalName" -> JsonTrees.text(service, "spec", "externalName");
            case "LoadBalancer" -> {
                var ingress = JsonTrees.at(service, "status", "loadBalancer", "ingress").valueStream()
                        .map(i -> i.path("ip").asText(i.path("hostname").asText())).collect(Collectors.joining(","));
                yield ingress.isEmpty() && ips.isEmpty() ? "<pending>" : ingress + ips;
            }
            default -> orNone(ips);
        };
    }

    private static String ports(JsonNode service) {
        return orNone(JsonTrees.at(service, "spec", "ports").valueStream().map(port -> {
            var node = port.path("nodePort").asLong() > 0 ? ":" + port.path("nodePort").asLong() : "";
            return port.path("port").asLong() + node + "/" + port.path("protocol").asText();
        }).collect(Collectors.joining(",")));
    }

    @Override
    public NameForm nameForm() {
        return NameForm.LABEL;
    }

    @Override
    public boolean isReturnedWhenDeleted() {
        return true;
    }

    @Override
    public void fillDefaults(ObjectNode service) {
        var spec = spec(service);
        JsonTrees.setDefault(spec, "type", "ClusterIP");
        JsonTrees.setDefault(spec, "sessionAffinity", "None");
        if (!JsonTrees.text(spec, "type").equals("ExternalName")) {
            JsonTrees.setDefault(spec, "internalTrafficPolicy", "Cluster");
        }
        JsonTrees.eachObject(spec.path("ports"), port -> {
            JsonTrees.setDefault(port, "protocol", "TCP");
            JsonTrees.setDefault(port, "targetPort", port.path("port"));
        });
    }

    @Override
    public void fillOnCreate(ObjectNode service) {
        addresses.assign(service);
    }

    @Override
    public void keepDecided(ObjectNode old, ObjectNode next) {
        if (next.path("spec") instanceof ObjectNode spec && !JsonTrees.text(spec, "type").equals("ExternalName")) {
            for (var field : DECIDED) {
                if ((spec.path(field).isMissingNode() || spec.path(field).asText("x").isEmpty())
                        && old.path("spec").has(field)) {
                    spec.set(field, old.path("spec").get(field));
                }
            }
        }
    }

    @Override
    public void check(JsonNode service, JsonNode old, Violations violations) {
        var spec = service.path("spec");
        var ports = spec.path("ports");
        var isHeadless = JsonTrees.text(spec, "clusterIP").equals("None");
        if (ports.isEmpty() && !isHeadless && !JsonTrees.text(spec, "type").equals("ExternalName")) {
            violations.required("spec.ports");
        }
        var names = new HashSet<String>();
        for (var i = 0; i < ports.size(); i++) {
            port(ports.get(i), "spec.ports[" + i + "]", ports.size() > 1, names, violations);
        }
        Names.validateLabels(spec.path("selector"), "spec.selector", violations);
        violations.oneOf("spec.type", spec.path("type"), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        violations.oneOf("spec.sessionAffinity", spec.path("sessionAffinity"), "ClientIP", "None");
    }

    private static void port(JsonNode port, String path, boolean needsName, HashSet<String> names,
            Violations violations) {
        var name = JsonTrees.text(port, "name");
        if (name.isEmpty() && needsName) {
            violations.required(path + ".name");
        } else if (!name.isEmpty()) {
            Names.checkLabelName(path + ".name", name, violations);
            if (!names.add(name)) {
                violations.duplicate(path + ".name", name);
            }
        }
        violations.port(path + ".port", port.path("port").asLong());
        violations.oneOf(path + ".protocol", port.path("protocol"), "SCTP", "TCP", "UDP");
        if (port.path("targetPort").isNumber()) {
            violations.port(path + ".targetPort", port.path("targetPort").asLong());
        } else {
            Names.checkPortName(path + ".targetPort", JsonTrees.text(port, "targetPort"), violations);
        }
    }
}
