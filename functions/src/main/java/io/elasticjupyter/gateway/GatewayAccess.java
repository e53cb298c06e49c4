package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecSpec;
import io.elasticjupyter.reconcile.Observed;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.util.List;
import java.util.Objects;

/** Builds the gateway's account, and its permissions: those of its ClusterRole, in its own namespace only. */
final class GatewayAccess {

    /** Lets the gateway create JupyterKernels, and not pods. */
    static final String CLUSTER_ROLE = "elastic-jupyter-gateway";

    /** Lets the gateway also create pods, of any form. */
    static final String CLUSTER_ROLE_WITH_PODS = "elastic-jupyter-gateway-pods";

    private GatewayAccess() {}

    static ServiceAccount serviceAccount(JupyterGateway gateway) {
        return new ServiceAccount();
    }

    static RoleBinding roleBinding(JupyterGateway gateway, Observed observed) {
        String sufficient = createsPods(gateway, observed) ? CLUSTER_ROLE_WITH_PODS : CLUSTER_ROLE;
        return new RoleBindingBuilder()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole",
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
    private static boolean createsPods(JupyterGateway gateway, Observed observed) {
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
}
