package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.Objects;

/**
 * Builds the gateway's account and its permissions, those of its ClusterRole in its own namespace, and the permission of the cull
 * function to read the gateway's token.
 */
final class GatewayAccess {

    static final String CLUSTER_ROLE = "elastic-jupyter-gateway";

    /** The name of the cull function's Knative Service, and of its ServiceAccount. */
    static final String CULLER = "culler";

    private static final String RBAC = "rbac.authorization.k8s.io";

    private GatewayAccess() {}

    static ServiceAccount serviceAccount(JupyterGateway gateway) {
        return new ServiceAccount();
    }

    static RoleBinding roleBinding(JupyterGateway gateway) {
        return new RoleBindingBuilder()
                .withNewRoleRef(RBAC, "ClusterRole", clusterRole(gateway))
                .addNewSubject(null, "ServiceAccount", gateway.getMetadata().getName(),
                        gateway.getMetadata().getNamespace())
                .build();
    }

    static String cullerName(JupyterGateway gateway) {
        return gateway.getMetadata().getName() + "-" + CULLER;
    }

    /** A role for each gateway, because a ClusterRole would grant all Secrets of the cluster. */
    static Role cullerRole(JupyterGateway gateway) {
        return new RoleBuilder()
                .addNewRule()
                .withApiGroups("").withResources("secrets").withResourceNames(GatewaySecret.name(gateway))
                .withVerbs("get")
                .endRule()
                .build();
    }

    static RoleBinding cullerRoleBinding(JupyterGateway gateway, String functionsNamespace) {
        return new RoleBindingBuilder()
                .withNewRoleRef(RBAC, "Role", cullerName(gateway))
                .addNewSubject(null, "ServiceAccount", CULLER, functionsNamespace)
                .build();
    }

    static String clusterRole(JupyterGateway gateway) {
        return Objects.requireNonNullElse(GatewayReconciler.spec(gateway).clusterRole(), CLUSTER_ROLE);
    }
}
