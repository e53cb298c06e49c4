package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.event.EventKey;
import io.elasticjupyter.event.ResourceId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;

/**
 * The sink of the PingSources of gateways and waiting pods, as named in {@code eventing/knative} and its overlays, and the attributes that their
 * events need there.
 *
 * @param destination the value of a PingSource's {@code spec.sink}
 * @param key the key that the cull function requires
 */
public record PingSink(Map<String, Object> destination, EventKey key) {

    private static final String RECLAIM = "reclaimKernels";

    /** The Broker, which retries for minutes and receives the function's reply. */
    public static final PingSink BROKER = new PingSink(Map.of("ref", Map.of("apiVersion", "eventing.knative.dev/v1",
            "kind", "Broker", "name", "elastic-jupyter", "namespace", "elastic-jupyter")), EventKey.none());

    /** The function, where no Broker is installed: the PingSource's adapter retries for three seconds. */
    public static final PingSink FUNCTION = new PingSink(Map.of("ref", Map.of("apiVersion", "serving.knative.dev/v1",
            "kind", "Service", "name", "culler", "namespace", "elastic-jupyter"), "uri", "/cullKernels"),
            EventKey.none());

    /**
     * Returns the sink with a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static PingSink named(String name, EventKey key) {
        return new PingSink((switch (name) {
            case "broker" -> BROKER;
            case "function" -> FUNCTION;
            default -> throw new IllegalArgumentException(
                    "elastic-jupyter.cull-sink is '" + name + "'. Set it to broker or function.");
        }).destination, key);
    }

    /** Returns the sink for the reclaim function. */
    Map<String, Object> ofReclaim() {
        if (!destination.containsKey("uri")) {
            return destination;
        }
        Map<String, Object> other = new HashMap<>(destination);
        other.put("uri", "/" + RECLAIM);
        return other;
    }

    /** Returns the extension attributes of the events of the PingSource of what waits, with the derived key of that. */
    Map<String, String> ofReclaim(HasMetadata waiting) {
        return extensions(RECLAIM, new ResourceId(waiting.getApiVersion(), waiting.getKind(),
                waiting.getMetadata().getNamespace(), waiting.getMetadata().getName()));
    }

    /**
     * Returns the extension attributes of the events of a gateway's PingSource. Users can read them in its namespace, so they
     * contain the derived key of the gateway.
     */
    Map<String, String> extensions(JupyterGateway gateway) {
        return extensions("cullKernels", ResourceId.of(JupyterGateway.class, gateway.getMetadata().getNamespace(),
                gateway.getMetadata().getName()));
    }

    private Map<String, String> extensions(String function, ResourceId resource) {
        Map<String, String> extensions = new HashMap<>();
        // The Trigger of the function filters by this attribute.
        extensions.put("function", function);
        key.derivedFor(resource).ifPresent(derived -> extensions.put(EventKey.ATTRIBUTE, derived));
        return extensions;
    }
}
