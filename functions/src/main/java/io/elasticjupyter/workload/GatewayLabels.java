package io.elasticjupyter.workload;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The labels by which NetworkPolicies select the pods that belong to a gateway. */
public final class GatewayLabels {

    /** The label of the pods of kernels and notebooks whose value is the name of their gateway. */
    public static final String GATEWAY = "elastic-jupyter.io/gateway";

    /** The label of the pods of notebooks whose value is the namespace of their gateway. */
    public static final String GATEWAY_NAMESPACE = "elastic-jupyter.io/gateway-namespace";

    private GatewayLabels() {}

    /** Returns labels of a user's pod template without these, which only the functions may set. */
    public static Map<String, String> without(Map<String, String> labels) {
        Map<String, String> others = new HashMap<>(Objects.requireNonNullElse(labels, Map.of()));
        others.remove(GATEWAY);
        others.remove(GATEWAY_NAMESPACE);
        return others;
    }
}
