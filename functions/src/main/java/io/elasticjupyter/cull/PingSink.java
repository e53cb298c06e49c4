package io.elasticjupyter.cull;

import java.util.Map;
import java.util.stream.Stream;

/** Where the PingSources of gateways send to, as {@code eventing/knative} and its overlays have it. */
public enum PingSink {
    /** The Broker, which tries again for minutes, and takes the answer. */
    BROKER(Map.of("ref", Map.of("apiVersion", "eventing.knative.dev/v1", "kind", "Broker", "name", "elastic-jupyter",
            "namespace", "elastic-jupyter"))),
    /** The function, where there is no Broker: the PingSource's adapter tries again for three seconds. */
    FUNCTION(Map.of("ref", Map.of("apiVersion", "serving.knative.dev/v1", "kind", "Service", "name", "culler",
            "namespace", "elastic-jupyter"), "uri", "/cullKernels"));

    private final Map<String, Object> destination;

    PingSink(Map<String, Object> destination) {
        this.destination = destination;
    }

    /**
     * The one of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static PingSink named(String name) {
        return Stream.of(values()).filter(sink -> sink.name().equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "elastic-jupyter.cull-sink is '" + name + "'. Set it to broker or function."));
    }

    /** As a PingSource's {@code spec.sink} says it. */
    Map<String, Object> destination() {
        return destination;
    }
}
