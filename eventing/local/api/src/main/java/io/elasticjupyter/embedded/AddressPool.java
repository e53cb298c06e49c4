package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicInteger;

/** Cluster addresses for services. Nothing listens there; clients only expect a service to have one. */
final class AddressPool {

    private final AtomicInteger last = new AtomicInteger();

    void assign(ObjectNode service) {
        var spec = Json.child(service, "spec");
        Json.child(Json.child(service, "status"), "loadBalancer");
        if (Json.text(spec, "type").equals("ExternalName")) {
            return;
        }
        if (Json.text(spec, "clusterIP").isEmpty()) {
            var number = last.incrementAndGet() & 0xffff;
            spec.put("clusterIP", "10.96.%d.%d".formatted(number >> 8, number & 0xff));
        }
        if (!spec.has("clusterIPs")) {
            spec.putArray("clusterIPs").add(Json.text(spec, "clusterIP"));
        }
        if (!spec.has("ipFamilies")) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        Json.setDefault(spec, "ipFamilyPolicy", "SingleStack");
    }
}
