package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecSpec;
import io.elasticjupyter.reconcile.Observed;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.List;
import java.util.Objects;

/**
 * Builds the gateway's account and its permissions, those of its ClusterRole in its own namespace, and the permission of the cull
 * function to read the gateway's token.
 */
final class GatewayAccess {

    /** Lets the gateway create JupyterKernels, and not pods. */
    static final String CLUSTER_ROLE = "elastic-jupyter-gateway";

    /** Lets the gateway also create pods, of any form. */
    static final String CLUSTER_ROLE_WITH_PODS = "elastic-jupyter-gateway-pods";

    /** The name of the cull function's Knative Service, and of its ServiceAccount. */
    static final String CULLER = "culler";

    private static final String RBAC = "rbac.authorization.k8s.io";

    private GatewayAccess() {}

    static ServiceAccount serviceAccount(JupyterGateway gateway) {
        return new ServiceAccount();
    }

    static RoleBinding roleBinding(JupyterGateway gateway, Observed observed) {
        String sufficient = createsPods(gateway, observed) ? CLUSTER_ROLE_WITH_PODS : CLUSTER_ROLE;
        return new RoleBindingBuilder()
                .withNewRoleRef(RBAC, "ClusterRole",
                        Objects.requireNonNullElse(GatewayReconciler.spec(gateway).clusterRole(), sufficient))
                .addNewSubject(null, "ServiceAccount", gateway.getMetadata().getName(),
                        gateway.getMetadata().getNamespace())
                .build();
    }

    /**
     * Returns whether the gateway needs the right to create pods: to start a kernel spec of its image, or one that does not start
     * its kernels with the launcher. A kernel with a value from a Secret needs it too, because the API server grants that only to
     * those who may create pods.
     */
    static boolean createsPods(JupyterGateway gateway, Observed observed) {
        List<String> kernels = GatewayReconciler.kernels(gateway);
        return kernels.isEmpty() || kernels.stream()
                .flatMap(kernel -> observed.beside(gateway, JupyterKernelSpec.class, kernel).stream())
                .map(JupyterKernelSpec::getSpec).anyMatch(GatewayAccess::createsPods);
    }

    private static boolean createsPods(JupyterKernelSpecSpec kernelSpec) {
        return !Objects.requireNonNullElse(kernelSpec.command(), List.of()).isEmpty()
                || kernelSpec.className() != null
                || Objects.requireNonNullElse(kernelSpec.env(), List.<EnvVar>of()).stream()
                        .anyMatch(variable -> variable.getValueFrom() != null);
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
}
