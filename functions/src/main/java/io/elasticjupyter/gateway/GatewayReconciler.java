package io.elasticjupyter.gateway;

import static io.elasticjupyter.reconcile.Child.child;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Child;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.References;
import io.elasticjupyter.workload.DeploymentReadiness;
import io.elasticjupyter.workload.GoOperatorDeployment;
import io.elasticjupyter.workload.RandomToken;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Decides which children and which status a gateway has. */
public final class GatewayReconciler implements Reconciler<JupyterGateway, JupyterGatewayStatus> {

    static final String KERNEL_SPECS_RESOLVED = "KernelSpecsResolved";

    static final JupyterGatewaySpec ALL_DEFAULTS = new JupyterGatewaySpec(null, null, null, null, null, null, null,
            null, null, null, null, null, null, null, null, null);

    private final Supplier<String> newToken;
    private final String functionsNamespace;

    /**
     * Creates a reconciler that generates random tokens.
     *
     * @param functionsNamespace the namespace of the functions
     */
    public GatewayReconciler(String functionsNamespace) {
        this(functionsNamespace, RandomToken::generate);
    }

    GatewayReconciler(String functionsNamespace, Supplier<String> newToken) {
        this.functionsNamespace = functionsNamespace;
        this.newToken = newToken;
    }

    static JupyterGatewaySpec spec(JupyterGateway gateway) {
        return Objects.requireNonNullElse(gateway.getSpec(), ALL_DEFAULTS);
    }

    static List<String> kernels(JupyterGateway gateway) {
        return Objects.requireNonNullElse(spec(gateway).kernels(), List.of());
    }

    @Override
    public Class<JupyterGateway> type() {
        return JupyterGateway.class;
    }

    @Override
    public List<References<JupyterGateway>> references() {
        return List.of(
                References.watched(JupyterKernelSpec.class, gateway -> kernels(gateway).stream()
                        .map(kernel -> ObjectId.beside(gateway, JupyterKernelSpec.class, kernel)).toList()),
                References.unwatched(Deployment.class, gateway -> List.of(GoOperatorDeployment.id(gateway))));
    }

    @Override
    public Optional<Readiness> hold(JupyterGateway gateway, Observed observed) {
        return GoOperatorDeployment.pending(gateway, "gateway",
                "restarts the gateway, which ends its kernels, and notebooks of the Go operator can no longer use it",
                "sa,svc,rolebinding,deploy", observed);
    }

    @Override
    public List<Child<JupyterGateway, ?>> children() {
        return List.of(
                child(ServiceAccount.class, GatewayAccess::serviceAccount),
                child(ConfigMap.class, GatewayConfiguration::desired).named(GatewayConfiguration::name),
                child(Secret.class, this::secret).named(GatewaySecret::name),
                child(Role.class, GatewayAccess::cullerRole).named(GatewayAccess::cullerName),
                // If the name of the ServiceAccount is taken, its owner must not get the gateway's permissions.
                child(RoleBinding.class, GatewayAccess::roleBinding).afterOthers(),
                // The API server looks up a Role that is to be bound.
                child(RoleBinding.class, this::cullerRoleBinding).named(GatewayAccess::cullerName).afterOthers(),
                child(NetworkPolicy.class, this::networkPolicy).when(GatewayNetworkPolicies::areWanted),
                child(NetworkPolicy.class, GatewayNetworkPolicies::ofKernels).named(GatewayNetworkPolicies::kernelsName)
                        .when(GatewayNetworkPolicies::areWanted),
                child(Service.class, GatewayService::desired).watched(),
                // No pod can be created before its ServiceAccount or started without the Secret, and Kubernetes delays the retry.
                child(Deployment.class, this::deployment).watched().afterOthers());
    }

    private Secret secret(JupyterGateway gateway, Observed observed) {
        return GatewaySecret.desired(gateway, observed, newToken);
    }

    private RoleBinding cullerRoleBinding(JupyterGateway gateway) {
        return GatewayAccess.cullerRoleBinding(gateway, functionsNamespace);
    }

    private NetworkPolicy networkPolicy(JupyterGateway gateway, Observed observed) {
        return GatewayNetworkPolicies.ofGateway(gateway, observed, functionsNamespace);
    }

    private Deployment deployment(JupyterGateway gateway, Observed observed) {
        return GatewayDeployment.desired(gateway, observed, functionsNamespace);
    }

    @Override
    public Optional<String> application() {
        return Optional.of(Labels.GATEWAY);
    }

    @Override
    public boolean dependsOnPods(JupyterGateway gateway, Observed observed) {
        return DeploymentReadiness.dependsOnPods(observed.namesake(gateway, Deployment.class));
    }

    @Override
    public JupyterGatewayStatus status(JupyterGateway gateway, Observed observed, ConditionsBuilder conditions) {
        Optional<Deployment> deployment = observed.namesake(gateway, Deployment.class);
        conditions.ready(DeploymentReadiness.of(deployment, observed.ofType(Pod.class)));
        addKernelSpecsResolved(gateway, observed, conditions);
        return new JupyterGatewayStatus(
                gateway.getMetadata().getGeneration(),
                conditions.build(),
                JupyterGateway.url(gateway.getMetadata().getNamespace(), gateway.getMetadata().getName()),
                GatewaySecret.name(gateway),
                GatewaySecret.hash(gateway, observed).orElse(null),
                DeploymentReadiness.replicas(deployment),
                DeploymentReadiness.readyReplicas(deployment),
                null,
                null,
                null);
    }

    /** A kernel spec without a condition has not been reconciled yet. */
    private static boolean isUnready(JupyterKernelSpec kernelSpec) {
        return Conditions.of(kernelSpec.getStatus()).find(JupyterStatus.READY)
                .filter(ready -> ready.getStatus().equals("False")).isPresent();
    }

    /** Adds a separate condition, because a gateway without one of its kernel specs still starts the others. */
    private static void addKernelSpecsResolved(JupyterGateway gateway, Observed observed,
            ConditionsBuilder conditions) {
        List<String> missing = kernels(gateway).stream()
                .filter(kernel -> observed.beside(gateway, JupyterKernelSpec.class, kernel).isEmpty()).toList();
        List<String> unready = kernels(gateway).stream()
                .filter(kernel -> observed.beside(gateway, JupyterKernelSpec.class, kernel)
                        .filter(GatewayReconciler::isUnready).isPresent())
                .toList();
        if (missing.isEmpty() && !unready.isEmpty()) {
            conditions.add(KERNEL_SPECS_RESOLVED, false, "KernelSpecNotReady", "Kernels of these do not start: "
                    + String.join(", ", unready) + ". The Ready condition of the JupyterKernelSpec says why.");
        } else if (missing.isEmpty()) {
            conditions.add(KERNEL_SPECS_RESOLVED, true, "Resolved", kernels(gateway).isEmpty()
                    ? "All kernel specs of the image are allowed."
                    : "All listed kernel specs exist.");
        } else {
            conditions.add(KERNEL_SPECS_RESOLVED, false, "KernelSpecNotFound", "Missing: "
                    + String.join(", ", missing)
                    + ". Create a JupyterKernelSpec with that name, or remove it from spec.kernels.");
        }
    }
}
