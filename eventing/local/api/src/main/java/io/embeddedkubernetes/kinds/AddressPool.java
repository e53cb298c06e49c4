package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.concurrent.atomic.AtomicInteger;

/** Assigns cluster IPs to Services. Nothing listens on them. */
final class AddressPool {

    private final AtomicInteger last = new AtomicInteger();

    void assign(ObjectNode service) {
        var spec = JsonTrees.child(service, "spec");
        JsonTrees.child(JsonTrees.child(service, "status"), "loadBalancer");
        if (JsonTrees.text(spec, "type").equals("ExternalName")) {
            return;
        }
        if (JsonTrees.text(spec, "clusterIP").isEmpty()) {
            var number = last.incrementAndGet() & 0xffff;
            spec.put("clusterIP", "10.96.%d.%d".formatted(number >> 8, number & 0xff));
        }
        if (!spec.has("clusterIPs")) {
            spec.putArray("clusterIPs").add(JsonTrees.text(spec, "clusterIP"));
        }
        if (!spec.has("ipFamilies")) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        JsonTrees.setDefault(spec, "ipFamilyPolicy", "SingleStack");
    }
}
