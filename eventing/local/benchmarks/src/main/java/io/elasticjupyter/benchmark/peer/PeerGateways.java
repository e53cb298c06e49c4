package io.elasticjupyter.benchmark.peer;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import java.util.List;
import java.util.Map;

/** Reconciles a gateway: the same children as those of the functions. */
@Workflow(dependents = {@Dependent(type = PeerGateways.Account.class), @Dependent(type = PeerGateways.Rights.class),
        @Dependent(type = PeerGateways.Server.class), @Dependent(type = PeerGateways.Address.class),
        @Dependent(type = PeerGateways.TokenSecret.class), @Dependent(type = PeerGateways.CullerRole.class),
        @Dependent(type = PeerGateways.CullerRights.class), @Dependent(type = PeerGateways.Peers.class),
        @Dependent(type = PeerGateways.KernelPeers.class)})
@ControllerConfiguration(name = "peer-gateways")
final class PeerGateways implements Reconciler<JupyterGateway> {

    private static final int PORT = 8888;

    @Override
    public UpdateControl<JupyterGateway> reconcile(JupyterGateway gateway, Context<JupyterGateway> context) {
        if (!PeerOperator.isNews(gateway)) {
            return UpdateControl.noUpdate();
        }
        JupyterGateway status = new JupyterGateway();
        status.setMetadata(new ObjectMetaBuilder().withNamespace(gateway.getMetadata().getNamespace())
                .withName(gateway.getMetadata().getName()).build());
        status.setStatus(new JupyterGatewayStatus(gateway.getMetadata().getGeneration(), List.of(),
                "http://" + gateway.getMetadata().getName() + ":" + PORT, null, null, 1, 0, null, null, null));
        return UpdateControl.patchStatus(status);
    }

    /** The ServiceAccount of the gateway. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class Account extends CRUDKubernetesDependentResource<ServiceAccount, JupyterGateway> {
        @Override
        protected ServiceAccount desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            return new ServiceAccountBuilder()
                    .withMetadata(PeerOperator.child(gateway, gateway.getMetadata().getName())).build();
        }
    }

    /** The rights of the gateway. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class Rights extends CRUDKubernetesDependentResource<RoleBinding, JupyterGateway> {
        @Override
        protected RoleBinding desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            return new RoleBindingBuilder()
                    .withMetadata(PeerOperator.child(gateway, gateway.getMetadata().getName()))
                    .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "elastic-jupyter-gateway")
                    .addNewSubject(null, "ServiceAccount", gateway.getMetadata().getName(),
                            gateway.getMetadata().getNamespace())
                    .build();
        }
    }

    /** The Deployment that runs the gateway. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class Server extends CRUDKubernetesDependentResource<Deployment, JupyterGateway> {
        @Override
        protected Deployment desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            Map<String, String> labels = PeerOperator.labels(gateway);
            return new DeploymentBuilder()
                    .withMetadata(PeerOperator.child(gateway, gateway.getMetadata().getName()))
                    .withNewSpec()
                    .withNewStrategy().withType("Recreate").endStrategy()
                    .withNewSelector().withMatchLabels(labels).endSelector()
                    .withNewTemplate()
                    .withNewMetadata().withLabels(labels).endMetadata()
                    .withNewSpec()
                    .withServiceAccountName(gateway.getMetadata().getName())
                    .withEnableServiceLinks(false)
                    .addNewContainer()
                    .withName("gateway")
                    .withImage(JupyterGatewaySpec.DEFAULT_IMAGE)
                    .addNewEnv().withName("EG_PORT").withValue("8888").endEnv()
                    .addNewEnv().withName("EG_NAMESPACE").withValue(gateway.getMetadata().getNamespace()).endEnv()
                    .addNewEnv().withName("EG_SHARED_NAMESPACE").withValue("True").endEnv()
                    .addNewEnv().withName("EG_CULL_IDLE_TIMEOUT").withValue("3600").endEnv()
                    .addNewPort().withName("http").withProtocol("TCP").withContainerPort(PORT).endPort()
                    .addNewPort().withName("response").withProtocol("TCP").withContainerPort(8877).endPort()
                    .withNewReadinessProbe().withNewHttpGet().withPath("/api").withNewPort(PORT).endHttpGet()
                    .withPeriodSeconds(2).endReadinessProbe()
                    .endContainer()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .build();
        }
    }

    /** The Service of the gateway. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class Address extends CRUDKubernetesDependentResource<Service, JupyterGateway> {
        @Override
        protected Service desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            return new ServiceBuilder().withMetadata(PeerOperator.child(gateway, gateway.getMetadata().getName()))
                    .withNewSpec().withSelector(PeerOperator.labels(gateway))
                    .addNewPort().withName("http").withProtocol("TCP").withPort(PORT).withNewTargetPort(PORT).endPort()
                    .addNewPort().withName("response").withProtocol("TCP").withPort(8877).withNewTargetPort(8877)
                    .endPort()
                    .endSpec().build();
        }
    }

    /** The Secret with the token. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class TokenSecret extends CRUDKubernetesDependentResource<Secret, JupyterGateway> {
        @Override
        protected Secret desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            return PeerOperator.tokenSecret(gateway, gateway.getMetadata().getName() + "-token", context);
        }
    }

    /** The right to read the token. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class CullerRole extends CRUDKubernetesDependentResource<Role, JupyterGateway> {
        @Override
        protected Role desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            return new RoleBuilder()
                    .withMetadata(PeerOperator.child(gateway, gateway.getMetadata().getName() + "-culler"))
                    .addNewRule().withApiGroups("").withResources("secrets")
                    .withResourceNames(gateway.getMetadata().getName() + "-token").withVerbs("get").endRule()
                    .build();
        }
    }

    /** The RoleBinding for the right to read the token. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class CullerRights extends CRUDKubernetesDependentResource<RoleBinding, JupyterGateway> {
        @Override
        protected RoleBinding desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            return new RoleBindingBuilder()
                    .withMetadata(PeerOperator.child(gateway, gateway.getMetadata().getName() + "-culler"))
                    .withNewRoleRef("rbac.authorization.k8s.io", "Role", gateway.getMetadata().getName() + "-culler")
                    .addNewSubject(null, "ServiceAccount", "culler", "elastic-jupyter")
                    .build();
        }
    }

    /** The NetworkPolicy of the gateway. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class Peers extends CRUDKubernetesDependentResource<NetworkPolicy, JupyterGateway> {
        @Override
        protected NetworkPolicy desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            return PeerOperator.networkPolicy(gateway, gateway.getMetadata().getName(), PORT);
        }
    }

    /** The NetworkPolicy of the gateway's kernels. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class KernelPeers extends CRUDKubernetesDependentResource<NetworkPolicy, JupyterGateway> {
        @Override
        protected NetworkPolicy desired(JupyterGateway gateway, Context<JupyterGateway> context) {
            return PeerOperator.networkPolicy(gateway, gateway.getMetadata().getName() + "-kernels", PORT);
        }
    }
}
