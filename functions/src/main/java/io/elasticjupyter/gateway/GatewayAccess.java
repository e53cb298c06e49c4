package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.util.Objects;

/** Builds the gateway's account, and its permissions: those of its ClusterRole, in its own namespace only. */
final class GatewayAccess {

    static final String CLUSTER_ROLE = "elastic-jupyter-gateway";

    private GatewayAccess() {}

    static ServiceAccount serviceAccount(JupyterGateway gateway) {
        return new ServiceAccount();
    }

    static RoleBinding roleBinding(JupyterGateway gateway) {
        return new RoleBindingBuilder()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", clusterRole(gateway))
                .addNewSubject(null, "ServiceAccount", gateway.getMetadata().getName(),
                        gateway.getMetadata().getNamespace())
                .build();
    }

    static String clusterRole(JupyterGateway gateway) {
        return Objects.requireNonNullElse(GatewayReconciler.spec(gateway).clusterRole(), CLUSTER_ROLE);
    }
}
