package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.workload.DeploymentReadiness;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a gateway wants of the cluster. */
public final class GatewayReconciler implements Reconciler<JupyterGateway, JupyterGatewayStatus> {

    static final String KERNEL_SPECS_RESOLVED = "KernelSpecsResolved";

    static final JupyterGatewaySpec ALL_DEFAULTS = new JupyterGatewaySpec(null, null, null, null, null, null,
            null, null, null, null);

    static JupyterGatewaySpec spec(JupyterGateway gateway) {
        return Objects.requireNonNullElse(gateway.getSpec(), ALL_DEFAULTS);
    }

    @Override
    public Class<JupyterGateway> type() {
        return JupyterGateway.class;
    }

    @Override
    public Optional<Class<? extends HasMetadata>> watchedChild() {
        return Optional.of(Deployment.class);
    }

    @Override
    public List<ObjectId> mayOwn(JupyterGateway gateway) {
        String name = gateway.getMetadata().getName();
        return List.of(ObjectId.beside(gateway, ServiceAccount.class, name),
                ObjectId.beside(gateway, RoleBinding.class, name),
                ObjectId.beside(gateway, Service.class, name),
                ObjectId.beside(gateway, Deployment.class, name));
    }

    @Override
    public Set<Class<? extends HasMetadata>> referredTypes() {
        return Set.of(JupyterKernelSpec.class);
    }

    @Override
    public List<ObjectId> refersTo(JupyterGateway gateway) {
        return kernels(gateway).stream().map(kernel -> ObjectId.beside(gateway, JupyterKernelSpec.class, kernel))
                .toList();
    }

    static List<String> kernels(JupyterGateway gateway) {
        return Objects.requireNonNullElse(spec(gateway).kernels(), List.of());
    }

    @Override
    public List<HasMetadata> desired(JupyterGateway gateway, Observed snapshot) {
        return List.of(GatewayAccess.serviceAccount(gateway), GatewayAccess.roleBinding(gateway),
                GatewayService.of(gateway), GatewayDeployment.of(gateway));
    }

    @Override
    public Readiness readiness(JupyterGateway gateway, Observed snapshot) {
        return DeploymentReadiness.of(deployment(gateway, snapshot));
    }

    /** A missing kernel spec does not keep the others from being started. */
    @Override
    public List<Condition> conditions(JupyterGateway gateway, Observed snapshot) {
        List<String> missing = kernels(gateway).stream()
                .filter(kernel -> snapshot.beside(gateway, JupyterKernelSpec.class, kernel).isEmpty()).toList();
        boolean resolved = missing.isEmpty();
        String message = kernels(gateway).isEmpty()
                ? "All kernel specs of the image may be started."
                : resolved
                        ? "All listed kernel specs are there."
                        : "Not there: " + String.join(", ", missing)
                                + ". Create a JupyterKernelSpec of that name, or take it out of spec.kernels.";
        return List.of(new ConditionBuilder()
                .withType(KERNEL_SPECS_RESOLVED)
                .withStatus(resolved ? "True" : "False")
                .withReason(resolved ? "Resolved" : "KernelSpecNotFound")
                .withMessage(message)
                .build());
    }

    @Override
    public JupyterGatewayStatus status(JupyterGateway gateway, Observed snapshot, List<Condition> conditions) {
        Optional<Deployment> deployment = deployment(gateway, snapshot);
        return new JupyterGatewayStatus(
                gateway.getMetadata().getGeneration(),
                conditions,
                "http://%s.%s.svc:%d".formatted(gateway.getMetadata().getName(), gateway.getMetadata().getNamespace(),
                        JupyterGateway.PORT),
                DeploymentReadiness.replicas(deployment),
                DeploymentReadiness.readyReplicas(deployment),
                null,
                null,
                null);
    }

    /** What its kernels do is the cull function's to say. */
    @Override
    public JupyterGatewayStatus own(JupyterGatewayStatus status) {
        List<Condition> conditions = status.conditions() == null
                ? null
                : status.conditions().stream().filter(c -> !c.getType().equals(JupyterGatewayStatus.ACTIVITY_KNOWN))
                        .toList();
        return new JupyterGatewayStatus(status.observedGeneration(), conditions, status.url(), status.replicas(),
                status.readyReplicas(), null, null, null);
    }

    private static Optional<Deployment> deployment(JupyterGateway gateway, Observed snapshot) {
        return snapshot.beside(gateway, Deployment.class, gateway.getMetadata().getName());
    }
}
