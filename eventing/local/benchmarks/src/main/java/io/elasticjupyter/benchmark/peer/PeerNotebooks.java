package io.elasticjupyter.benchmark.peer;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
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

/** Reconciles a notebook: Deployment, Service, Secret. */
@Workflow(dependents = {@Dependent(type = PeerNotebooks.TokenSecret.class),
        @Dependent(type = PeerNotebooks.Server.class), @Dependent(type = PeerNotebooks.Address.class),
        @Dependent(type = PeerNotebooks.Peers.class)})
@ControllerConfiguration(name = "peer-notebooks")
final class PeerNotebooks implements Reconciler<JupyterNotebook> {

    private static final int PORT = 8888;

    @Override
    public UpdateControl<JupyterNotebook> reconcile(JupyterNotebook notebook, Context<JupyterNotebook> context) {
        if (!PeerOperator.isNews(notebook)) {
            return UpdateControl.noUpdate();
        }
        JupyterNotebook status = new JupyterNotebook();
        status.setMetadata(new ObjectMetaBuilder().withNamespace(notebook.getMetadata().getNamespace())
                .withName(notebook.getMetadata().getName()).build());
        status.setStatus(new JupyterNotebookStatus(notebook.getMetadata().getGeneration(), List.of(), "http://"
                + notebook.getMetadata().getName() + ":" + PORT, notebook.getMetadata().getName() + "-auth", null, 1, 0,
                null));
        return UpdateControl.patchStatus(status);
    }

    /** The Secret with the token. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class TokenSecret extends CRUDKubernetesDependentResource<Secret, JupyterNotebook> {
        @Override
        protected Secret desired(JupyterNotebook notebook, Context<JupyterNotebook> context) {
            return PeerOperator.tokenSecret(notebook, notebook.getMetadata().getName() + "-auth", context);
        }
    }

    /** The Deployment that runs the server. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class Server extends CRUDKubernetesDependentResource<Deployment, JupyterNotebook> {
        @Override
        protected Deployment desired(JupyterNotebook notebook, Context<JupyterNotebook> context) {
            Map<String, String> labels = PeerOperator.labels(notebook);
            return new DeploymentBuilder()
                    .withMetadata(PeerOperator.child(notebook, notebook.getMetadata().getName()))
                    .withNewSpec()
                    .withNewStrategy().withType("Recreate").endStrategy()
                    .withNewSelector().withMatchLabels(labels).endSelector()
                    .withNewTemplate()
                    .withNewMetadata().withLabels(labels).endMetadata()
                    .withNewSpec()
                    .withEnableServiceLinks(false)
                    .withAutomountServiceAccountToken(false)
                    .addNewContainer()
                    .withName("notebook")
                    .withImage("quay.io/jupyter/base-notebook:2026-07-28")
                    .addNewEnv().withName("JUPYTER_GATEWAY_URL")
                    .withValue("http://" + notebook.getSpec().gateway().name() + ":" + PORT).endEnv()
                    .addNewPort().withName("http").withProtocol("TCP").withContainerPort(PORT).endPort()
                    .withNewReadinessProbe().withNewTcpSocket().withNewPort(PORT).endTcpSocket().withPeriodSeconds(2)
                    .endReadinessProbe()
                    .addNewVolumeMount().withName("auth").withMountPath("/etc/jupyter").withReadOnly(true)
                    .endVolumeMount()
                    .endContainer()
                    .addNewVolume().withName("auth").withNewSecret()
                    .withSecretName(notebook.getMetadata().getName() + "-auth").endSecret().endVolume()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .build();
        }
    }

    /** The Service of the server. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class Address extends CRUDKubernetesDependentResource<Service, JupyterNotebook> {
        @Override
        protected Service desired(JupyterNotebook notebook, Context<JupyterNotebook> context) {
            return new ServiceBuilder().withMetadata(PeerOperator.child(notebook, notebook.getMetadata().getName()))
                    .withNewSpec().withSelector(PeerOperator.labels(notebook))
                    .addNewPort().withName("http").withProtocol("TCP").withPort(PORT).withNewTargetPort(PORT).endPort()
                    .endSpec().build();
        }
    }

    /** The NetworkPolicy of the server. */
    @KubernetesDependent(informer = @Informer(labelSelector = PeerOperator.MANAGED_BY))
    static final class Peers extends CRUDKubernetesDependentResource<NetworkPolicy, JupyterNotebook> {
        @Override
        protected NetworkPolicy desired(JupyterNotebook notebook, Context<JupyterNotebook> context) {
            return PeerOperator.networkPolicy(notebook, notebook.getMetadata().getName(), PORT);
        }
    }
}
