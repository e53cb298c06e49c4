package io.elasticjupyter.cull;

import java.util.Map;
import java.util.stream.Stream;

/** The sink of the gateways' PingSources, as named in {@code eventing/knative} and its overlays. */
public enum PingSink {
    /** The Broker, which retries for minutes and receives the function's reply. */
    BROKER(Map.of("ref", Map.of("apiVersion", "eventing.knative.dev/v1", "kind", "Broker", "name", "elastic-jupyter",
            "namespace", "elastic-jupyter"))),
    /** The function, where no Broker is installed: the PingSource's adapter retries for three seconds. */
    FUNCTION(Map.of("ref", Map.of("apiVersion", "serving.knative.dev/v1", "kind", "Service", "name", "culler",
            "namespace", "elastic-jupyter"), "uri", "/cullKernels"));

    private final Map<String, Object> destination;

    PingSink(Map<String, Object> destination) {
        this.destination = destination;
    }

    /**
     * Returns the sink with a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static PingSink named(String name) {
        return Stream.of(values()).filter(sink -> sink.name().equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "elastic-jupyter.cull-sink is '" + name + "'. Set it to broker or function."));
    }

    /** Returns the value of a PingSource's {@code spec.sink}. */
    Map<String, Object> destination() {
        return destination;
    }
}
