package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.cull.policy.CullSettings;

/**
 * The fields of a JupyterGateway that the console shows.
 *
 * @param namespace its namespace
 * @param name its name
 * @param settings its culling settings
 * @param status its status; null before the first reconcile
 */
public record GatewayFacts(String namespace, String name, CullSettings settings, JupyterGatewayStatus status) {

    /** Returns the facts about a gateway. */
    public static GatewayFacts of(JupyterGateway gateway) {
        return new GatewayFacts(gateway.getMetadata().getNamespace(), gateway.getMetadata().getName(),
                CullSettings.of(gateway), gateway.getStatus());
    }

    boolean isUnreachable() {
        return Conditions.of(status).find(JupyterGatewayStatus.ACTIVITY_KNOWN)
                .filter(condition -> "False".equals(condition.getStatus())).isPresent();
    }
}
