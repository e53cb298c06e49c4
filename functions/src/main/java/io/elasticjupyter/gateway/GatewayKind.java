package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.reconcile.ChildId;
import io.elasticjupyter.reconcile.Children;
import io.elasticjupyter.reconcile.DeploymentReadiness;
import io.elasticjupyter.reconcile.Kind;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a gateway wants of the cluster. */
final class GatewayKind implements Kind<JupyterGateway, JupyterGatewayStatus> {

    private static final JupyterGatewaySpec ALL_DEFAULTS = new JupyterGatewaySpec(null, null, null, null, null, null,
            null, null, null, null);

    static JupyterGatewaySpec spec(JupyterGateway gateway) {
        return Objects.requireNonNullElse(gateway.getSpec(), ALL_DEFAULTS);
    }

    @Override
    public Class<JupyterGateway> type() {
        return JupyterGateway.class;
    }

    @Override
    public List<ChildId> mayOwn(JupyterGateway gateway) {
        String name = gateway.getMetadata().getName();
        return List.of(new ChildId(ServiceAccount.class, name),
                new ChildId(RoleBinding.class, name),
                new ChildId(Service.class, name),
                new ChildId(Deployment.class, name));
    }

    @Override
    public List<HasMetadata> desired(JupyterGateway gateway, Children present) {
        return List.of(GatewayAccess.serviceAccount(gateway), GatewayAccess.roleBinding(gateway),
                GatewayService.of(gateway), GatewayDeployment.of(gateway));
    }

    @Override
    public Readiness readiness(JupyterGateway gateway, Children children) {
        return DeploymentReadiness.of(deployment(gateway, children));
    }

    @Override
    public JupyterGatewayStatus status(JupyterGateway gateway, Children children, List<Condition> conditions) {
        Optional<Deployment> deployment = deployment(gateway, children);
        return new JupyterGatewayStatus(
                gateway.getMetadata().getGeneration(),
                conditions,
                "http://%s.%s.svc:%d".formatted(gateway.getMetadata().getName(), gateway.getMetadata().getNamespace(),
                        JupyterGateway.PORT),
                DeploymentReadiness.replicas(deployment),
                DeploymentReadiness.readyReplicas(deployment));
    }

    private static Optional<Deployment> deployment(JupyterGateway gateway, Children children) {
        return children.get(Deployment.class, gateway.getMetadata().getName());
    }
}
